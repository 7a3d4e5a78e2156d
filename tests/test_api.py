"""The public functions, and what they do not import."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import specgraph

SPECS = Path(__file__).parents[1] / "specs"
COMMANDS = (
    ["validate", str(SPECS / "cnn.yaml")],
    ["summary", str(SPECS / "vae.yaml")],
    ["explain", "E09"],
    ["--help"],
)


@pytest.mark.filterwarnings("default")
def test_the_docstrings_are_true() -> None:
    assert doctest.testmod(specgraph).failed == 0


@pytest.mark.filterwarnings("default")
def test_build_gives_a_mapping_for_several_models() -> None:
    models = specgraph.build(SPECS / "gan.yaml")
    assert isinstance(models, dict) and set(models) == {"generator", "discriminator"}


def test_build_raises_with_the_diagnostics() -> None:
    with pytest.raises(specgraph.SpecError, match="E23 missing-argument"):
        specgraph.build("specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense]\n")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_keras_is_imported(command: list[str]) -> None:
    code = (
        "import sys\nfrom specgraph.cli import main\n"
        f"try:\n    code = main({command!r})\nexcept SystemExit as end:\n    code = end.code\n"
        "assert not code, code\n"
        "assert not {'keras', 'tensorflow', 'numpy'} & set(sys.modules), sorted(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
