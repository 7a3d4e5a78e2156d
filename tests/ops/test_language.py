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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('  - ops.get_item: {from: b, key: [0, "1:"]}\n', ["float32(H - 1, 4)"]),
        ('  - ops.getitem: {from: b, key: ["...", "::2", null]}\n', ["float32(batch, H, 2, 1)"]),
        ('  - ops.get_item: {from: b, key: [":", ":-1"]}\n', ["float32(batch, H - 1, 4)"]),
        ("  - ops.split: {name: s, from: b, indices_or_sections: 2, axis: -1}\n  - ops.abs: {from: s.1}\n",
         ["float32(batch, H, 2)"] * 3),
        ('  - ops.einsum: {from: [b, b], subscripts: "bqd, bkd -> bqk"}\n', ["float32(batch, H, H)"]),
        ("  - ops.concatenate: {from: [b, b], axis: 1}\n", ["float32(batch, 2*H, 4)"]),
        ("  - ops.stack: {from: [a, a, a], axis: 1}\n", ["float32(batch, 3, 4)"]),
        ("  - ops.matmul: {from: b, x2: [[1], [2], [3], [4]]}\n", ["float32(batch, H, 1)"]),
        ("  - ops.take: {x: [[0.5, 1.5], [2, 3]], from: a, axis: 0}\n", []),
        ("  - ops.cast: {from: a, dtype: int32}\n  - ops.one_hot: {num_classes: 3}\n",
         ["int32(batch, 4)", "float32(batch, 4, 3)"]),
        ("  - ops.nonzero: {from: a}\n", ["int32(?)", "int32(?)"]),
        ("  - ops.where: {from: {condition: a, x1: b, x2: b}}\n", []),
        ("  - ops.image.resize: {from: c, size: [8, 8]}\n", ["float32(batch, 8, 8, 3)"]),
        ("  - ops.select: {from: {condlist: [d], choicelist: [a]}}\n", ["float32(batch, 4)"]),
    ],
)  # fmt: skip
def test_more_uses(text: str, expected: list[str]) -> None:
    head = HEAD.replace("b: [H, 4]", "b: [H, 4], c: [W, 5, 3], d: {shape: [4], dtype: bool}")
    analysis = analyze(head + text)
    nodes = analysis.models["m"]
    found = [
        f"{one.dtype}{one}"
        for name in nodes.graph.nodes
        if name not in "abcd"
        for one in nodes.types.get(name, ())
    ]
    if expected:
        assert found == expected, [one.message for one in analysis.diagnostics]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("  - ops.get_item: {from: a, key: [0, 4]}\n", "shape-mismatch"),
        ("  - ops.get_item: {from: a, key: [0, 0, 0]}\n", "axis-out-of-range"),
        ('  - ops.get_item: {from: a, key: "1:2:3:4"}\n', "bad-param"),
        ('  - ops.get_item: {from: a, key: ["...", "..."]}\n', "bad-param"),
        ("  - ops.reshape: {from: a, newshape: [3, 3]}\n", "reshape-count"),
        ('  - ops.einsum: {from: [a, a], subscripts: "ij,kl->ijm"}\n', "bad-param"),
        ('  - ops.einsum: {from: [a, a], subscripts: "ij->j"}\n', "merge-arity"),
        ("  - ops.matmul: {from: a, x2: [[1], [2], [3]]}\n", "dot-axes"),
        ("  - ops.det: {from: a}\n", "shape-mismatch"),
        ("  - ops.split: {from: a, indices_or_sections: 3, axis: 1}\n", "shape-mismatch"),
        ("  - ops.split: {from: a, indices_or_sections: 100000}\n", "bad-param"),
        ("  - ops.concatenate: {from: [a, b]}\n", "concat-rank"),
        ("  - ops.cast: {from: a, dtype: floot}\n", "unknown-layer-or-key"),
        ("  - ops.qr: {from: b}\n", "undefined-features"),
        ("  - ops.relu: {from: {x: a, y: b}}\n", "unknown-layer-or-key"),
        ("  - ops.adaptive_max_pool: {from: b}\n", "refused-layer"),
    ],
)
def test_more_wrong_uses(text: str, rule: str) -> None:
    assert rules(text) == [rule]
