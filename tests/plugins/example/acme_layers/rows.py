"""What specgraph knows of our layers; imports no Keras."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer, Weight, known
from specgraph.spec.kinds import Number
from specgraph.spec.record import Record


class ScaleArgs(Record):
    start: Annotated[float, Number(above=0)] = 1.0


def scale(args: ScaleArgs, x: TensorType) -> TensorType:
    """Any shape -> the same."""
    return x


def scale_weights(args: ScaleArgs, x: TensorType) -> Iterator[Weight]:
    yield Weight(
        "factors", (known(x.shape[-1], "the factors need to know how many features come in", axis=-1),)
    )


LAYERS = (
    Layer(
        name="AcmeScale",
        args=ScaleArgs,
        infer=scale,
        weights=scale_weights,
        keras_class="acme_layers.layers:AcmeScale",
        doc="Multiplies each feature by a factor that is learnt.",
        shapes="(batch, ..., features) -> (batch, ..., features)",
    ),
)
