"""`specgraph layers`: what rows say of themselves."""

from __future__ import annotations

import json

import pytest

from specgraph.cli import main
from specgraph.report.layers import catalogue, describe
from specgraph.report.sources import names
from specgraph.vocabulary import ALIASES, REFUSED, ROWS


def test_the_list_has_every_layer_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers"]) == 0
    out = capsys.readouterr().out
    names = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert sorted(names) == sorted([*ROWS, *REFUSED])
    assert "\npooling\n  MaxPooling1D " in out
    assert all(len(line) < 140 for line in out.splitlines())


def test_the_list_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "--output-format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in data["layers"]] == list(ROWS)
    assert (data["aliases"], data["refused"]) == (ALIASES, REFUSED)


def test_a_layer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "Conv2D"]) == 0
    said = capsys.readouterr()
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "filters required a positive integer" in lines
    assert "padding 'valid' one of valid, same" in lines
    assert "kernel_size required a positive integer, or a list of 2 positive integers" in lines
    assert "- Conv2D: {filters: …, kernel_size: …}" in lines
    assert said.err == ""


def test_names_of_inputs_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "LSTM"]) == 0
    assert "initial_state" in capsys.readouterr().out


@pytest.mark.parametrize("name", ROWS)
def test_every_layer_can_be_described(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", name, "--output-format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    fields = ROWS[name].fields()
    assert {one["name"]: one["required"] for one in data["arguments"]} == {
        field.name: field.required for field in fields.values()
    }
    assert all(("default" in one) != one["required"] for one in data["arguments"])
    assert main(["layers", name]) == 0


@pytest.mark.parametrize("name", names())
def test_sources_and_steps_can_be_described(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", name, "--output-format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["name"] == name and data["kind"] in ("data source", "step") and data["doc"].endswith(".")
    assert main(["layers", name]) == 0


def test_a_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "npz"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("npz, a data source\n") and "data: {npz: {file: …}}" in said
    assert main(["layers", "scael"]) == 2
    assert "did you mean `scale`?" in capsys.readouterr().err


def test_families_stay_together() -> None:
    families = [(entry.name.startswith("ops."), entry.family) for entry in catalogue()]
    assert len(set(families)) == sum(a != b for a, b in zip([None, *families], families, strict=False))
    assert describe("MaxPooling2D").family == "pooling"


def test_an_alias_is_resolved_with_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "MaxPool2D"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("MaxPooling2D\n")
    assert said.err == "specgraph: MaxPool2D is another name of MaxPooling2D\n"


def test_a_cell_stands_in_another_layer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "LSTMCell"]) == 0
    said = capsys.readouterr().out
    assert said.endswith("  cell: {LSTMCell: {units: …}}\n")
    assert "as every layer" not in said
    assert describe("RNN").named == ("sequences", "initial_state", "mask")


def test_an_op_has_no_weights_to_train(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "ops.add"]) == 0
    said = capsys.readouterr().out
    assert "as every op\n  name " in said and "trainable" not in said
    assert describe("Pipeline").common == ("name", "from", "trainable")


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_layer_says_why(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", name]) == 1
    assert REFUSED[name] in capsys.readouterr().err
    assert main(["layers", name, "--output-format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"name": name, "refused": REFUSED[name]}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Conv2d", "did you mean `Conv2D`?"),
        ("Lamda", "did you mean `Lambda`?"),
        ("zzzzzzzzz", "lists them"),
        ("\x1b[31m", "\\u001b"),
    ],
)
def test_an_unknown_name_is_a_usage_error(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", name]) == 2
    said = capsys.readouterr()
    assert said.out == "" and words in said.err and said.err.count("\n") == 1
