"""Specs with ops between layers: they build, keep their names, and are the same after saving and loading."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from specgraph.analysis import Analysis, analyze

pytestmark = pytest.mark.tensorflow

RESIDUAL = """\
    inputs: {x: [6, 4]}
    layers:
      - Dense: {name: inner, units: 4, activation: relu}
      - ops.multiply: {name: scaled, x2: 0.1}
      - ops.add: {from: [x, scaled]}
      - ops.subtract: {x1: 1}
      - ops.add: {name: shifted, x2: [1, 2, 3, 4]}
      - ops.mean: {axis: [1]}
      - Dense: {name: out, units: 2}
    """
ATTENTION = """\
    inputs: {x: [T, 8]}
    layers:
      - Dense: {name: q, units: 8, from: x}
      - Dense: {name: k, units: 8, from: x}
      - Dense: {name: v, units: 8, from: x}
      - ops.transpose: {name: turned, axes: [0, 2, 1], from: k}
      - ops.matmul: {name: scores, from: [q, turned]}
      - ops.divide: {name: scaled, x2: 2.828}
      - ops.softmax: {name: weights, axis: -1}
      - ops.matmul: {name: mixed, from: [weights, v]}
      - ops.add: {name: joined, from: [x, mixed]}
      - ops.layer_normalization: {name: normal, axis: 2}
      - Dense: {name: out, units: 3}
    outputs: [out, weights]
    """
SLICES = """\
    inputs: {image: [8, 8, 4], ids: {shape: [5], dtype: int32}}
    layers:
      - ops.get_item: {name: corner, from: image, key: [":", "1:5", "::2", "...", null]}
      - ops.squeeze: {name: flat, axis: -1}
      - ops.split: {name: halves, indices_or_sections: 2, axis: -1}
      - ops.concatenate: {name: turned, from: [halves.1, halves.0], axis: -1}
      - Conv2D: {name: conv, filters: 5, kernel_size: 3}
      - ops.image.resize: {name: small, size: [2, 2]}
      - ops.mean: {name: mean, axis: [1, 2]}
      - ops.one_hot: {name: hot, from: ids, num_classes: 5}
      - ops.einsum: {name: product, from: [hot, mean], subscripts: "bic,bc->bi"}
      - ops.take: {name: looked_up, from: ids, x: [[0.5, 1], [2, 3], [4, 5], [6, 7], [8, 9]], axis: 0}
      - ops.sum: {name: summed, axis: -1}
      - ops.where: {name: chosen, from: {condition: summed, x1: product}, x2: -1.0}
      - ops.top_k: {name: best, k: 2}
    outputs: [best.0, best.1, conv]
    """
EXPECTED: dict[str, set[str]] = {"residual": set(), "attention": set(), "slices": set()}
"""The warnings that a spec has."""
SPECS = {"residual": RESIDUAL, "attention": ATTENTION, "slices": SLICES}


def analysed(text: str) -> Analysis:
    return analyze("specgraph: 1\n" + textwrap.dedent(text))


def built(analysis: Analysis) -> Any:
    from specgraph.lower.build import lower

    [model] = lower(analysis.models).values()
    return model


def arrays(model: Any) -> list[Any]:
    rng = np.random.default_rng(0)
    return [rng.random((3, *(dim or 5 for dim in one.shape[1:]))).astype(one.dtype) for one in model.inputs]


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.filterwarnings("default")
def test_a_model_with_ops(name: str, tmp_path: Path) -> None:
    import keras

    analysis = analysed(SPECS[name])
    assert {one.code.rule for one in analysis.diagnostics} <= EXPECTED[name]
    [types] = analysis.models.values()
    model = built(analysis)
    assert {one.name for one in model.operations} == set(types.graph.nodes)
    given = arrays(model)
    first = keras.tree.flatten(model.predict(given, verbose=0))
    for one, type_ in zip(first, types.outputs or (), strict=True):
        sizes = zip(type_.truth.shape, one.shape, strict=True)
        assert all(a == b for a, b in sizes if isinstance(a, int))
        assert type_.truth.dtype == one.dtype
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert {one.name for one in again.operations} == set(types.graph.nodes)
    for one, other in zip(first, keras.tree.flatten(again.predict(given, verbose=0)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


@pytest.mark.filterwarnings("default")
def test_building_twice_gives_the_same_names() -> None:
    analysis = analysed(RESIDUAL)
    first, second = built(analysis), built(analysis)
    assert [one.name for one in first.operations] == [one.name for one in second.operations]
    assert [one.path for one in first.weights] == [one.path for one in second.weights]


@pytest.mark.parametrize(
    ("item", "inputs"),
    [("ops.trapezoid: {x: null}", "[4, 3]"), ("ops.clip: {x_min: 0, x_max: 1}", "[4, 3]")],
)
def test_an_argument_of_null_is_left_out(item: str, inputs: str) -> None:
    from specgraph.lower.build import lower

    analysis = analyze(f"specgraph: 1\ninputs: {{x: {inputs}}}\nlayers: [{item}]\n")
    [model] = lower(analysis.models).values()
    [types] = analysis.models.values()
    assert types.outputs is not None
    assert len(model.output_shape) == types.outputs[0].rank


def test_elastic_transforms_do_not_mirror() -> None:
    text = "specgraph: 1\ninputs: {x: [6, 6, 3]}\nlayers: [ops.image.elastic_transform: {fill_mode: MODE}]\n"
    text = text.replace("[6, 6, 3]", "{shape: [6, 6, 3], batch_size: 2}")
    [fault] = analyze(text.replace("MODE", "mirror")).diagnostics
    assert fault.code.rule == "fails-when-run"
    assert analyze(text.replace("MODE", "wrap")).ok


FAULTS = [
    ("x: [6, 6, 3]", "- ops.image.elastic_transform", "without knowing the size of axis 0"),
    ("x: {shape: [4, 6], dtype: uint8}", "- ops.min: {initial: 0.5}", "starts with 0.5, which is no uint8"),
    ("x: {shape: [4, 6], dtype: uint8}", "- ops.max: {initial: -1}", "starts with -1, which is no uint8"),
    ("x: {shape: [4, 6], dtype: uint8}", "- ops.max: {initial: 300}", "starts with 300, which is no uint8"),
    ("x: {shape: [4, 6], dtype: int8}", "- ops.max: {initial: 1000}", "starts with 1000, which is no int8"),
    (
        "x: {shape: [2], dtype: int32}",
        "- ops.multi_hot: {num_classes: 3, dtype: complex64}",
        "no maximum of complex64",
    ),
    (
        "x: {shape: [4, 6], dtype: int32}",
        "- CategoryEncoding: {num_tokens: 5, output_mode: count}\n- ops.unstack: {axis: 1}",
        "would have 4 outputs, but 6 come out",
    ),
]


@pytest.mark.parametrize(("inputs", "layers", "said"), FAULTS)
def test_what_the_fuzzer_found(inputs: str, layers: str, said: str) -> None:
    import textwrap

    text = f"specgraph: 1\ninputs: {{{inputs}}}\nlayers:\n" + textwrap.indent(layers, "  ") + "\n"
    faults = [one for one in analyze(text).diagnostics if one.severity == "error"]
    assert [one.code.rule for one in faults] == ["fails-when-run"]
    assert said in faults[0].message
