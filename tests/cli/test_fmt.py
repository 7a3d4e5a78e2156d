"""`specgraph fmt`: which files it writes, and how it says what it would."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from specgraph.cli import main

UGLY = "specgraph:   1  # version\ninputs: {x: [4]}\nlayers:\n- Dense: { units: 3 }\n"
NEAT = "specgraph: 1  # version\ninputs: {x: [4]}\nlayers:\n  - Dense: {units: 3}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ugly.yaml").write_text(UGLY)
    (tmp_path / "neat.yaml").write_text(NEAT)
    (tmp_path / "broken.yaml").write_text("a: [1\n")
    return tmp_path


def test_files_are_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "ugly.yaml").chmod(0o640)
    (here / "link.yaml").symlink_to("ugly.yaml")
    before = (here / "neat.yaml").stat()
    assert main(["fmt", "link.yaml", "neat.yaml"]) == 0
    assert capsys.readouterr() == ("", "")
    assert (here / "ugly.yaml").read_text() == NEAT and (here / "link.yaml").is_symlink()
    assert (here / "ugly.yaml").stat().st_mode & 0o777 == 0o640
    after = (here / "neat.yaml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert len(list(here.iterdir())) == 4


def test_check_lists_what_would_change(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "--check", "ugly.yaml", "neat.yaml"]) == 1
    assert capsys.readouterr() == ("ugly.yaml\n", "")
    assert (here / "ugly.yaml").read_text() == UGLY
    assert main(["fmt", "--check", "neat.yaml"]) == 0


def test_diff_prints_a_patch(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "ugly.yaml").write_text(UGLY.rstrip())
    assert main(["fmt", "--diff", "neat.yaml", "ugly.yaml"]) == 0
    said = capsys.readouterr().out
    assert "-specgraph:   1  # version\n+specgraph: 1  # version\n" in said
    assert "-- Dense: { units: 3 }\n\\ No newline at end of file\n+  - Dense: {units: 3}\n" in said
    assert "neat" not in said and (here / "ugly.yaml").read_text() == UGLY.rstrip()
    assert main(["fmt", "--diff", "--check", "ugly.yaml"]) == 1


@pytest.mark.parametrize("data", [UGLY.encode(), b'{"a":1}', b"\xef\xbb\xbfa:   1\r\n"])
def test_standard_input(
    data: bytes, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["fmt", "-"]) == 0
    expected = {b"s": NEAT.encode(), b"{": b'{\n  "a": 1\n}\n', b"\xef": b"\xef\xbb\xbfa: 1\r\n"}
    assert capfdbinary.readouterr().out == expected[data[:1]]


def test_what_cannot_be_read_does_not_stop_the_rest(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "broken.yaml", "ugly.yaml"]) == 1
    assert " --> broken.yaml:1:" in capsys.readouterr().err
    assert (here / "ugly.yaml").read_text() == NEAT
    assert (here / "broken.yaml").read_text() == "a: [1\n"
    assert main(["fmt", "missing.yaml", "broken.yaml"]) == 2
    assert "cannot read missing.yaml" in capsys.readouterr().err


def test_marks_and_line_ends_stay(here: Path) -> None:
    (here / "w.yaml").write_bytes(b"\xef\xbb\xbfa:   1\r\nb:\r\n- 2\r\n")
    assert main(["fmt", "w.yaml"]) == 0
    assert (here / "w.yaml").read_bytes() == b"\xef\xbb\xbfa: 1\r\nb:\r\n  - 2\r\n"


def test_a_fault_of_ours_leaves_the_file(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("specgraph.format.layout.layout", lambda root: "a: 1\n")
    assert main(["fmt", "ugly.yaml"]) == 2
    assert "report it: ugly.yaml cannot be formatted" in capsys.readouterr().err
    assert (here / "ugly.yaml").read_text() == UGLY


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "ugly.yaml").chmod(0o444)
    assert main(["fmt", "ugly.yaml"]) == 2
    assert "cannot be written to" in capsys.readouterr().err
    assert (here / "ugly.yaml").read_text() == UGLY
