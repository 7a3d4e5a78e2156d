"""Hostile specs, from the command line: each is refused with a place, in few words, and nothing is run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import attacks
import pytest

from specgraph.cli import main

CLASSES = {
    "parse depth": attacks.PARSE_DEPTH,
    "amplification": attacks.AMPLIFICATION,
    "scalars": attacks.SCALARS,
    "tags": attacks.TAGS,
    "encodings": attacks.ENCODINGS,
    "document shape": attacks.SHAPE,
    "unsafe layers and values": attacks.UNSAFE,
    "resources": attacks.RESOURCES,
    "expressions": attacks.EXPRESSIONS,
    "graph": attacks.GRAPHS,
    "paths": attacks.PATHS,
    "floods": attacks.FLOODS,
}
CASES = [
    pytest.param(attack, id=f"{kind}: {name}")
    for kind, attacks_ in CLASSES.items()
    for name, attack in attacks_.items()
]
SOME_PATHS = {
    name: attack for name, attack in attacks.PATHS.items() if len(attack) < 1_000 and " long" not in name
}
MOST = 64_000
"""Bytes of output about one spec."""
PLACE = re.compile(r"^ *--> \S*s\.yaml:\d+:\d+$", re.MULTILINE)
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("attack", CASES)
def test_it_is_refused_in_every_output_format(
    attack: str | bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(attack if isinstance(attack, bytes) else attack.encode("utf-8", "surrogatepass"))
    small = len(attack) < 1_000 and attack not in attacks.RESOURCES.values()
    for output in ("text", "json", "github") if small or attacks.FULL else ("text",):
        assert main(["validate", str(file), "--output-format", output]) == 1
        said = capsys.readouterr()
        whole = said.out + said.err
        assert len(whole.encode()) < MOST
        assert "Traceback" not in whole and "a fault of specgraph" not in whole
        if output == "text":
            assert not said.out and PLACE.search(said.err)
            assert not CONTROLS.search(said.err)
        elif output == "json":
            errors = [one for one in json.loads(said.out)["diagnostics"] if one["severity"] == "error"]
            assert errors and all(one["file"] == str(file) and one["line"] >= 1 for one in errors)
        else:
            assert all(line.startswith("::") for line in said.out.splitlines())


@pytest.mark.parametrize(
    "attack", [*attacks.UNSAFE.values(), *SOME_PATHS.values()], ids=[*attacks.UNSAFE, *SOME_PATHS]
)
def test_neither_summary_nor_build_goes_further(
    attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.yaml").write_text(attack, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("specgraph.cli.build._lower", None)
    for command in ("summary", "build"):
        assert main([command, "s.yaml"]) == 1
        assert capsys.readouterr().out == ""
    assert [file.name for file in tmp_path.iterdir()] == ["s.yaml"]
