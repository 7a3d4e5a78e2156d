"""The document's own keys: which there are, which are needed, and what stands under them."""

from __future__ import annotations

import pytest

from specgraph.analysis import analyze

GOOD = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense: {units: 1}]\n"
MODELS = "specgraph: 1\nmodels:\n  %s: {inputs: {x: [4]}, layers: [Dense: {units: 1}]}\n"


def said(text: str) -> list[tuple[str, str]]:
    return [(one.code.rule, one.message) for one in analyze(text).diagnostics]


def test_a_spec_with_inputs_and_layers_is_whole() -> None:
    assert said(GOOD) == said(MODELS % "a") == []


def test_inputs_and_layers_are_needed() -> None:
    assert said("specgraph: 1\n\n") == [("missing-argument", "a spec needs `inputs` and `layers`")]
    assert said("specgraph: 1\nmodels: {a: {inputs: {x: [4]}}}\n") == [
        ("missing-argument", "model `a` needs `layers`")
    ]


def test_a_model_has_a_name_that_can_be_one_of_a_file() -> None:
    assert said(MODELS % "../a") == [
        ("bad-param", "'../a' is no name for a model: letters, digits, `_` and `-` only")
    ]


def test_a_model_does_not_hide_a_layer() -> None:
    message = "a model cannot be called `{}`, because there is a layer of that name"
    assert said(MODELS % "LSTM") == [("duplicate-name", message.format("LSTM"))]
    assert said(MODELS % "MaxPool2D") == [("duplicate-name", message.format("MaxPool2D"))]


def test_the_name_of_a_single_model_is_free() -> None:
    assert said(GOOD + "name: Dense\n") == []


def test_a_doc_is_a_string() -> None:
    assert said(GOOD + "doc: a net\n") == []
    assert said(GOOD + "doc: [a]\n") == [("bad-param", "`doc` is a string, not ['a']")]
    assert said(GOOD.replace("[4]", "{shape: [4], doc: d}")) == []
    assert said(GOOD.replace("[4]", "{shape: [4], doc: 3}")) == [("bad-param", "`doc` is a string, not 3")]
    assert said(GOOD + "$schema: 3\n") == [("bad-param", "`$schema` is a string, not 3")]


def test_outputs_are_not_empty() -> None:
    assert said(GOOD + "outputs: [dense]\n") == []
    assert said(GOOD + "outputs: []\n") == [("bad-param", "a list of references has at least one")]


@pytest.mark.parametrize(
    ("param", "rule"),
    [
        ("{default: 1, min: 0, choices: [1, 2], doc: d}", None),
        ("{default: 1, min: low}", "bad-param"),
        ("{default: 1, choices: 1}", "bad-param"),
        ("{default: 1, choices: []}", "bad-param"),
        ("{default: 1, doc: 3}", "bad-param"),
        ("{type: list, default: [[1], {a: 1}]}", "param-type"),
        ("{default: 1, minimum: 1}", "unknown-layer-or-key"),
    ],
)  # fmt: skip
def test_what_a_param_may_say(param: str, rule: str | None) -> None:
    text = GOOD.replace("units: 1", "units: $p") + f"params: {{p: {param}}}\n"
    found = [one for one, _ in said(text)]
    assert rule in found if rule else not found


def test_a_reference_with_a_line_break_is_a_string_like_any_other() -> None:
    found = said('specgraph: 1\nparams: {n: 1}\ninputs: {x: [4]}\nlayers: [Dense: {units: "$n\\n"}]\n')
    assert [rule for rule, _ in found] == ["bad-param"]
