"""Functions that turn and shift values along their axes."""

from __future__ import annotations

from typing import Annotated

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.rows.op import Op, axes_of, need_rank
from specgraph.spec.kinds import Either, Int, ListOf
from specgraph.spec.record import Record

from .arguments import MaybeAxes, NoArgs


class FlipArgs(Record):
    axis: MaybeAxes = None


class RollArgs(Record):
    shift: Annotated[int | tuple[int, ...], Either(Int(), ListOf(Int(), least=1))]
    axis: MaybeAxes = None


class Rot90Args(Record):
    k: int = 1
    axes: Annotated[tuple[int, ...], ListOf(Int(), least=2, most=2)] = (0, 1)


def flip(args: FlipArgs, x: TensorType) -> TensorType:
    """The same shape."""
    if args.axis is not None:
        axes_of(args.axis, x)
    return x


def fliplr(args: NoArgs, x: TensorType) -> TensorType:
    need_rank(x, 2)
    return x


def flipud(args: NoArgs, x: TensorType) -> TensorType:
    need_rank(x, 1)
    return x


def roll(args: RollArgs, x: TensorType) -> TensorType:
    """The same shape."""
    axes = (0,) if args.axis is None else axes_of(args.axis, x)
    shifts = (args.shift,) if isinstance(args.shift, int) else args.shift
    if len(shifts) != len(axes) or isinstance(args.shift, int) == isinstance(args.axis, tuple):
        message = (
            f"has {len(shifts)} shifts for {len(axes)} axes; both are lists of one length, or neither is"
        )
        raise Reject("bad-param", message, argument="shift", label=f"{len(shifts)} shifts")
    return x


def rot90(args: Rot90Args, x: TensorType) -> TensorType:
    """Both axes in each other's place; so Keras declares it for half turns, too."""
    need_rank(x, 2)
    a, b = axes_of(args.axes, x, "axes")
    shape = list(x.shape)
    shape[a], shape[b] = shape[b], shape[a]
    if args.k % 2:
        return x.with_shape(*shape)
    return TensorType(tuple(shape), x.dtype, None if shape == list(x.shape) else x)


_ANY = "(...) -> (...)"

LAYERS = (
    Op(
        name="flip",
        args=FlipArgs,
        rule=flip,
        doc="Reverses the order along axes, or along all of them.",
        shapes=_ANY,
    ),
    Op(
        name="fliplr",
        args=NoArgs,
        rule=fliplr,
        doc="Reverses the order along the second axis.",
        shapes="(a, b, ...) -> (a, b, ...)",
    ),
    Op(
        name="flipud",
        args=NoArgs,
        rule=flipud,
        doc="Reverses the order along the first axis.",
        shapes="(a, ...) -> (a, ...)",
    ),
    Op(
        name="roll",
        args=RollArgs,
        rule=roll,
        doc="Shifts values along axes; what leaves at one end comes in at the other.",
        shapes=_ANY,
    ),
    Op(
        name="rot90",
        args=Rot90Args,
        rule=rot90,
        tensors=("array",),
        doc="Turns the plane of two axes by quarter turns.",
        shapes="(a, b, ...) -> (b, a, ...)",
    ),
)
