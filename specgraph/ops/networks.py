"""Normalizations and attention as functions of tensors."""

from __future__ import annotations

from typing import Annotated

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.rows.broadcast import may_agree, same_shape
from specgraph.rows.constants import Scalar
from specgraph.rows.op import Op, axes_of, axis_of, need_sizes
from specgraph.spec.kinds import Choice, Int, Optional
from specgraph.spec.record import Record

from .arguments import (
    COMPLEX,
    NO_FLOATS,
    Axes,
    MaybeAxes,
    Operand,
    default_float,
    joint,
    kept,
    same_dtype,
    typed,
)

_Epsilon = Annotated[float | None, Optional(Scalar())]
_Null = Annotated[None, Choice(None)]


class NormalizeArgs(Record):
    axis: MaybeAxes = -1
    order: Annotated[int, Int(1)] = 2
    epsilon: _Epsilon = None


class BatchNormArgs(Record):
    mean: Operand = None
    variance: Operand = None
    axis: int
    offset: Operand = None
    scale: Operand = None
    epsilon: float = 0.001


class LayerNormArgs(Record):
    gamma: Operand = None
    beta: Operand = None
    axis: Axes = -1
    epsilon: _Epsilon = None


class RmsNormArgs(Record):
    scale: Operand = None
    axis: Axes = -1
    epsilon: _Epsilon = None


class AttentionArgs(Record):
    scale: _Epsilon = None
    is_causal: bool = False
    flash_attention: Annotated[bool | None, Choice(None, False)] = None
    attn_logits_soft_cap: _Null = None


def normalize(args: NormalizeArgs, x: TensorType) -> TensorType:
    """The same shape; Keras declares the default float."""
    if args.axis is not None:
        axes_of(args.axis, x)
    if args.order != 2 and (args.axis is None or not isinstance(args.axis, int)):
        count = x.rank if args.axis is None else len(args.axis)
        if count > 1:
            message = f"has no norm of order {args.order} over {count} axes"
            raise Reject("fails-when-run", message, argument="order")
    if args.order == 2 and args.epsilon == 0:
        message = "divides by the least norm, `epsilon`, which is 0"
        raise Reject("fails-when-run", message, argument="epsilon", help="leave it out")
    if not x.rank:
        raise Reject("fails-when-run", "scales vectors, its input is a scalar", input=0)
    return typed(x, x.shape, default_float, kept)


def batch_normalization(
    args: BatchNormArgs,
    x: TensorType,
    mean: TensorType,
    variance: TensorType,
    offset: TensorType | None = None,
    scale: TensorType | None = None,
) -> TensorType:
    """The same shape; the others are vectors with a value for each place of the axis."""
    size = x.shape[axis_of(args.axis, x.rank, x)]
    if offset is not None and scale is None:
        raise Reject("bad-param", "takes an `offset` only together with a `scale`", argument="offset")
    for i, one in enumerate((mean, variance, offset, scale), start=1):
        if one is not None:
            message = f"needs a vector of {size} values for axis {args.axis}, it has {one}"
            same_shape(one.shape, (size,), Reject("shape-mismatch", message, input=i if i < 3 else None))
            same_dtype(x, one)
    if args.axis != -1:
        need_sizes(x, args.axis)
    return x


def layer_normalization(
    args: LayerNormArgs, x: TensorType, gamma: TensorType | None = None, beta: TensorType | None = None
) -> TensorType:
    """The same shape; `gamma` and `beta` have that of the axes."""
    axes = sorted(_axes(args.axis, x))
    wanted = tuple(x.shape[axis] for axis in axes)
    for one in (gamma, beta):
        if one is not None:
            message = f"scales axes of ({', '.join(map(str, wanted))}) by {one}"
            _fits(one.shape, wanted, Reject("fails-when-run", message))
            if x.rank > 1 and args.axis not in (x.rank - 1, (x.rank - 1,)):
                need_sizes(x, *axes)
    return x


def rms_normalization(args: RmsNormArgs, x: TensorType, scale: TensorType | None = None) -> TensorType:
    """The same shape; `scale` has that of the last axes."""
    axes = sorted(_axes(args.axis, x))
    if scale is not None:
        wanted = tuple(x.shape[axis] for axis in axes)
        message = f"scales axes of ({', '.join(map(str, wanted))}) by {scale}"
        reject = Reject("fails-when-run", message)
        if axes != [*range(x.rank - len(axes), x.rank)]:
            raise reject
        _fits(scale.shape, wanted, reject)
    return x


def _axes(axis: int | tuple[int, ...], x: TensorType) -> tuple[int, ...]:
    """The axes, which Keras does not look at before it runs."""
    try:
        return axes_of(axis, x)
    except Reject as reject:
        reject.rule = "fails-when-run"
        raise


def _fits(shape: tuple[Dim, ...], wanted: tuple[Dim, ...], reject: Reject) -> None:
    if len(shape) != len(wanted):
        raise reject
    for a, b in zip(shape, wanted, strict=True):
        may_agree(a, b, reject)


def attention(
    args: AttentionArgs,
    query: TensorType,
    key: TensorType,
    value: TensorType,
    bias: TensorType | None = None,
    mask: TensorType | None = None,
) -> TensorType:
    """`(batch, target, heads, size)`, keys and values of `(batch, source, heads, size)` -> the query's."""
    for i, x in enumerate((query, key, value)):
        if x.rank != 4:
            message = f"needs (batch, steps, heads, size), it has {x}"
            raise Reject("fails-when-run", message, input=i, rank=x.rank, least=4, most=4)
    said = f"{query}, {key} and {value}"
    reject = Reject("fails-when-run", f"joins {said}, which do not fit", input=1)
    for axis in (0, 2):
        may_agree(query.shape[axis], key.shape[axis], reject)
        may_agree(query.shape[axis], value.shape[axis], reject)
    may_agree(query.shape[3], key.shape[3], reject)
    may_agree(key.shape[1], value.shape[1], reject)
    wanted = (query.shape[0], query.shape[2], query.shape[1], key.shape[1])
    for one in (bias, mask):
        if one is not None:
            message = f"weighs ({', '.join(map(str, wanted))}) by {one}"
            _broadcasts(one.shape, wanted, Reject("fails-when-run", message))
    if mask is not None and mask.dtype != "bool":
        raise Reject("fails-when-run", f"needs a mask of bools, it is {mask.dtype}", dtype=mask.dtype)
    made = TensorType(query.shape, joint(query, key, value))
    real = TensorType((*query.shape[:3], value.shape[3]), made.dtype)
    return made if real.shape == made.shape else TensorType(made.shape, made.dtype, real)


def _broadcasts(shape: tuple[Dim, ...], wanted: tuple[Dim, ...], reject: Reject) -> None:
    if len(shape) != len(wanted):
        raise reject
    for a, b in zip(shape, wanted, strict=True):
        if a != 1:
            may_agree(a, b, reject)


_SAME = "(...) -> (...)"

LAYERS = (
    Op(
        name="normalize",
        args=NormalizeArgs,
        rule=normalize,
        doc="Scales vectors along an axis to length 1.",
        shapes=_SAME,
        fails_on=NO_FLOATS,
    ),
    Op(
        name="batch_normalization",
        args=BatchNormArgs,
        rule=batch_normalization,
        tensors=("x", "mean", "variance"),
        optional=("offset", "scale"),
        arrays=("mean", "variance", "offset", "scale"),
        doc="Takes a mean away and divides by a deviation, of each place of an axis.",
        shapes="(..., n), (n,), (n,) -> (..., n)",
        fails_on=NO_FLOATS,
    ),
    Op(
        name="layer_normalization",
        args=LayerNormArgs,
        rule=layer_normalization,
        optional=("gamma", "beta"),
        arrays=("gamma", "beta"),
        doc="Takes the mean over some axes away and divides by the deviation.",
        shapes=_SAME,
        fails_on=COMPLEX,
    ),
    Op(
        name="rms_normalization",
        args=RmsNormArgs,
        rule=rms_normalization,
        optional=("scale",),
        arrays=("scale",),
        doc="Divides by the root of the mean square over some axes.",
        shapes=_SAME,
        fails_on=COMPLEX,
    ),
    Op(
        name="dot_product_attention",
        args=AttentionArgs,
        rule=attention,
        tensors=("query", "key", "value"),
        optional=("bias", "mask"),
        doc="Means of values, weighted by how well queries and keys go together.",
        shapes="(batch, t, heads, n), (batch, s, heads, n), (batch, s, heads, n) -> (batch, t, heads, n)",
        fails_on=NO_FLOATS,
    ),
)
