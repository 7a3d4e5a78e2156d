"""Shapes that TensorFlow does not know when it traces `fit`: we warn where it loses some, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from specgraph.analysis import Analysis, analyze

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]

LOST = [
    ("x: [7, 6]", "ops.median: {axis: 1}"),
    ("x: [7, 6]", "ops.median: {axis: -1, keepdims: true}"),
    ("x: [7, 6]", "ops.quantile: {q: 0.3, axis: 2}"),
    ("x: [7, 6]", "ops.percentile: {q: [30.0, 50.0], axis: 1}"),
    ("x: [7, 6]", "ops.nanquantile: {q: [0.3, 0.5]}"),
    ("x: [7, 6]", "ops.average: {axis: 1, weights: [1, 2, 3, 4, 5, 6, 7]}"),
    ("x: [1, 3], y: [1, 3]", "ops.cross: {from: [x, y]}"),
    ("x: [3, 1], y: [3, 1]", "ops.linspace: {from: [x, y], num: 3}"),
    ("x: [3, 4]", "ops.logspace: {from: x, start: 0.5, num: 3}"),
    ("x: [3, 4], y: [3, 4]", "ops.inner: {from: [x, y]}"),
    ("x: [3, 1, 4]", "ops.squeeze"),
    ("x: [8, 8, 4]", "DepthwiseConv2D: {kernel_size: 3, strides: 2, padding: same, dilation_rate: [1, 2]}"),
    (
        "x: [8, 8, 4]",
        "SeparableConv2D: {filters: 2, kernel_size: 3, strides: 2, padding: same, dilation_rate: 2}",
    ),
]
KNOWN = [
    ("x: [7, 6]", "ops.median"),
    ("x: [7, 6]", "ops.median: {axis: 0}"),
    ("x: [7, 6]", "ops.median: {axis: [1, 2]}"),
    ("x: {shape: [7, 6], batch_size: 4}", "ops.median: {axis: 1}"),
    ("x: [7, 6]", "ops.nanquantile: {q: 0.3}"),
    ("x: {shape: [3], batch_size: 2}", "ops.average: {axis: 1, weights: [1, 2, 3]}"),
    ("x: [2, 3], y: [2, 3]", "ops.cross: {from: [x, y]}"),
    ("x: [3, 4], y: [3, 4]", "ops.linspace: {from: [x, y], num: 3}"),
    ("x: {shape: [1], batch_size: 2}", "ops.linspace: {from: x, start: 0.5, num: 3}"),
    ("x: [3, 1, 4]", "ops.squeeze: {axis: 2}"),
    ("x: [8, 8, 4]", "DepthwiseConv2D: {kernel_size: 3, strides: 2, padding: same}"),
    ("x: [8, 8, 4]", "DepthwiseConv2D: {kernel_size: 3, strides: 2, dilation_rate: [1, 2]}"),
    ("x: [8, 8, 4]", "DepthwiseConv2D: {kernel_size: 3, dilation_rate: 2}"),
]


def analysis(inputs: str, layer: str) -> Analysis:
    return analyze(f"specgraph: 1\ninputs: {{{inputs}}}\nlayers:\n  - {layer}\n")


def traced(found: Analysis) -> tuple[tuple[Any, ...] | None, tuple[Any, ...]]:
    """The shape that TensorFlow knows, None for no number of axes, and what we say comes out."""
    import tensorflow as tf

    from specgraph.lower.build import lower

    [model] = lower(found.models).values()
    signature = [tf.TensorSpec(one.shape, one.dtype) for one in model.inputs]

    def run(*tensors: Any) -> Any:
        return model(list(tensors) if len(tensors) > 1 else tensors[0], training=False)

    made = tf.function(run, input_signature=signature).get_concrete_function().structured_outputs.shape
    [types] = found.models.values()
    assert types.outputs is not None
    return (None if made.rank is None else tuple(made)), types.outputs[0].truth.shape


@pytest.mark.parametrize(("inputs", "layer"), LOST)
def test_what_tensorflow_loses_is_warned_of(inputs: str, layer: str) -> None:
    found = analysis(inputs, layer)
    assert [one.message for one in found.diagnostics if "hides from TensorFlow" in one.message]
    made, ours = traced(found)
    assert made is None or any(b is None and isinstance(a, int) for a, b in zip(ours, made, strict=True))


@pytest.mark.parametrize(("inputs", "layer"), KNOWN)
def test_what_tensorflow_knows_is_not(inputs: str, layer: str) -> None:
    found = analysis(inputs, layer)
    assert not [one.message for one in found.diagnostics if "hides from TensorFlow" in one.message]
    made, ours = traced(found)
    assert made is not None
    assert made == tuple(a if isinstance(a, int) else None for a in ours)


def test_a_loss_fails_where_the_number_of_axes_is_hidden() -> None:
    import numpy as np

    import specgraph

    text = (
        "specgraph: 1\ninputs: {x: [3]}\nlayers:\n  - Dense: {units: 3}\n"
        "  - ops.average: {axis: 1, weights: [1, 2, 3]}\ncompile: {loss: mse}\n"
    )
    with pytest.raises(ValueError, match="unknown rank"):
        specgraph.build(text).fit(np.ones((8, 3)), np.ones(8), verbose=0)
