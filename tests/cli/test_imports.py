"""Commands other than `build` never import Keras, or anything as heavy, whatever they are given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from specgraph.cli.run import COMMANDS

SPECS = Path(__file__).parents[2] / "specs"
HEAVY = {"keras", "tensorflow", "jax", "torch", "numpy", "scipy", "h5py", "jsonschema", "pydantic"}

WITH_KERAS = {"build"}
INVOCATIONS = [
    ["--help"],
    ["--version"],
    *([name, "--help"] for name in COMMANDS),
    ["validate", *map(str, sorted(SPECS.glob("*.yaml")))],
    ["validate", str(SPECS / "cnn.yaml"), "--set", "classes=1", "--output-format", "json"],
    ["validate", str(SPECS / "cnn.yaml"), "--set", "clases=3", "--output-format", "github"],
    ["validate", "missing.yaml"],
    ["build", "missing.yaml"],
    ["build", str(SPECS / "cnn.yaml"), "--set", "classes=1"],
    ["build", str(SPECS / "cnn.yaml"), "-o", "no-such-folder/x.keras"],
    ["build", str(SPECS / "gan.yaml"), "--model", "critic"],
    ["summary", str(SPECS / "transfer.yaml")],
    ["summary", str(SPECS / "vae.yaml"), "--output-format", "json"],
    ["explain", "E09"],
    ["explain", "E99"],
    ["fmt", "--check", *map(str, sorted(SPECS.glob("*.yaml")))],
    ["upgrade", "--check", str(SPECS / "cnn.yaml")],
    ["layers"],
    ["layers", "--output-format", "json"],
    ["layers", "Bidirectional"],
    ["layers", "Lambda"],
    ["schema"],
    ["init"],
    ["init", "cnn"],
]


def test_every_command_is_among_them() -> None:
    assert set(COMMANDS) <= {argv[0] for argv in INVOCATIONS}


@pytest.mark.parametrize("argv", INVOCATIONS, ids=lambda argv: " ".join(map(str, argv))[-40:])
def test_nothing_heavy_is_imported(argv: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom specgraph.cli import main\n"
        f"code = main({argv!r})\n"
        "assert code in (0, 1, 2), code\n"
        f"found = {HEAVY!r} & set(sys.modules)\n"
        "sys.exit(f'imported: {sorted(found)}' if found else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
