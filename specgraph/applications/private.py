"""Layers that only the inside of applications has: no items of a spec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.layers.core import Numbers
from specgraph.layers.merging import MergeArgs, merge
from specgraph.rows.base import Layer, Weight, known, same
from specgraph.spec.record import Record

NAMELESS = "variable"
"""How Keras calls a weight without a name, which it then counts."""


class NormalizationArgs(Record):
    mean: Numbers | None = None
    variance: Numbers | None = None


class ArithmeticArgs(Record):
    constant: float


class CustomScaleArgs(Record):
    scale: float


class LayerScaleArgs(Record):
    init_values: float
    projection_dim: int


def normalization_weights(args: NormalizationArgs, x: TensorType) -> Iterator[Weight]:
    """Statistics of the last axis, where they are not given; nothing trains them."""
    if args.mean is not None:
        return
    size = known(x.shape[-1], "Normalization needs to know how many channels come in", axis=-1)
    yield Weight("mean", (size,), False, "zeros")
    yield Weight("variance", (size,), False, "ones")
    yield Weight("count", (), False, "zeros", "int64")


def custom_scale(args: CustomScaleArgs, x: TensorType, y: TensorType) -> TensorType:
    """`x + scale * y`."""
    return merge(MergeArgs(), x, y)


def layer_scale_weights(args: LayerScaleArgs, x: TensorType) -> Iterator[Weight]:
    yield Weight(NAMELESS, (args.projection_dim,))


PRIVATE: dict[str, Layer[Any]] = {
    row.name: row
    for row in (
        Layer(
            name="Normalization",
            args=NormalizationArgs,
            infer=same,
            weights=normalization_weights,
            doc="Centres and scales each channel by fixed statistics.",
        ),
        Layer(
            name="CustomScaleLayer",
            args=CustomScaleArgs,
            infer=custom_scale,
            inputs=(2, 2),
            doc="Adds the second input, scaled, to the first.",
        ),
        Layer(
            name="LayerScale",
            args=LayerScaleArgs,
            infer=same,
            weights=layer_scale_weights,
            doc="Multiplies each channel by a factor that it learns.",
        ),
        Layer(name="x + y", keras_name="Add", args=MergeArgs, infer=merge, inputs=(2, 2), doc="Adds."),
        Layer(name="x + c", keras_name="Add", args=ArithmeticArgs, infer=same, doc="Adds a constant."),
        Layer(name="x * c", keras_name="Multiply", args=ArithmeticArgs, infer=same, doc="Scales."),
    )
}
"""The rows by key; the last three are operations in Keras, not layers."""
