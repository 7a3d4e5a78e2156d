"""What `validate`, `build` and `summary` say of files that cannot be read, and of standard input."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from specgraph.cli import main

GOOD = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense: {units: 3}]\n"
BAD = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense: {units: 0}]\n"
WARNS = "specgraph: 1\ninputs: {x: [4], y: [4]}\nlayers: [Dense: {units: 3, from: x}]\n"
READERS = ("validate", "build", "summary")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("good", GOOD), ("bad", BAD), ("warns", WARNS)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "device", "loop", "null", "long"])
def test_what_cannot_be_read_is_one_line(
    command: str, kind: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "folder").mkdir()
    os.mkfifo(here / "fifo")
    (here / "loop").symlink_to("loop")
    name = {"device": "/dev/zero", "null": "a\0b", "long": "x" * 5000}.get(kind, kind)
    assert main([command, name]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("specgraph: cannot read ") and said.err.count("\n") == 1
    assert len(said.err) < 600


@pytest.mark.parametrize("command", READERS)
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(command: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "good.yaml").chmod(0)
    assert main([command, "good.yaml"]) == 2
    assert capsys.readouterr().err == "specgraph: cannot read good.yaml: Permission denied\n"


def test_a_name_is_shown_safely(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "a\x1b[2J\n::error::b"]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said and said.count("\n") == 1
    (here / "a\x1b[2J\n::error::b.yaml").write_text(BAD)
    for output in ("text", "json", "github"):
        assert main(["validate", "a\x1b[2J\n::error::b.yaml", "--output-format", output]) == 1
        said = "".join(capsys.readouterr())
        assert "\x1b" not in said and "\n::error::b" not in said


def test_the_rest_is_still_validated(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "missing", "bad.yaml", ".", "good.yaml", "--output-format", "json"]) == 2
    said = capsys.readouterr()
    assert [one["file"] for one in json.loads(said.out)["diagnostics"]] == ["bad.yaml"]
    assert said.err == (
        "specgraph: cannot read missing: No such file or directory\nspecgraph: cannot read .: it is a directory\n"
    )


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (["good"], 0),
        (["warns"], 0),
        (["bad"], 1),
        (["good", "bad"], 1),
        (["bad", "good"], 1),
        (["good", "warns"], 0),
    ],
)
def test_exit_codes(files: list[str], code: int, here: Path) -> None:
    assert main(["validate", *(f"{name}.yaml" for name in files)]) == code


def test_what_is_valid_is_counted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "good.yaml"]) == 0
    assert capsys.readouterr() == ("", "1 spec valid\n")
    assert main(["validate", "good.yaml", "good.yaml"]) == 0
    assert capsys.readouterr() == ("", "2 specs valid\n")
    assert main(["validate", "good.yaml", "--output-format", "json"]) == 0
    assert capsys.readouterr() == ('{"diagnostics": []}\n', "")
    assert main(["validate", "good.yaml", "--output-format", "github"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("text", [BAD, "", "\0", "[" * 100_000])
def test_standard_input(
    command: str, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main([command, "-"]) == 1
    assert " --> <stdin>:" in capsys.readouterr().err


def test_a_summary_shows_warnings_beside_the_table(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "warns.yaml"]) == 0
    said = capsys.readouterr()
    assert "15 parameters" in said.out and "warning[G06 unused-input]" in said.err
    assert main(["summary", "warns.yaml", "--output-format", "json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["models"][0]["parameters"]["total"] == 15 and "warning[G06" in said.err
    assert main(["summary", "warns.yaml", "--output-format", "github"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("::warning ") and "15 parameters" in said.out and said.err == ""


@pytest.mark.parametrize("command", ["build", "expand"])
def test_a_file_of_blocks_has_no_model(command: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "blocks.yaml").write_text("specgraph: 1\nblocks: {b: {layers: [ReLU]}}\n")
    assert main([command, "blocks.yaml"]) == 2
    assert capsys.readouterr().err == "specgraph: the file has no model, only blocks for others to import\n"


def test_a_summary_of_a_bad_spec_has_no_table(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "bad.yaml"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "error[E19 bad-param]" in said.err
    assert main(["summary", "bad.yaml", "--output-format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["diagnostics"][0]["code"] == "E19"


def test_colours_are_for_terminals_that_want_them(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    main(["validate", "bad.yaml"])
    assert "\x1b[" in capsys.readouterr().err
    monkeypatch.setenv("NO_COLOR", "1")
    main(["validate", "bad.yaml"])
    assert "\x1b[" not in capsys.readouterr().err


def test_errors_come_before_warnings_where_not_all_are_shown(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = "".join(f"  - Dense: {{name: d{i}, from: x, units: 1}}\n" for i in range(30))
    (here / "many.yaml").write_text(
        f"specgraph: 1\ninputs: {{x: [4]}}\nlayers:\n{dead}  - Dense: {{units: 1}}\nbad: 1\n"
    )
    assert main(["validate", "many.yaml", "--output-format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["diagnostics"][0]["rule"] == "unknown-layer-or-key" and found["omitted"] > 0
    assert main(["validate", "many.yaml"]) == 1
    assert capsys.readouterr().err.startswith("error[E20")
