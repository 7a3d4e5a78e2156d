"""How an op is written: tensors by reference and constants inline; and what is wrong with a use of one."""

from __future__ import annotations

import pytest

from specgraph.analysis import analyze

HEAD = "specgraph: 1\nname: m\ninputs: {a: [4], b: [H, 4]}\nlayers:\n"


def rules(text: str) -> list[str]:
    return [one.code.rule for one in analyze(HEAD + text).diagnostics if one.severity == "error"]


def types(text: str) -> list[str]:
    analysis = analyze(HEAD + text)
    assert analysis.ok, [one.message for one in analysis.diagnostics]
    nodes = analysis.models["m"]
    return [
        f"{one.dtype}{one}" for name in nodes.graph.nodes if name not in "ab" for one in nodes.types[name]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  - ops.add: {from: [a, b]}\n", ["float32(batch, max(H, batch), 4)"]),
        ("  - ops.add: {from: {x2: a, x1: a}}\n", ["float32(batch, 4)"]),
        ("  - ops.add: {from: b, x2: 1}\n", ["float32(batch, H, 4)"]),
        ("  - ops.subtract: {from: b, x1: 1.5}\n", ["float32(batch, H, 4)"]),
        ("  - ops.subtract: {from: {x2: b}, x1: 1.5}\n", ["float32(batch, H, 4)"]),
        ("  - ops.greater: {from: b, x2: [1, 2, 3, 4]}\n  - ops.logical_not\n", ["bool(batch, H, 4)"] * 2),
        ("  - ops.average: {from: {x: a, weights: a}}\n", ["float32()"]),
        ("  - ops.average: {from: a, axis: 1, weights: [1, 2, 3, 4]}\n", ["float32(batch)"]),
        ("  - ops.sum: {from: b, axis: [0, -1], keepdims: true}\n", ["float32(1, H, 1)"]),
    ],
)
def test_a_use(text: str, expected: list[str]) -> None:
    assert types(text) == expected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("  - ops.add: {from: a}\n", "merge-arity"),
        ("  - ops.add: {from: [a, a, a]}\n", "merge-arity"),
        ("  - ops.add: {from: [a, a], x2: 1}\n", "merge-arity"),
        ("  - ops.add: {from: a, x1: 1, x2: 1}\n", "merge-arity"),
        ("  - ops.add: {from: {x1: a}}\n", "missing-argument"),
        ("  - ops.add: {from: {x1: a, x3: a}}\n", "unknown-layer-or-key"),
        ("  - ops.add: {from: {x1: a, x2: a}, x2: 1}\n", "bad-param"),
        ("  - ops.add: {from: a, x2: b}\n", "bad-param"),
        ("  - ops.add: {from: a, x2: null}\n", "bad-param"),
        ("  - ops.add: {from: a, x2: [[1], [1, 2]]}\n", "bad-param"),
        ("  - ops.add: {from: a, x2: [1, 2, 3]}\n", "merge-mismatch"),
        ("  - ops.add: {from: a, x2: 1, trainable: false}\n", "unknown-layer-or-key"),
        ("  - ops.add: {from: a, x2: 1, dtype: float16}\n", "unknown-layer-or-key"),
        ("  - ops.ad: {from: a, x2: 1}\n", "unknown-layer-or-key"),
        ("  - ops.sum: {from: a, axis: 2}\n", "axis-out-of-range"),
        ("  - ops.sum: {from: a, axis: [1, -1]}\n", "bad-param"),
        ("  - ops.while_loop: {from: a}\n", "refused-layer"),
        ("  - ops.zeros: {from: a}\n", "refused-layer"),
        ("  - ops.bitwise_not: {from: a}\n", "fails-when-run"),
        ("  - ops.sum: {from: a}\n  - Reshape: {target_shape: [1]}\n", "rank-mismatch"),
    ],
)
def test_a_wrong_use(text: str, rule: str) -> None:
    assert rules(text) == [rule]


def test_a_message_reads_on_from_the_name() -> None:
    [found] = [
        one
        for one in analyze(HEAD + "  - ops.sum: {name: s, from: a, axis: 2}\n").diagnostics
        if one.layer == "s"
    ]
    assert found.message == "ops.sum has axis 2, its input has 2 axes: (batch, 4)"
    assert found.span.text == "2"


def test_what_depends_on_a_named_dim_is_a_condition() -> None:
    text = "specgraph: 1\ninputs: {a: [H, 4]}\nlayers: [ops.add: {x2: [[1], [2], [3]]}]\n"
    [found] = analyze(text).diagnostics
    assert (found.severity, found.code.rule) == ("warning", "divisibility")
    assert found.message.startswith("ops.add cannot broadcast") and "H == 3 or H == 1" in found.message


def test_unnamed_ops_are_named_by_the_model_alone() -> None:
    text = HEAD + "  - ops.abs: {from: a}\n  - ops.abs\n  - Add: {from: [abs, abs_1]}\n  - ops.add: {x2: 1}\n"
    analysis = analyze(text)
    assert sorted(analysis.models["m"].graph.nodes) == ["a", "abs", "abs_1", "add", "add_1", "b"]
