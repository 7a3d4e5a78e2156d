"""Activations that have arguments of their own, as layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.arguments import Axes, Constraint, Initializer, NonNegative, Regularizer, initializer
from specgraph.rows.base import Layer, Port, Reject, Weight, known, same
from specgraph.rows.broadcast import check_into
from specgraph.spec.kinds import Either, Int, ListOf, Number, Optional
from specgraph.spec.record import Record

from .devices import check_softmax
from .reshaping import check_axes


class ReLUArgs(Record):
    max_value: Annotated[float | None, Optional(Number(minimum=0))] = None
    negative_slope: NonNegative = 0.0
    threshold: NonNegative = 0.0


class LeakyReLUArgs(Record):
    negative_slope: NonNegative = 0.3


class PReLUArgs(Record):
    alpha_initializer: Initializer = "Zeros"
    alpha_regularizer: Regularizer = None
    alpha_constraint: Constraint = None
    # Keras reads a negative axis here as the one before it, so none is let through.
    shared_axes: Annotated[
        int | tuple[int, ...] | None,
        Optional(Either(Int(1), ListOf(Int(1)), phrase="an axis or a list of axes, the first being 1")),
    ] = None


class ELUArgs(Record):
    alpha: float = 1.0


class SoftmaxArgs(Record):
    axis: Axes = -1


def relu(args: ReLUArgs, x: TensorType) -> TensorType:
    """The same shape; ints have no slope."""
    if args.negative_slope and not is_float(x.dtype):
        message = f"a slope makes floats, the input is {x.dtype}"
        raise Reject("dtype-mismatch", message, input=0, argument="negative_slope", dtype=x.dtype)
    return x


def leaky_relu(args: LeakyReLUArgs, x: TensorType) -> TensorType:
    """The same shape; ints become float32 under any policy."""
    return x if is_float(x.dtype) else x.but_really("float32")


def prelu(args: PReLUArgs, x: TensorType) -> TensorType:
    """The same shape; every axis that is not shared must be known."""
    _slopes(args, x)
    return x


def prelu_weights(args: PReLUArgs, x: TensorType) -> Iterator[Weight]:
    yield Weight("alpha", _slopes(args, x), initializer=initializer(args.alpha_initializer))


def _slopes(args: PReLUArgs, x: TensorType) -> tuple[int, ...]:
    """The shape of the slopes: the input's without the batch, ones where they are shared."""
    given = args.shared_axes
    shared = () if given is None else (given,) if isinstance(given, int) else given
    check_axes("PReLU", shared, x, argument="shared_axes")
    message = f"PReLU learns a slope for each value and needs to know the axis; its input is {x}"
    try:
        return tuple(
            1 if axis in shared else known(dim, message, axis=axis)
            for axis, dim in enumerate(x.shape[1:], start=1)
        )
    except Reject as reject:
        reject.help = f"share the slopes along it: `shared_axes: [{reject.facts['axis']}]`"
        raise


def softmax(args: SoftmaxArgs, x: TensorType, mask: TensorType | None = None) -> TensorType:
    """The same shape; a mask must broadcast to it."""
    check_axes("Softmax", args.axis, x)
    check_softmax(x.rank, over=1 if isinstance(args.axis, int) else len(args.axis))
    if mask is not None:
        message = f"a mask of {mask} does not go over {x}"
        check_into(mask.shape, x.shape, Reject("fails-when-run", message, argument="mask"))
    return x


_SHAPES = "(batch, ...) -> (batch, ...)"

LAYERS = (
    Layer(
        name="ReLU",
        args=ReLUArgs,
        infer=relu,
        keeps_ints=True,
        no_bools=True,
        doc="Cuts values below `threshold` to zero, or to a slope, and values above `max_value` to it.",
        shapes=_SHAPES,
    ),
    Layer(
        name="LeakyReLU",
        args=LeakyReLUArgs,
        infer=leaky_relu,
        no_bools=True,
        doc="Keeps positive values and multiplies negative ones by a small slope.",
        shapes=_SHAPES,
    ),
    Layer(
        name="PReLU",
        args=PReLUArgs,
        infer=prelu,
        weights=prelu_weights,
        floats_only=True,
        doc="Keeps positive values and multiplies negative ones by slopes that it learns.",
        shapes=_SHAPES,
    ),
    Layer(
        name="ELU",
        args=ELUArgs,
        infer=same,
        floats_only=True,
        doc="Keeps positive values and bends negative ones towards -`alpha`.",
        shapes=_SHAPES,
    ),
    Layer(
        name="Softmax",
        args=SoftmaxArgs,
        infer=softmax,
        input_names=("inputs",),
        ports=(Port("mask"),),
        floats_only=True,
        doc="Turns the values along an axis into shares that sum to 1.",
        shapes=_SHAPES,
    ),
)
