"""Params at fault are told once, where they are defined."""

from __future__ import annotations

import pytest

from specgraph.analysis import analyze

BODY = 'inputs: {x: [4]}\nlayers:\n  - Dense: {units: $width}\n  - Dense: {units: "${width * 2}"}\n'


def found(params: str, body: str = BODY, **overrides: object) -> list[tuple[str, int]]:
    analysis = analyze(f"specgraph: 1\nparams: {params}\n{body}", params=overrides)
    return [(one.code.rule, one.span.source.position(one.span.start)[0]) for one in analysis.diagnostics]


@pytest.mark.parametrize(
    "params",
    [
        "{width: {type: integer, default: 8}}",
        "{width: {type: int, default: wide}}",
        "{width: {type: int}}",
        "{width: {type: int, default: 4, min: 8}}",
        "{width: {type: int, default: 4, choices: [8, 16]}}",
        "{width: {default: {a: 1}}}",
        "{width: null}",
    ],
)
def test_a_faulty_definition_is_told_once(params: str) -> None:
    assert found(params) == [("param-type", 2)]


def test_faults_besides_are_told_all_the_same() -> None:
    body = (
        BODY + '  - Dense: {units: $depth}\n  - Dense: {units: "${width + depth}"}\n  - Dense: {units: 0}\n'
    )
    assert found("{width: null}", body) == [
        ("param-type", 2), ("undefined-param", 7), ("bad-param", 9),
    ]  # fmt: skip


def test_a_faulty_value_from_outside_is_told_once() -> None:
    assert found("{width: 8}", width="many") == [("param-type", 1)]
    assert found("{width: 8}", width="[") == [("syntax", 1)]
    assert found("{width: null, depth: 2}", height="3") == [("undefined-param", 1), ("param-type", 2)]


def test_sound_params_work() -> None:
    assert found("{width: 8}") == []
    assert found("{width: {type: int}}", width="3") == []


@pytest.mark.parametrize("value", ["$$w", "$$", "$", "${", "$1", "$${w}"])
def test_text_that_only_looks_like_a_reference_is_a_value(value: str) -> None:
    text = f"specgraph: 1\ninputs: {{x: [4]}}\nlayers:\n  - Dense: {{units: '{value}'}}\n"
    assert [one.code.rule for one in analyze(text).diagnostics] == ["bad-param"]


def test_a_reference_that_failed_is_told_once() -> None:
    for form in (
        "Dense: {units: $w}",
        "repeat: {times: $w, layers: [ReLU]}",
        "when: {if: $w, layers: []}",
        "Dense: {name: $w, units: 1}",
    ):
        text = f"specgraph: 1\ninputs: {{x: [4]}}\nlayers:\n  - {form}\n"
        assert [one.code.rule for one in analyze(text).diagnostics] == ["undefined-param"]
