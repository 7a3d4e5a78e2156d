"""Functions that take axes away: sums, means, extremes, norms."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Annotated

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Reject
from specgraph.rows.broadcast import may_agree
from specgraph.rows.constants import Scalar
from specgraph.rows.dtypes import FLOATX, is_int, result_type
from specgraph.rows.hidden import warn_of_hidden_axes, warn_of_hidden_sizes
from specgraph.rows.op import Op, axes_of
from specgraph.spec.kinds import Choice, Either, Optional
from specgraph.spec.record import Record

from .arguments import (
    BOOL,
    COMPLEX,
    NO_FLOATS,
    UNSIGNED,
    Axes,
    Axis,
    DtypeRule,
    MaybeAxes,
    MaybeDtype,
    Operand,
    boolean,
    check_kernel,
    counted,
    default_float,
    floating,
    joint,
    kept,
    parts,
    standard,
    summed,
    typed,
)


class ReduceArgs(Record):
    axis: MaybeAxes = None
    keepdims: bool = False


class ExtremeArgs(Record):
    axis: MaybeAxes = None
    keepdims: bool = False
    initial: Annotated[int | float | None, Optional(Scalar())] = None


class ProdArgs(Record):
    axis: MaybeAxes = None
    keepdims: bool = False
    dtype: MaybeDtype = None


class PlaceArgs(Record):
    axis: Axis = None
    keepdims: bool = False


class CountArgs(Record):
    axis: MaybeAxes = None


class AverageArgs(Record):
    axis: Axis = None
    weights: Operand = None


class MomentsArgs(Record):
    axes: Axes
    keepdims: bool = False
    synchronized: bool = False


class NormArgs(Record):
    ord: Annotated[
        int | float | str | None,
        Optional(Either(Scalar(), Choice("fro", "nuc"), phrase="a number, `fro` or `nuc`")),
    ] = None
    axis: MaybeAxes = None
    keepdims: bool = False


def reduced(
    x: TensorType, axes: int | tuple[int, ...] | None, keepdims: bool, argument: str = "axis"
) -> tuple[Dim, ...]:
    """The shape without the axes, or with 1 in their place; None stands for all of them."""
    gone = range(x.rank) if axes is None else axes_of(axes, x, argument)
    if keepdims:
        return tuple(1 if i in gone else dim for i, dim in enumerate(x.shape))
    return tuple(dim for i, dim in enumerate(x.shape) if i not in gone)


def reduce(
    dtype: DtypeRule,
    args: ReduceArgs | ExtremeArgs | PlaceArgs,
    x: TensorType,
    *,
    real: DtypeRule | None = None,
) -> TensorType:
    """The shape without the axes; the dtype by the rule."""
    return typed(x, reduced(x, args.axis, args.keepdims), dtype, real)


def median(args: ReduceArgs, x: TensorType) -> TensorType:
    warn_of_sorting(x, args.axis)
    return TensorType(reduced(x, args.axis, args.keepdims), floating(x.dtype))


def warn_of_sorting(x: TensorType, axis: MaybeAxes) -> None:
    """Warns that what is put last, to be sorted, gets its shape by sizes that are worked out as it runs."""
    if axis is not None:
        left = reduced(x, axis, False)
        warn_of_hidden_sizes(left, left)


def nanmedian(args: ReduceArgs, x: TensorType) -> TensorType:
    """`reduce`, over all axes: along some, TensorFlow cannot do it in a model."""
    made = reduce(floating, args, x)
    if args.axis is not None:
        check_no_axis(args.axis)
    return made


def check_no_axis(axis: int | tuple[int, ...] | None) -> None:
    """Rejects an axis where TensorFlow's way works on all values at once, or not in a traced function."""
    if axis is not None:
        message = "fails when it runs along an axis in a model; over all values it works"
        raise Reject("fails-when-run", message, argument="axis", label="an axis")


def product(args: ProdArgs, x: TensorType) -> TensorType:
    """`reduce`; Keras declares the dtype that is asked for, but that of the input comes out."""
    shape = reduced(x, args.axis, args.keepdims)
    if args.dtype is None:
        return TensorType(shape, summed(x.dtype))
    check_kernel(x.dtype, BOOL)
    return typed(x, shape, lambda _: standard(args.dtype or FLOATX), kept)


def count(args: CountArgs, x: TensorType) -> TensorType:
    return TensorType(reduced(x, args.axis, False), "int32")


def average(args: AverageArgs, x: TensorType, weights: TensorType | None = None) -> TensorType:
    """`weights` are of the shape of `x`, or have one for each place along the axis."""
    dtype = joint(x, *([weights] if weights else []), also=("float",))
    shape = reduced(x, args.axis, False)
    if weights is not None:
        reject = Reject(
            "shape-mismatch",
            f"weights {x} with {weights}, which is neither of its shape nor of its axis",
            argument="weights",
            input=1,
        )
        if args.axis is not None and weights.rank == 1 and x.rank != 1:
            may_agree(x.shape[args.axis], weights.shape[0], reject)
            if not all(isinstance(dim, int) for dim in x.shape):
                warn_of_hidden_axes("say `batch_size`, or use `ops.tensordot`", "weights")
        elif weights.rank != x.rank:
            raise reject
        else:
            for a, b in zip(x.shape, weights.shape, strict=True):
                may_agree(a, b, reject)
    return TensorType(shape, dtype)


def moments(args: MomentsArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """The mean and the variance; over replicas, integers are divided, and floats come out."""
    made = TensorType(reduced(x, args.axes, args.keepdims, "axes"), x.dtype)
    if args.synchronized and is_int(x.dtype):
        made = made.but_really("float64")
    return made, made


def norm(args: NormArgs, x: TensorType) -> TensorType:
    """Of one axis the norm of vectors, of two that of matrices; TensorFlow takes no other number."""
    shape = reduced(x, args.axis, args.keepdims)
    count = x.rank if args.axis is None else 1 if isinstance(args.axis, int) else len(args.axis)
    if (count == 1 and isinstance(args.ord, str)) or (count == 2 and args.ord not in _MATRIX_NORMS):
        noun = "vectors" if count == 1 else "matrices"
        raise Reject("bad-param", f"has no such norm of {noun}", argument="ord", label=f"not for {noun}")
    if count not in (1, 2):
        message = f"takes the norm along one axis or two, here it has {count}: {x}"
        raise Reject("fails-when-run", message, argument="axis", help="give `axis`")
    if count == 2 and args.ord in _BY_SINGULAR_VALUES:
        check_kernel(x.dtype, ("float16", "bfloat16"))
    squares = args.ord in (None, 0, 2) if count == 1 else args.ord in (None, "fro")
    if count == 1 and not squares and not _is_infinite(args.ord):
        check_kernel(x.dtype, COMPLEX)
    return typed(x, shape, floating, None if squares else _floating_parts)


_MATRIX_NORMS = (None, "fro", "nuc", inf, -inf, 1, -1, 2, -2)
_BY_SINGULAR_VALUES = ("nuc", 2, -2)


def _is_infinite(value: object) -> bool:
    return value in (inf, -inf)


def _floating_parts(dtype: str) -> str:
    return parts(floating(dtype))


def mean_dtype(dtype: str) -> str:
    return result_type(dtype, "float32") if is_int(dtype) or dtype == "bool" else dtype


_SHAPES = "(...) -> (...) less `axis`"


def _op(
    name: str,
    dtype: DtypeRule,
    doc: str,
    fails_on: tuple[str, ...] = (),
    real: DtypeRule | None = None,
) -> Op[ReduceArgs]:
    rule = partial(reduce, dtype, real=real)
    return Op(name=name, args=ReduceArgs, rule=rule, doc=doc, shapes=_SHAPES, fails_on=fails_on)


def _holds(dtype: str, value: float) -> bool:
    """Whether an integer dtype has a value, where another would come out."""
    bits = int(dtype.lstrip("uint"))
    low = 0 if dtype.startswith("u") else -(1 << (bits - 1))
    return low <= value < low + (1 << bits)


def extreme(args: ExtremeArgs, x: TensorType) -> TensorType:
    """The axes less; `initial` is of the tensor's kind."""
    first = args.initial
    fraction = isinstance(first, float) and not is_float(x.dtype)
    if first is not None and (fraction or (is_int(x.dtype) and not _holds(x.dtype, first))):
        message = f"starts with {first}, which is no {x.dtype}"
        raise Reject("fails-when-run", message, argument="initial")
    return reduce(kept, args, x)


def _extreme(name: str, doc: str) -> Op[ExtremeArgs]:
    return Op(name=name, args=ExtremeArgs, rule=extreme, doc=doc, shapes=_SHAPES, fails_on=COMPLEX)


def _place(name: str, doc: str) -> Op[PlaceArgs]:
    rule = partial(reduce, counted)
    return Op(name=name, args=PlaceArgs, rule=rule, doc=doc, shapes=_SHAPES, fails_on=COMPLEX)


LAYERS = (
    _op("all", boolean, "Whether all values are true."),
    _op("amax", kept, "The greatest value.", COMPLEX),
    _op("amin", kept, "The least value.", COMPLEX),
    _op("any", boolean, "Whether one value is true."),
    _op(
        "logsumexp",
        default_float,
        "The logarithm of the sum of the exponentials.",
        NO_FLOATS,
        real=kept,
    ),
    _op("mean", mean_dtype, "The mean."),
    Op(
        name="median",
        args=ReduceArgs,
        rule=median,
        doc="The value in the middle.",
        shapes=_SHAPES,
        fails_on=COMPLEX,
    ),
    _op("nanmax", kept, "The greatest value that is not NaN.", COMPLEX),
    _op("nanmean", floating, "The mean of the values that are not NaN.", real=_floating_parts),
    Op(
        name="nanmedian",
        args=ReduceArgs,
        rule=nanmedian,
        doc="The value in the middle of those that are not NaN.",
        shapes=_SHAPES,
        fails_on=NO_FLOATS,
    ),
    _op("nanmin", kept, "The least value that is not NaN.", COMPLEX),
    _op("nanprod", summed, "The product of the values that are not NaN."),
    _op("nanstd", floating, "The standard deviation of the values that are not NaN.", COMPLEX),
    _op("nansum", summed, "The sum of the values that are not NaN."),
    _op("nanvar", floating, "The variance of the values that are not NaN.", COMPLEX),
    _op("ptp", kept, "The greatest value less the least.", (*BOOL, *COMPLEX)),
    _op("std", floating, "The standard deviation.", real=_floating_parts),
    _op("sum", summed, "The sum."),
    _op("var", floating, "The variance."),
    _extreme("max", "The greatest value, at least `initial`."),
    _extreme("min", "The least value, at most `initial`."),
    _place("argmax", "Where the greatest value is."),
    _place("argmin", "Where the least value is."),
    _place("nanargmax", "Where the greatest value is of those that are not NaN."),
    _place("nanargmin", "Where the least value is of those that are not NaN."),
    Op(
        name="average",
        args=AverageArgs,
        rule=average,
        optional=("weights",),
        doc="The mean, weighted by `weights` if there are any.",
        shapes=_SHAPES,
    ),
    Op(
        name="count_nonzero",
        args=CountArgs,
        rule=count,
        doc="How many values are not 0.",
        shapes=_SHAPES,
    ),
    Op(
        name="moments",
        args=MomentsArgs,
        rule=moments,
        doc="The mean and the variance, two outputs.",
        shapes=_SHAPES,
        fails_on=(*BOOL, "int8", "int16", *UNSIGNED),
    ),
    Op(
        name="norm",
        args=NormArgs,
        rule=norm,
        doc="The norm of vectors or matrices: their length, if `ord` is not given.",
        shapes=_SHAPES,
    ),
    Op(
        name="prod",
        args=ProdArgs,
        rule=product,
        doc="The product.",
        shapes=_SHAPES,
    ),
)
