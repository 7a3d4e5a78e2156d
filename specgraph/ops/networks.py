"""Normalizations, losses and attention as functions of tensors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import may_agree, same_shape, same_size
from specgraph.rows.constants import Scalar
from specgraph.rows.op import Op, axes_of, axis_of, need_rank, need_sizes
from specgraph.spec.kinds import Choice, Int, Optional
from specgraph.spec.record import Record

from .arguments import (
    BOOL,
    COMPLEX,
    INTS,
    Axes,
    MaybeAxes,
    Operand,
    check_kernel,
    default_float,
    joint,
    kept,
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


class BinaryArgs(Record):
    from_logits: bool = False


class CategoricalArgs(Record):
    from_logits: bool = False
    axis: int = -1


class CtcLossArgs(Record):
    mask_index: int = 0


class CtcDecodeArgs(Record):
    strategy: Literal["greedy", "beam_search"] = "greedy"
    beam_width: Annotated[int, Int(1)] = 100
    top_paths: Annotated[int, Int(1)] = 1
    merge_repeated: bool = True
    mask_index: int = 0


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
            _same_dtype(x, one)
    if args.axis != -1:
        need_sizes(x, args.axis)
    return x


def _same_dtype(x: TensorType, *others: TensorType) -> None:
    for one in others:
        if one.dtype != x.dtype:
            message = f"joins {x.dtype} with {one.dtype}: all need one dtype"
            raise Reject("fails-when-run", message, dtype=one.dtype)


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


def binary_crossentropy(args: BinaryArgs, target: TensorType, output: TensorType) -> TensorType:
    """Two of one shape -> the same."""
    message = f"compares {target} with {output}, which must be of one shape"
    same_shape(target.shape, output.shape, Reject("shape-mismatch", message, input=1))
    _same_dtype(output, target)
    return output


def categorical_crossentropy(args: CategoricalArgs, target: TensorType, output: TensorType) -> TensorType:
    """Two of one shape -> that without the axis of classes; Keras leaves the last axis out instead."""
    message = f"compares {target} with {output}, which must be of one shape"
    same_shape(target.shape, output.shape, Reject("shape-mismatch", message, input=1))
    need_rank(output, 1, input=1)
    axis = args.axis
    if not -output.rank <= axis < output.rank:
        message = f"has axis {axis}, its input has {output.rank} axes: {output}"
        raise Reject("fails-when-run", message, argument="axis", label=f"axis {axis}")
    if args.from_logits and axis < -1:
        message = (
            f"of logits fails along axis {axis} in `fit` and `predict`, where TensorFlow slices up to it"
        )
        help = f"count from the front: `axis: {axis % output.rank}`"
        raise Reject("fails-when-run", message, argument="axis", help=help)
    axis %= output.rank
    _same_dtype(output, target)
    made = output.with_shape(*output.shape[:-1])
    real = output.with_shape(*output.shape[:axis], *output.shape[axis + 1 :])
    return made if real.shape == made.shape else TensorType(made.shape, made.dtype, real)


def sparse_categorical_crossentropy(
    args: CategoricalArgs, target: TensorType, output: TensorType
) -> TensorType:
    """`(...), (..., classes)` -> `(...)`."""
    need_rank(output, 1, input=1)
    axis = axis_of(args.axis, output.rank, output, input=1)
    rest = (*output.shape[:axis], *output.shape[axis + 1 :])
    shape = target.shape
    if target.rank == output.rank and shape[-1] == 1:
        shape = shape[:-1]
    message = f"compares classes {target} with {output}"
    same_shape(shape, rest, Reject("shape-mismatch", message, input=1))
    check_kernel(output.dtype, _FLOATS_ONLY, 1)
    if axis != output.rank - 1:
        message = f"takes classes along the last axis only when it runs, not along axis {args.axis}"
        raise Reject("fails-when-run", message, argument="axis", label=f"axis {args.axis}")
    return output.with_shape(*rest)


def ctc_loss(
    args: CtcLossArgs,
    target: TensorType,
    output: TensorType,
    target_length: TensorType,
    output_length: TensorType,
) -> TensorType:
    """`(batch, labels), (batch, steps, classes), (batch,), (batch,)` -> `(batch,)`."""
    for i, (x, axes) in enumerate(((target, 2), (output, 3), (target_length, 1), (output_length, 1))):
        if x.rank != axes:
            message = f"needs ({'batch, labels' if axes == 2 else 'batch, …'}) of {axes} axes, it has {x}"
            raise Reject("fails-when-run" if x.rank else "rank-mismatch", message, input=i,
                         rank=x.rank, least=axes, most=axes)  # fmt: skip
        message = f"has batches of {target.shape[0]} and {x.shape[0]}"
        same_size(target.shape[0], x.shape[0], Reject("shape-mismatch", message, input=i))
    for i, x in ((2, target_length), (3, output_length)):
        if x.dtype not in ("int32", "int64"):
            raise Reject("fails-when-run", f"takes lengths as integers, not {x.dtype}", input=i)
    return TensorType((target.shape[0],), joint(output, also=("float32",)))


def ctc_decode(
    args: CtcDecodeArgs, inputs: TensorType, sequence_lengths: TensorType
) -> tuple[TensorType, TensorType]:
    """`(batch, steps, classes), (batch,)` -> `(paths, batch, steps)` and `(batch, paths)`."""
    if inputs.rank != 3 or sequence_lengths.rank != 1:
        message = f"decodes (batch, steps, classes) with (batch,) lengths, it has {inputs}"
        least = 3 if inputs.rank >= 2 else 2
        rule = "fails-when-run" if inputs.rank >= 2 else "rank-mismatch"
        raise Reject(rule, message, input=0, rank=inputs.rank, least=least, most=3)
    demand(
        equal(inputs.shape[0], sequence_lengths.shape[0]),
        Reject("fails-when-run", f"decodes {inputs} with lengths {sequence_lengths}", input=1),
        inputs.shape[0],
        sequence_lengths.shape[0],
    )
    classes, index = inputs.shape[2], args.mask_index
    if args.strategy == "greedy" and isinstance(classes, int) and not -classes <= index < classes:
        message = f"masks class {index}, and there are {classes}, from 0 to {classes - 1}"
        raise Reject("fails-when-run", message, argument="mask_index")
    paths = 1 if args.strategy == "greedy" else args.top_paths
    dtype = joint(inputs, also=("float32",))
    scores = TensorType((inputs.shape[0], paths), dtype)
    return TensorType((paths, inputs.shape[0], inputs.shape[1]), "int32"), scores


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


_FLOATS_ONLY = (*BOOL, *INTS, *COMPLEX)
_SAME = "(...) -> (...)"
_LOSS: Any = {"tensors": ("target", "output")}

LAYERS = (
    Op(
        name="normalize",
        args=NormalizeArgs,
        rule=normalize,
        doc="Scales vectors along an axis to length 1.",
        shapes=_SAME,
        fails_on=_FLOATS_ONLY,
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
        fails_on=_FLOATS_ONLY,
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
        name="binary_crossentropy",
        args=BinaryArgs,
        rule=binary_crossentropy,
        doc="The loss of shares of two classes, value by value.",
        shapes="(...), (...) -> (...)",
        fails_on=_FLOATS_ONLY,
        **_LOSS,
    ),
    Op(
        name="categorical_crossentropy",
        args=CategoricalArgs,
        rule=categorical_crossentropy,
        doc="The loss of shares of several classes, whose targets are shares, too.",
        shapes="(..., classes), (..., classes) -> (...)",
        fails_on=_FLOATS_ONLY,
        **_LOSS,
    ),
    Op(
        name="sparse_categorical_crossentropy",
        args=CategoricalArgs,
        rule=sparse_categorical_crossentropy,
        doc="The loss of shares of several classes, whose targets are their numbers.",
        shapes="(...), (..., classes) -> (...)",
        **_LOSS,
    ),
    Op(
        name="ctc_loss",
        args=CtcLossArgs,
        rule=ctc_loss,
        tensors=("target", "output", "target_length", "output_length"),
        doc="The loss of labels that have no place in the steps.",
        shapes="(batch, labels), (batch, steps, classes), (batch,), (batch,) -> (batch,)",
    ),
    Op(
        name="ctc_decode",
        args=CtcDecodeArgs,
        rule=ctc_decode,
        tensors=("inputs", "sequence_lengths"),
        doc="The labels that steps of shares stand for, and their scores, two outputs.",
        fails_on=COMPLEX,
        shapes="(batch, steps, classes), (batch,) -> (paths, batch, steps), (batch, paths)",
    ),
    Op(
        name="dot_product_attention",
        args=AttentionArgs,
        rule=attention,
        tensors=("query", "key", "value"),
        optional=("bias", "mask"),
        doc="Means of values, weighted by how well queries and keys go together.",
        shapes="(batch, t, heads, n), (batch, s, heads, n), (batch, s, heads, n) -> (batch, t, heads, n)",
        fails_on=_FLOATS_ONLY,
    ),
)
