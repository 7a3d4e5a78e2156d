"""From arguments to a command."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from specgraph.cli import main
from specgraph.cli.run import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_it_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(import_module(f"specgraph.cli.{name}").run)
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    assert f"usage: specgraph {name}" in capsys.readouterr().out


def test_help_lists_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(name in said for name in COMMANDS)


@pytest.mark.parametrize("argv", [[], ["validat", "x"], ["validate"], ["--", "validate", "x"]])
def test_what_is_no_command_is_a_usage_error(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(argv)
    assert "usage: specgraph" in capsys.readouterr().err


SLOW = "dataclasses", "inspect", "pathlib", "shutil", "json", "specgraph.ir.pieces", "keras", "numpy", "specgraph.infer.causes"


def test_a_clean_spec_pays_for_nothing_it_does_not_use() -> None:
    code = (
        "import sys\nfrom specgraph.cli import main\n"
        "assert main(['validate', 'specs/cnn.yaml']) == 0\n"
        f"print(*[name for name in {SLOW!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], check=True, capture_output=True, text=True, env=_env())
    assert done.stdout.split() == []


def _env() -> dict[str, str]:
    """The same paths without site packages' own start-up files, which may import anything."""
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
