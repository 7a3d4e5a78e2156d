"""Several layers after each other as one: what is done to the data before the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from specgraph.ir.dim import unknown
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer, Reject, Weight
from specgraph.spec.kinds import ListOf
from specgraph.spec.record import Record

from .images import sides, with_sides
from .nested import LayerKind, Nested, run

_TRAINING_ONLY = ("RandomCrop",)
"""What comes out of these while Keras looks is not what comes out of `predict`."""


class PipelineArgs(Record):
    layers: Annotated[tuple[Nested, ...], ListOf(LayerKind(), least=1)]


def pipe(args: PipelineArgs, x: TensorType) -> TensorType:
    """What the last layer gives. Keras runs the layers as `fit` does to see what comes out."""
    *_, made = _declared(args, x)
    true = x
    for nested in args.layers:
        true = _one(nested, true).truth
    return made if true == made else made._replace(real=true)


def _declared(args: PipelineArgs, x: TensorType) -> Iterator[TensorType]:
    """What enters each layer, and what comes out of the last."""
    yield x
    for nested in args.layers:
        given, made = x, _one(nested, x)
        x = made.declared if nested.row.name in _TRAINING_ONLY else made.truth
        if nested.row.name == "CenterCrop":
            x = _after_crop(nested, given, x)
        yield x


def _after_crop(nested: Nested, given: TensorType, made: TensorType) -> TensorType:
    """Keras loses height and width where it does not know both before, though they are cut to a size.

    An image that it knows to be too small it resizes, to the size that is asked for.
    """
    before, after = sides(nested.args, given), sides(nested.args, made)
    small = any(
        isinstance(a, int) and a < b for a, b in zip(before, after, strict=True) if isinstance(b, int)
    )
    if small or all(isinstance(side, int) for side in before):
        return made
    return with_sides(nested.args, made, unknown(), unknown())


def _one(nested: Nested, x: TensorType) -> TensorType:
    outputs = run(nested, x, "layers")
    if len(outputs) != 1:
        message = f"{nested.row.name} gives {len(outputs)} outputs, the next layer of a Pipeline reads one"
        raise Reject("bad-param", message, argument="layers")
    return outputs[0]


def pipe_weights(args: PipelineArgs, x: TensorType) -> Iterator[Weight]:
    for nested, given in zip(args.layers, _declared(args, x), strict=False):
        yield from nested.row.weights(nested.args, given)


class PipelineRow(Layer[Any]):
    """A row whose layer has no dtype of its own."""

    common = ("name", "from", "trainable")


LAYERS = (
    PipelineRow(
        name="Pipeline",
        args=PipelineArgs,
        infer=pipe,
        weights=pipe_weights,
        keeps_dtype=True,
        autocast=False,
        doc="Several layers after each other as one, such as all that is done to images before the model.",
        shapes="those of its layers, one after the other",
    ),
)
