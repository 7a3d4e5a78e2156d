"""From arguments to a command."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from specgraph import __version__
from specgraph.cli import main
from specgraph.cli.run import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_it_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(import_module(f"specgraph.cli.{name}").run)
    assert main([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert f"usage: specgraph {name}" in said
    assert f"examples:\n  specgraph {name}" in said


def test_help_lists_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in COMMANDS)
    assert "Exit codes: 0 clean" in said


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"specgraph {__version__}\n"


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["validat", "x"],
        ["validate"],
        ["--", "validate", "x"],
        ["validate", "x", "--output-form", "json"],
        ["validate", "x", "--output-format", "xml"],
        ["build", "a", "b"],
        ["explain"],
    ],
)
def test_what_is_no_command_is_a_usage_error(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    assert "usage: specgraph" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--set", "width"], "--set takes NAME=VALUE, not 'width'"),
        (["--set", "=3"], "--set takes NAME=VALUE"),
        (["--limit", "depht=3"], "there is no limit 'depht'"),
        (["--limit", "depth=0"], "limit depth is a positive integer"),
        (["--limit", "depth=x"], "limit depth is a positive integer"),
    ],
)
def test_options_that_make_no_sense(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "specs/cnn.yaml", *options]) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


def test_a_complaint_shows_arguments_safely(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "x", "--a\x1b[31m\u202e"]) == 2
    assert "--a\\u001b[31m\\u202e" in capsys.readouterr().err


def test_ctrl_c_says_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("specgraph.cli.validate.run", interrupt)
    assert main(["validate", "x"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_fault_of_ours_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SPECGRAPH_DEBUG", raising=False)
    monkeypatch.setattr("specgraph.cli.validate.read", lambda *_: {}["x"])
    assert main(["validate", "x"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(
        "specgraph: a fault of specgraph itself, please report it: KeyError: 'x' at cli/validate.py:"
    )
    assert said.count("\n") == 1
    monkeypatch.setenv("SPECGRAPH_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["validate", "x"])


SLOW = (
    "dataclasses",
    "inspect",
    "pathlib",
    "shutil",
    "json",
    "specgraph.ir.pieces",
    "keras",
    "numpy",
    "specgraph.infer.causes",
    "specgraph.applications.base",
    "specgraph.ir.training",
)


@pytest.mark.parametrize("trained", [False, True])
def test_a_clean_spec_pays_for_nothing_it_does_not_use(trained: bool, tmp_path: Path) -> None:
    text = Path("specs/cnn.yaml").read_text()
    spec = tmp_path / "cnn.yaml"
    spec.write_text(text if trained else text.partition("\ntrain:")[0] + "\n")
    allowed = ("pathlib", "specgraph.ir.training") if trained else ()  # data lies somewhere
    code = (
        "import sys\nfrom specgraph.cli import main\n"
        f"assert main(['validate', {str(spec)!r}]) == 0\n"
        f"print(*[name for name in {SLOW!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], check=True, capture_output=True, text=True, env=_env()
    )
    assert set(done.stdout.split()) <= set(allowed)


def _env() -> dict[str, str]:
    """The same paths without site packages' own start-up files, which may import anything."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
