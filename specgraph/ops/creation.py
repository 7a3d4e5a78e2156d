"""Tensors made after others, or of another dtype."""

from __future__ import annotations

from functools import partial
from typing import Annotated, TypeAlias

from specgraph.ir.compare import divisible, equal
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import broadcast, broadcast_axis
from specgraph.rows.hidden import spread_sizes, warn_of_hidden_sizes
from specgraph.rows.op import Op, axis_of, declared, need_rank, need_sizes
from specgraph.spec.kinds import Choice, Int, ListOf, Optional
from specgraph.spec.record import Record

from .arguments import (
    BOOL,
    COMPLEX,
    NO_FLOATS,
    Dtype,
    DtypeArgs,
    DtypeRule,
    MaybeDtype,
    NoArgs,
    Operand,
    check_kernel,
    default_float,
    floating,
    joint,
    kept,
    parts,
    standard,
    typed,
)
from .binary import broadcast_all
from .lookup import Dense
from .unary import each

_NotSparse: TypeAlias = Annotated[bool | None, Choice(None, False)]
_WIDTHS = {"bool": 1, "complex64": 8, "bfloat16": 2}


class CastArgs(Record):
    dtype: Dtype


class ConvertArgs(Record):
    dtype: MaybeDtype = None
    sparse: _NotSparse = None
    ragged: _NotSparse = None


class FullLikeArgs(Record):
    fill_value: Operand = None
    dtype: MaybeDtype = None


class FullArgs(Record):
    shape: Annotated[tuple[int, ...], ListOf(Int(0))]
    fill_value: Operand = None
    dtype: MaybeDtype = None


class BetweenArgs(Record):
    start: Operand = None
    stop: Operand = None
    num: Annotated[int, Int(1)] = 50
    endpoint: bool = True
    dtype: MaybeDtype = None
    axis: int = 0


class LinspaceArgs(Record):
    start: Operand = None
    stop: Operand = None
    num: Annotated[int, Int(1)] = 50
    endpoint: bool = True
    retstep: Dense = False
    dtype: MaybeDtype = None
    axis: int = 0


class LogspaceArgs(Record):
    start: Operand = None
    stop: Operand = None
    num: Annotated[int, Int(1)] = 50
    endpoint: bool = True
    base: int = 10
    dtype: MaybeDtype = None
    axis: int = 0


class VanderArgs(Record):
    N: Annotated[int | None, Optional(Int(0))] = None
    increasing: bool = False


class PolarArgs(Record):
    abs_: Operand = None
    angle: Operand = None


def like(args: DtypeArgs | ConvertArgs | CastArgs, x: TensorType) -> TensorType:
    """The same shape, of the dtype that is asked for."""
    return TensorType(x.shape, x.dtype if args.dtype is None else standard(args.dtype))


def full_like(args: FullLikeArgs, x: TensorType, fill_value: TensorType) -> TensorType:
    """The shape of `x`, to which `fill_value` broadcasts."""
    _check_fill(x.shape, fill_value)
    return TensorType(x.shape, x.dtype if args.dtype is None else standard(args.dtype))


def full(args: FullArgs, fill_value: TensorType) -> TensorType:
    """`shape`, to which `fill_value` broadcasts."""
    _check_fill(args.shape, fill_value)
    return TensorType(args.shape, "float32" if args.dtype is None else standard(args.dtype))


def _check_fill(shape: tuple[Dim, ...], fill_value: TensorType) -> None:
    said = f"({', '.join(map(str, shape))})"
    reject = Reject("fails-when-run", f"fills {said} with {fill_value}, which does not broadcast to it")
    if fill_value.rank > len(shape):
        raise reject
    for size, one in zip(shape[::-1], fill_value.shape[::-1], strict=False):
        if size == 1:
            demand(equal(one, 1), reject, one)
        elif broadcast_axis(size, one, reject) != size and isinstance(size, int):
            raise reject


def view(args: DtypeArgs, x: TensorType) -> TensorType:
    """The bytes read as another dtype, which changes the last axis where the widths differ."""
    dtype = x.dtype if args.dtype is None else standard(args.dtype)
    check_kernel(x.dtype, BOOL)
    check_kernel(dtype, BOOL)
    if x.rank:
        need_sizes(x, -1)
    before, after = _width(x.dtype), _width(dtype)
    if before == after:
        return TensorType(x.shape, dtype)
    need_rank(x, 1)
    size = x.shape[-1] * before
    message = f"reads {x.shape[-1]} values of {x.dtype} as {dtype}, which does not come out even: {x}"
    demand(divisible(size, after), Reject("shape-mismatch", message, argument="dtype"), size)
    return TensorType((*x.shape[:-1], declared(size // after, x.shape[-1])), dtype)


def _width(dtype: str) -> int:
    return _WIDTHS.get(dtype) or int(dtype.lstrip("abcdefghijklmnopqrstuvwxyz")) // 8


def between(
    args: BetweenArgs | LinspaceArgs | LogspaceArgs, start: TensorType, stop: TensorType
) -> TensorType:
    """Both broadcast, with an axis of `num` values between them. Keras declares the dtype of `start`."""
    shape = broadcast_all(start, stop)
    axis = axis_of(args.axis, len(shape) + 1, start)
    warn_of_hidden_sizes(spread_sizes(shape, start, stop), shape)
    shape = (*shape[:axis], args.num, *shape[axis:])
    if args.dtype is None:
        return _claimed(shape, floating(start.dtype), joint(start, stop, also=("float",)))
    dtype = standard(args.dtype)
    if dtype == "bool":
        message = "spreads numbers, which TensorFlow does not make bool"
        raise Reject("fails-when-run", message, argument="dtype", help="leave `dtype` out, and compare")
    return _claimed(shape, floating(dtype), dtype)


def _claimed(shape: tuple[Dim, ...], declared: str, dtype: str) -> TensorType:
    """A type with the dtype that really comes out."""
    return TensorType(shape, declared, TensorType(shape, dtype) if dtype != declared else None)


def geomspace(args: BetweenArgs, start: TensorType, stop: TensorType) -> TensorType:
    """`between`, of floats only."""
    made = between(args, start, stop)
    for i, dtype in enumerate((start.dtype, stop.dtype, standard(args.dtype or "float32"))):
        check_kernel(dtype, NO_FLOATS, min(i, 1))
    message = f"multiplies {made} with {start}, its start, which does not broadcast to it"
    reject = Reject("fails-when-run", message, input=0)
    if broadcast(made.shape, start.shape, lambda axis: reject) != made.shape:
        raise reject
    return _claimed(made.shape, made.dtype, standard(args.dtype or "float32"))


def logspace(args: LogspaceArgs, start: TensorType, stop: TensorType) -> TensorType:
    """`between`, of what TensorFlow raises to a power."""
    made = between(args, start, stop)
    dtype = standard(args.dtype or "float32")
    if dtype.startswith("uint"):
        message = f"raises numbers to powers, which TensorFlow does not in {dtype}"
        raise Reject("fails-when-run", message, argument="dtype", help="leave `dtype` out, and cast it")
    return made


def size(args: NoArgs, x: TensorType) -> TensorType:
    return TensorType((), "int32")


def view_as_real(args: NoArgs, x: TensorType) -> TensorType:
    """`(...)` -> `(..., 2)`."""
    return typed(x, (*x.shape, 2), default_float, parts)


def polar(args: PolarArgs, abs_: TensorType, angle: TensorType) -> TensorType:
    """Complex numbers; Keras declares floats of the shape of `abs_`."""
    if abs_.dtype not in ("float32", "float64") or abs_.dtype != floating(angle.dtype):
        message = f"makes complex numbers of float32 or float64, it has {abs_.dtype} and {angle.dtype}"
        raise Reject("fails-when-run", message, input=0, dtype=abs_.dtype)
    dtype = "complex64" if abs_.dtype == "float32" else "complex128"
    real = TensorType(broadcast_all(abs_, angle), dtype)
    return TensorType(abs_.shape, "float32", real)


def vander(args: VanderArgs, x: TensorType) -> TensorType:
    """`(n,)` -> `(n, N)`."""
    need_rank(x, 1, 1)
    return x.with_shape(x.shape[0], x.shape[0] if args.N is None else args.N)


_SAME = "(...) -> (...)"
_BETWEEN = "(...), (...) -> (num, ...)"


def _like(name: str, doc: str, tensors: tuple[str, ...] = ("x",)) -> Op[DtypeArgs]:
    return Op(name=name, args=DtypeArgs, rule=like, tensors=tensors, doc=doc, shapes=_SAME)


def _each(name: str, dtype: DtypeRule, doc: str, tensors: tuple[str, ...]) -> Op[NoArgs]:
    rule = partial(each, dtype)
    return Op(name=name, args=NoArgs, rule=rule, tensors=tensors, doc=doc, shapes=_SAME)


LAYERS = (
    _like("array", "A copy, of another dtype if one is given."),
    _like("empty_like", "A tensor of the same shape, whose values are anything."),
    _like("ones_like", "A tensor of the same shape that is 1 everywhere."),
    _like("zeros_like", "A tensor of the same shape that is 0 everywhere."),
    _each("stop_gradient", kept, "The same values, through which no gradient flows.", ("variable",)),
    Op(
        name="cast",
        args=CastArgs,
        rule=like,
        doc="The values as another dtype.",
        shapes=_SAME,
    ),
    Op(
        name="saturate_cast",
        args=CastArgs,
        rule=like,
        fails_on=COMPLEX,
        doc="The values as another dtype, those that do not fit as near as it has.",
        shapes=_SAME,
    ),
    Op(
        name="convert_to_tensor",
        args=ConvertArgs,
        rule=like,
        doc="The same values, of another dtype if one is given.",
        shapes=_SAME,
    ),
    Op(
        name="full_like",
        args=FullLikeArgs,
        rule=full_like,
        tensors=("x", "fill_value"),
        doc="A tensor of the same shape, filled with a value.",
        shapes="(...), () -> (...)",
    ),
    Op(
        name="full",
        args=FullArgs,
        rule=full,
        tensors=("fill_value",),
        doc="A tensor of a shape, filled with a value of the model.",
        shapes="() -> shape",
    ),
    Op(
        name="view",
        args=DtypeArgs,
        rule=view,
        doc="The bytes of the values read as another dtype.",
        shapes=_SAME,
    ),
    Op(
        name="linspace",
        args=LinspaceArgs,
        rule=between,
        tensors=("start", "stop"),
        doc="So many values from one to another, evenly spread.",
        shapes=_BETWEEN,
    ),
    Op(
        name="logspace",
        args=LogspaceArgs,
        rule=logspace,
        fails_on=COMPLEX,
        tensors=("start", "stop"),
        doc="So many values between two powers of `base`, their logarithms evenly spread.",
        shapes=_BETWEEN,
    ),
    Op(
        name="geomspace",
        args=BetweenArgs,
        rule=geomspace,
        tensors=("start", "stop"),
        doc="So many values from one to another, each the same multiple of the one before.",
        shapes=_BETWEEN,
    ),
    Op(
        name="size",
        args=NoArgs,
        rule=size,
        doc="How many values there are.",
        shapes="(...) -> ()",
    ),
    Op(
        name="view_as_real",
        args=NoArgs,
        rule=view_as_real,
        fails_on=BOOL,
        doc="Puts the two parts of complex numbers on a new last axis.",
        shapes="(...) -> (..., 2)",
    ),
    Op(
        name="polar",
        args=PolarArgs,
        rule=polar,
        tensors=("abs_", "angle"),
        arrays=("abs_", "angle"),
        doc="Complex numbers of a length and an angle in radians.",
        shapes="(...), (...) -> (...)",
    ),
    Op(
        name="vander",
        args=VanderArgs,
        rule=vander,
        doc="The powers of each value, a row for each.",
        shapes="(n,) -> (n, N)",
    ),
)
