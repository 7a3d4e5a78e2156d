"""Quantiles, counts and comparisons of whole tensors."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.compare import equal
from specgraph.ir.dim import unknown
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import same_size
from specgraph.rows.constants import Scalar
from specgraph.rows.dtypes import FLOATX
from specgraph.rows.hidden import warn_of_hidden_axes
from specgraph.rows.op import Op, axis_of, need_rank
from specgraph.spec.kinds import Int, ListOf, Optional
from specgraph.spec.record import Record

from .arguments import (
    BOOL,
    COMPLEX,
    INTS,
    NO_FLOATS,
    MaybeAxes,
    Operand,
    check_kernel,
    default_float,
    floating,
    joint,
    kept,
    typed,
)
from .binary import broadcast_all
from .lookup import Dense
from .reductions import check_no_axis, reduced, warn_of_sorting

_Numbers: TypeAlias = Annotated[tuple[int | float, ...] | None, Optional(ListOf(Scalar(), least=1))]


class QuantileArgs(Record):
    q: Operand = None
    axis: MaybeAxes = None
    method: Literal["linear", "lower", "higher", "midpoint", "nearest"] = "linear"
    keepdims: bool = False


class AllcloseArgs(Record):
    x1: Operand = None
    x2: Operand = None
    rtol: float = 1e-05
    atol: float = 1e-08
    equal_nan: bool = False


class BincountArgs(Record):
    weights: _Numbers = None
    minlength: Annotated[int, Int(0)] = 0
    sparse: Dense = False


class TrapezoidArgs(Record):
    x: _Numbers = None
    dx: float = 1.0
    axis: int = -1


class PsnrArgs(Record):
    max_val: float


def quantile(dtype: Any, args: QuantileArgs, x: TensorType, q: TensorType) -> TensorType:
    """The shape without the axes, with one in front for each of several `q`."""
    if q.rank > 1:
        raise Reject("fails-when-run", f"needs one `q` or a list of them, it is {q}", input=1)
    warn_of_sorting(x, args.axis)
    return TensorType((*q.shape, *reduced(x, args.axis, args.keepdims)), dtype(x.dtype))


def nanquantile(dtype: Any, args: QuantileArgs, x: TensorType, q: TensorType) -> TensorType:
    """`quantile` over all values; along some axes TensorFlow cannot do it in a model."""
    made = quantile(dtype, args, x, q)
    if q.rank:
        warn_of_hidden_axes("take them one by one, each with a number for `q`", "q")
    check_kernel(x.dtype, (*BOOL, *INTS))
    check_no_axis(args.axis)
    return made


def percentile_dtype(dtype: str) -> str:
    return dtype if is_float(dtype) else FLOATX


def allclose(args: AllcloseArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """A scalar; Keras does not look at the shapes."""
    try:
        broadcast_all(x1, x2)
    except Reject as reject:
        reject.rule = "fails-when-run"
        raise
    return TensorType((), "bool")


def bincount(args: BincountArgs, x: TensorType) -> TensorType:
    """`(..., n)` -> `(..., ?)`: as many as the greatest value and 1."""
    need_rank(x, 1)
    if x.rank > 2:
        raise Reject("fails-when-run", f"counts in a vector or rows of a matrix, its input is {x}", input=0)
    dtype = "int32"
    if args.weights is not None:
        floats = any(isinstance(one, float) for one in args.weights)
        dtype = joint(x, TensorType((), "float32" if floats else "int32"))
        message = f"has {len(args.weights)} weights for {x}"
        label = f"{len(args.weights)} weights"
        reject = Reject("fails-when-run", message, argument="weights", label=label)
        if x.rank != 1:
            raise reject
        demand(equal(x.shape[0], len(args.weights)), reject, x.shape[0])
    return TensorType((*x.shape[:-1], unknown()), dtype)


def trapezoid(args: TrapezoidArgs, y: TensorType) -> TensorType:
    """The shape without the axis."""
    axis = axis_of(args.axis, y.rank, y)
    if args.x is not None and args.axis not in (-1, 0):
        message = f"has places for axis {args.axis}, which works for axis -1 or 0 only"
        raise Reject("fails-when-run", message, argument="axis")
    if args.axis < -1:
        message = f"fails when it runs along axis {args.axis}; counted from the front it works"
        raise Reject("fails-when-run", message, argument="axis", label=f"axis {axis}")
    if args.x is not None:
        message = f"has {len(args.x)} places for {y.shape[axis]} values: {y}"
        reject = Reject("fails-when-run", message, argument="x", label=f"{len(args.x)} places")
        demand(equal(y.shape[axis], len(args.x)), reject, y.shape[axis])
    return TensorType((*y.shape[:axis], *y.shape[axis + 1 :]), floating(y.dtype))


def psnr(args: PsnrArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """A scalar."""
    if x1.rank != x2.rank:
        message = f"compares tensors with the same number of axes, they are {x1} and {x2}"
        raise Reject("rank-mismatch", message, input=1, rank=x2.rank, least=x1.rank, most=x1.rank)
    reject = Reject("fails-when-run", f"compares tensors of one shape and dtype: {x1} and {x2}", input=1)
    if x1.dtype != x2.dtype:
        raise reject
    for a, b in zip(x1.shape, x2.shape, strict=True):
        same_size(a, b, reject)
    return typed(x1, (), default_float, kept)


def _quantile(name: str, rule: Any, doc: str, fails_on: tuple[str, ...] = COMPLEX) -> Op[QuantileArgs]:
    shapes = "(...), () -> (...) less `axis`"
    tensors = ("x", "q")
    return Op(
        name=name, args=QuantileArgs, rule=rule, tensors=tensors, doc=doc, shapes=shapes, fails_on=fails_on
    )


LAYERS = (
    _quantile("quantile", partial(quantile, floating), "The values below which a share `q` of all lies."),
    _quantile(
        "percentile", partial(quantile, percentile_dtype), "The values below which `q` per cent of all lie."
    ),
    _quantile(
        "nanquantile", partial(nanquantile, floating), "The same as `quantile`, without values that are NaN."
    ),
    _quantile(
        "nanpercentile",
        partial(nanquantile, floating),
        "The same as `percentile`, without values that are NaN.",
    ),
    Op(
        name="allclose",
        args=AllcloseArgs,
        rule=allclose,
        tensors=("x1", "x2"),
        doc="Whether all values of two tensors are nearly equal.",
        shapes="(...), (...) -> ()",
    ),
    Op(
        name="bincount",
        args=BincountArgs,
        rule=bincount,
        prepare={"weights": list},
        doc="How often each integer from 0 on is there.",
        shapes="(..., n) -> (..., ?)",
    ),
    Op(
        name="trapezoid",
        args=TrapezoidArgs,
        rule=trapezoid,
        tensors=("y",),
        prepare={"x": list},
        doc="The integral along an axis, by trapezoids.",
        shapes="(..., n, ...) -> (..., ...)",
    ),
    Op(
        name="psnr",
        args=PsnrArgs,
        rule=psnr,
        tensors=("x1", "x2"),
        fails_on=NO_FLOATS,
        doc="The peak signal-to-noise ratio of two tensors, in decibels.",
        shapes="(...), (...) -> ()",
    ),
)
