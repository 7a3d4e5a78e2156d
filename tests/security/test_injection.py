"""Text from a spec in what is printed: it cannot steer a terminal, forge a line, or give CI a command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from specgraph.cli import main

PAYLOADS = {
    "escape": "\x1b[2J\x1b[31mok",
    "title": "\x1b]0;owned\x07",
    "bell and backspace": "\x07\x08\x08",
    "carriage return": "evil\rsafe",
    "line": "a\n0 errors",
    "CI command": "a\n::error file=x::owned",
    "CI command at once": "::error::owned",
    "CI command at once, older": "##[error]owned",
    "CI command, older": "a\n##[error]owned",
    "CI command, encoded": "a%0A::error::owned",
    "commas and colons": "a,line=1::b",
    "next line": "a\x85b",
    "line separator": "a\u2028::error::b",
    "bidi override": "a\u202eb",
    "bidi isolate": "a\u2066b\u2069",
    "zero width": "a\u200bb\ufeff",
    "tags": "a\U000e0061",
    "combining": "a" + "\u0301" * 300,
    "wide": "漢" * 300,
    "emoji": "👩‍👩‍👧‍👦" * 50,
    "private": "\ue000\uf8ff",
    "html": "<script>alert(1)</script>",
    "markdown": "[x](javascript:alert(1))",
    "json": '"}], "diagnostics": [',
    "format": "{0.__class__} %s %(x)s",
    "long": "x" * 5_000,
}
UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
)


def quoted(text: str) -> str:
    """As a double-quoted YAML scalar, which can hold any character."""
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


def places(text: str) -> dict[str, str]:
    """A spec for each place that could bring a text into a message."""
    word = quoted(text)
    head = "specgraph: 1\ninputs: {x: [4]}\nlayers:\n"
    return {
        "key": f"{head}  - Flatten\n{word}: 1\n",
        "layer": f"{head}  - {word}\n",
        "layer with arguments": f"{head}  - {word}: {{units: 4}}\n",
        "argument": f"{head}  - Dense: {{units: 4, {word}: 1}}\n",
        "value": f"{head}  - Dense: {{units: {word}}}\n",
        "choice": f"{head}  - Dense: {{units: 4, activation: {word}}}\n",
        "object": f"{head}  - Dense: {{units: 4, kernel_initializer: {{{word}: {{}}}}}}\n",
        "name": f"{head}  - Dense: {{units: 4, name: {word}}}\n",
        "reference": f"{head}  - Dense: {{units: 4, from: {word}}}\n",
        "input": f"specgraph: 1\ninputs: {{{word}: [4]}}\nlayers: [Flatten]\n",
        "size": f"specgraph: 1\ninputs: {{x: [{word}, 0]}}\nlayers: [Flatten]\n",
        "param": f"specgraph: 1\nparams: {{{word}: {{type: x}}}}\ninputs: {{x: [4]}}\nlayers: [Flatten]\n",
        "param's value": f"specgraph: 1\nparams: {{p: {{type: int, default: {word}}}}}\ninputs: {{x: [4]}}\nlayers: [Dense: {{units: $p}}]\n",
        "expression": f"{head}  - Dense: {{units: {quoted('${' + text + '}')}}}\n",
        "model": f"specgraph: 1\nmodels: {{{word}: {{inputs: {{x: [4]}}, layers: [Flatten]}}}}\n",
        "spec's name": f"name: {word}\n{head}  - Dens\n",
        "output": f"{head}  - Flatten\noutputs: [{word}]\n",
        "metric": f"{head}  - Flatten\ncompile: {{metrics: [{word}]}}\n",
        "block": f"specgraph: 1\nblocks: {{{word}: {{layers: [Flatten]}}}}\ninputs: {{x: [4]}}\nlayers: [Dens]\n",
        "dim": f"specgraph: 1\ndims: {{{word}: {{min: 0}}}}\ninputs: {{x: [4]}}\nlayers: [Flatten]\n",
        "same key twice": f"{head}  - Flatten\n{word}: 1\n{word}: 2\n",
    }


@pytest.mark.parametrize("payload", list(PAYLOADS.values()), ids=list(PAYLOADS))
def test_messages_are_clean(payload: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "s.yaml"
    for where, spec in places(payload).items():
        file.write_text(spec, encoding="utf-8")
        assert main(["validate", str(file)]) == 1, where
        said = capsys.readouterr().err
        assert not UNSEEN.search(said), where
        assert not re.search(r"^(::|##\[|0 errors)", said, re.MULTILINE), where
        assert len(said.encode()) < 20_000
        assert main(["validate", str(file), "--output-format", "github"]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert all(re.fullmatch(r"::(error|warning|notice) [^\n]*::[^\n]*", line) for line in lines)
        assert not any(UNSEEN.search(line) for line in lines), where
        assert main(["validate", str(file), "--output-format", "json"]) == 1
        text = capsys.readouterr().out
        assert text.isascii() and not UNSEEN.search(text)
        assert set(json.loads(text)) <= {"diagnostics", "omitted"}


@pytest.mark.parametrize("payload", list(PAYLOADS.values()), ids=list(PAYLOADS))
def test_a_spec_s_own_name_and_doc_are_shown_clean(
    payload: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "s.yaml"
    word = quoted(payload)
    file.write_text(
        f"specgraph: 1\nname: {word}\ndoc: {word}\ninputs: {{x: [4]}}\nlayers: [Dense: {{units: 4}}]\n"
    )
    for command in ("validate", "summary"):
        for output in ("text", "json", "github"):
            assert main([command, str(file), "--output-format", output]) in (0, 1)
            said = "".join(capsys.readouterr())
            assert not UNSEEN.search(said)
            assert not re.search(
                r"^\s*(::(error|warning|notice|set|add|stop)|##\[)[^\n]*owned", said, re.MULTILINE
            )


@pytest.mark.parametrize("payload", list(PAYLOADS.values()), ids=list(PAYLOADS))
def test_arguments_of_the_command_line_are_shown_clean(
    payload: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = "specs/cnn.yaml"
    for argv in (
        ["validate", payload], ["validate", spec, "--set", payload], ["validate", spec, "--set", f"classes={payload}"],
        ["validate", spec, "--set", f"{payload}=1"], ["validate", spec, "--limit", payload], ["explain", payload],
        ["layers", payload], ["init", payload], ["build", spec, "-o", payload], ["build", "specs/gan.yaml", "--model", payload],
        [payload], ["validate", spec, "--output-format", payload],
    ):  # fmt: skip
        assert main(argv) in (1, 2), argv
        said = "".join(capsys.readouterr())
        assert not UNSEEN.search(said), argv
        assert not re.search(r"^(::|##\[)", said, re.MULTILINE), argv
