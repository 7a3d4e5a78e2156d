"""A stranger's checkout as the working directory: nothing in it is imported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense: {units: 3}]\n"
NAMES = ("yaml", "_yaml", "keras", "tensorflow", "numpy", "h5py", "specgraph", "sitecustomize_")
SCRIPT = shutil.which("specgraph", path=os.path.dirname(sys.executable))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r} + ' ')\n")
    (tmp_path / "s.yaml").write_text(SPEC)
    return tmp_path


def run(command: list[str], folder: Path) -> str:
    env = dict(os.environ)
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    ran = folder / "ran"
    return ran.read_text() if ran.exists() else ""


@pytest.mark.parametrize(
    "argv", [["validate", "s.yaml"], ["summary", "s.yaml"], ["build", "s.yaml"]], ids=lambda argv: argv[0]
)
def test_the_console_script(argv: list[str], checkout: Path) -> None:
    assert SCRIPT is not None
    assert run([SCRIPT, *argv], checkout) == ""


@pytest.mark.parametrize("argv", [["validate", "s.yaml"], ["build", "s.yaml"]], ids=lambda argv: argv[0])
def test_the_module(argv: list[str], checkout: Path) -> None:
    """Python itself looks for `specgraph` in the working directory, unless it is told `-P`."""
    assert run([sys.executable, "-P", "-m", "specgraph", *argv], checkout) == ""
    (checkout / "specgraph.py").unlink()
    assert run([sys.executable, "-m", "specgraph", *argv], checkout) == ""


def test_the_module_in_its_own_checkout() -> None:
    """Where the working directory is also on PYTHONPATH, only the entry that `-m` puts there goes."""
    done = subprocess.run(
        [sys.executable, "-m", "specgraph", "validate", "specs/cnn.yaml"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "1 spec valid\n")
