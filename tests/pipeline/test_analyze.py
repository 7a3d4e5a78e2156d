"""The phases together: text in, types and diagnostics out."""

from __future__ import annotations

import pytest

from specgraph.analysis import Analysis, analyze

HEAD = "specgraph: 1\nname: m\ninputs: {image: [64, H, 3]}\nlayers:\n"
WITH_W = HEAD.replace("inputs", "params: {w: 32}\ninputs")


def rules(analysis: Analysis) -> list[str]:
    return [one.code.rule for one in analysis.diagnostics]


def test_shapes_follow_named_dims() -> None:
    analysis = analyze(WITH_W + "  - Conv2D: {filters: $w, kernel_size: 3}\n")
    assert analysis.ok and not analysis.diagnostics
    assert str(analysis.models["m"].types["conv2d"][0]) == "(batch, 62, H - 2, 32)"
    assert analysis.models["m"].parameters() == (896, 0)


def test_set_replaces_a_default() -> None:
    analysis = analyze(WITH_W + '  - Conv2D: {filters: "${w * 2}", kernel_size: 3}\n', params={"w": "4"})
    assert str(analysis.models["m"].types["conv2d"][0]) == "(batch, 62, H - 2, 8)"


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        (HEAD + "  - Conv2d: {filters: 1, kernel_size: 3}\n", "unknown-layer-or-key", 5),
        (HEAD + "  - Conv2D: {filters: 1, kernal_size: 3}\n", "unknown-layer-or-key", 5),
        (HEAD + "  - Conv2D: {filters: 1}\n", "missing-argument", 5),
        (HEAD + "  - Conv2D: {filters: 1.0, kernel_size: 3}\n", "bad-param", 5),
        (HEAD + "  - Conv2D: {filters: 010, kernel_size: 3}\n", "ambiguous-scalar", 5),
        (HEAD + "  - Conv2D: {filters: 1, kernel_size: 3, use_bias: yes}\n", "ambiguous-scalar", 5),
        (HEAD + "  - Conv2D: {filters: 1, kernel_size: 65}\n", "window-too-large", 5),
        (HEAD + "  - Conv2D: {filters: $v, kernel_size: 3}\n", "undefined-param", 5),
        (HEAD + '  - Conv2D: {filters: "${2 * }", kernel_size: 3}\n', "bad-expression", 5),
        (HEAD + "  - Conv2D: {filters: 1, kernel_size: 3, from: imag}\n", "undefined-ref", 5),
        (HEAD + "  - Conv1D: {filters: 1, kernel_size: 3}\n", "rank-mismatch", 5),
        (HEAD + "  - Lambda: {function: x}\n", "refused-layer", 5),
        (HEAD + "  - Conv2D: {filters: 4, kernel_size: 3, groups: 3}\n", "groups-divisible", 5),
        (HEAD + "  - Conv2D: {filters: 4, kernel_size: 3}\n    Flatten: {}\n", "malformed-item", 6),
        ("specgraph: 1\ninputs: {x: 3}\nlayers: []\n", "bad-shape-value", 2),
        ("specgraph: 2\ninputs: {x: [3]}\nlayers: []\n", "spec-version", 1),
        ("inputs: {x: [3]}\nlayers: []\n", "spec-version", 1),
        ("- 1\n- 2\n", "malformed-item", 1),
    ],
)
def test_each_mistake_is_told_at_its_line(text: str, rule: str, line: int) -> None:
    analysis = analyze(text)
    assert rules(analysis) == [rule]
    span = analysis.diagnostics[0].span
    assert span.source.position(span.start)[0] == line


def test_a_cycle_is_printed() -> None:
    text = HEAD + (
        "  - Conv2D: {name: a, from: b, filters: 3, kernel_size: 1}\n"
        "  - Conv2D: {name: b, from: a, filters: 3, kernel_size: 1}\n"
    )
    analysis = analyze(text)
    assert rules(analysis) == ["cycle"]
    assert "a -> b -> a" in analysis.diagnostics[0].message


def test_all_independent_errors_come_at_once() -> None:
    text = HEAD + "  - Conv2D: {filters: 0, kernel_size: 3}\n  - Conv2D: {filters: 3, kernel_size: x}\n"
    assert rules(analyze(text)) == ["bad-param", "bad-param"]


def test_what_reaches_no_output_is_a_warning() -> None:
    text = (
        "specgraph: 1\nparams: {p: 1}\ninputs: {x: [4], y: [4]}\nlayers:\n"
        "  - Dense: {name: a, from: x, units: 3}\n  - Dense: {name: b, from: x, units: 3}\n"
    )
    analysis = analyze(text)
    assert analysis.ok
    assert rules(analysis) == ["unused-param", "unused-input", "dead-layer"]
