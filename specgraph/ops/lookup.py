"""Taking values by index or condition, and the places of values."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.ir.compare import at_least, equal
from specgraph.ir.dim import Dim, product, unknown
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import broadcast
from specgraph.rows.constants import Scalar
from specgraph.rows.dtypes import is_int
from specgraph.rows.op import Op, axis_of, declared, need_rank, need_sizes
from specgraph.spec.kinds import Choice, Int, ListOf
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, Axis, MaybeDtype, NoArgs, Operand, check_kernel, joint, standard
from .binary import broadcast_all

Dense: TypeAlias = Annotated[bool, Choice(False)]
"""Of arguments that ask for a sparse tensor, which specs do not have."""


class TakeArgs(Record):
    x: Operand = None
    indices: Operand = None
    axis: Axis = None


class WhereArgs(Record):
    condition: Operand = None
    x1: Operand = None
    x2: Operand = None


class SelectArgs(Record):
    default: Annotated[int | float, Scalar()] = 0


class SearchArgs(Record):
    sorted_sequence: Operand = None
    values: Operand = None
    side: Literal["left", "right"] = "left"


class DigitizeArgs(Record):
    bins: Operand = None


class UnravelArgs(Record):
    shape: Annotated[tuple[int, ...], ListOf(Int(1), least=1)]


class OneHotArgs(Record):
    num_classes: Annotated[int, Int(1)]
    axis: int = -1
    dtype: MaybeDtype = None
    sparse: Dense = False


class MultiHotArgs(Record):
    num_classes: Annotated[int | None, Int(1)] = None
    axis: int = -1
    dtype: MaybeDtype = None
    sparse: Dense = False


class TopKArgs(Record):
    k: Annotated[int, Int(1)]
    sorted: bool = True


class InTopKArgs(Record):
    targets: Operand = None
    predictions: Operand = None
    k: Annotated[int, Int(1)]


def take(args: TakeArgs, x: TensorType, indices: TensorType) -> TensorType:
    """The axis replaced by those of `indices`; without an axis, the shape of `indices`."""
    _check_indices(indices)
    if args.axis is None:
        return x.with_shape(*indices.shape)
    axis = axis_of(args.axis, x.rank, x)
    return x.with_shape(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


def _check_indices(indices: TensorType, allowed: tuple[str, ...] = ("int16", "int32", "int64")) -> None:
    if indices.dtype != "int" and indices.dtype not in allowed:
        message = f"takes values by {' or '.join(allowed)}, its indices are {indices.dtype}"
        raise Reject("fails-when-run", message, input=1, dtype=indices.dtype)


def take_along_axis(args: TakeArgs, x: TensorType, indices: TensorType) -> TensorType:
    """Shapes of one rank that broadcast off the axis, which is then as long as in `indices`."""
    shape = x.shape
    if args.axis is None:
        shape = (declared(product(x.shape), *x.shape),)
    if len(shape) != indices.rank:
        message = f"needs `x` and `indices` of one rank, they are {x} and {indices}"
        raise Reject("rank-mismatch", message, input=1, rank=indices.rank, least=len(shape), most=len(shape))
    axis = axis_of(args.axis or 0, len(shape), x)
    shape = (*shape[:axis], indices.shape[axis], *shape[axis + 1 :])

    def reject(axis: int) -> Reject:
        message = f"cannot broadcast {x} and {indices}"
        return Reject("merge-mismatch", message, input=1, axis=axis, shapes=(x.shape, indices.shape))

    check_kernel(indices.dtype, (*COMPLEX,), 1)
    return TensorType(broadcast(shape, indices.shape, reject), x.dtype)


def where(args: WhereArgs, condition: TensorType, x1: TensorType, x2: TensorType) -> TensorType:
    """Shapes that broadcast -> `x1` where the condition holds, `x2` elsewhere."""
    return TensorType(broadcast_all(condition, x1, x2), joint(x1, x2))


def select(args: SelectArgs, *tensors: TensorType) -> TensorType:
    """As many conditions as choices -> the shape and dtype of the first choice, as Keras declares it."""
    count = len(tensors) // 2
    if len(tensors) % 2:
        message = f"needs as many choices as conditions, it has {len(tensors)} tensors in all"
        raise Reject("merge-arity", message, help="`from: {condlist: [a], choicelist: [b]}`")
    conditions, choices = tensors[:count], tensors[count:]
    for i, one in enumerate(conditions):
        if one.dtype != "bool":
            message = f"chooses by bools, a condition is {one.dtype}"
            raise Reject("fails-when-run", message, input=i, dtype=one.dtype)
    shape, first = broadcast_all(*tensors), choices[0]
    for i, one in enumerate(choices, start=count):
        if one.dtype != first.dtype or one.dtype == "bool":
            message = f"chooses between numbers of one dtype, it has {first.dtype} and {one.dtype}"
            raise Reject("dtype-mismatch", message, input=i, dtype=one.dtype)
    if isinstance(args.default, float) and is_int(first.dtype):
        message = f"chooses between {first.dtype} values, and {args.default} is no integer"
        raise Reject("dtype-mismatch", message, argument="default", input=count, dtype=first.dtype)
    # numpy's promotion, by which TensorFlow goes here, has no bfloat16
    dtype = "float64" if first.dtype == "bfloat16" and isinstance(args.default, float) else first.dtype
    made, real = TensorType(first.shape, first.dtype), TensorType(shape, dtype)
    return made if made == real else made._replace(real=real)


def searchsorted(args: SearchArgs, sorted_sequence: TensorType, values: TensorType) -> TensorType:
    """`(n,), (...)` -> `(...)`, the places in which values would keep the order."""
    need_rank(sorted_sequence, 1, 1)
    if sorted_sequence.dtype != values.dtype:
        message = f"searches {sorted_sequence.dtype} for {values.dtype}: both need one dtype"
        raise Reject("fails-when-run", message, input=1, dtype=values.dtype)
    if values.rank != 1:
        message = f"searches for a vector of values in a model, here they are {values}"
        raise Reject("fails-when-run", message, input=1)
    size = sorted_sequence.shape[0]
    return TensorType(values.shape, "int32" if isinstance(size, int) and size < 1 << 31 else "int64")


def digitize(args: DigitizeArgs, x: TensorType, bins: TensorType) -> TensorType:
    """The same shape: into which of the bins a value falls."""
    need_rank(bins, 0, 1, input=1)
    if args.bins is None:
        raise Reject("fails-when-run", "needs its `bins` as numbers in the spec", input=1)
    if bins.rank != 1:
        raise Reject("fails-when-run", "needs a list of `bins`", argument="bins")
    return TensorType(x.shape, "int32")


def nonzero(args: NoArgs, x: TensorType) -> tuple[TensorType, ...]:
    """For each axis the places of the values that are not 0; how many is not known before."""
    need_rank(x, 1)
    return tuple(TensorType((unknown(),), "int32") for _ in x.shape)


def unravel_index(args: UnravelArgs, indices: TensorType) -> tuple[TensorType, ...]:
    """For each axis of `shape` the coordinate of a place in its values."""
    if indices.rank != 1:
        need_sizes(indices)
    return (indices,) * len(args.shape)


def one_hot(args: OneHotArgs, x: TensorType) -> TensorType:
    """A new axis of `num_classes`, 1 at the class and 0 elsewhere."""
    dtype = "float32" if args.dtype is None else standard(args.dtype)
    return TensorType(_hot(args.axis, args.num_classes, x), dtype)


def _hot(axis: int, classes: int, x: TensorType) -> tuple[Dim, ...]:
    if axis == -1:
        return (*x.shape, classes)
    if not 0 <= axis < x.rank:
        message = f"has axis {axis}, which must be -1 or one of its input: {x}"
        raise Reject("axis-out-of-range", message, argument="axis", axis=axis, rank=x.rank)
    return (*x.shape[:axis], classes, *x.shape[axis:])


def multi_hot(args: MultiHotArgs, inputs: TensorType) -> TensorType:
    """A new axis of `num_classes`, in the place of the second one; Keras declares the input's dtype."""
    if args.num_classes is None:
        raise Reject("missing-argument", "needs `num_classes`")
    shape = _hot(args.axis, args.num_classes, inputs)
    shape = shape[-1:] if len(shape) == 2 else (shape[0], *shape[2:])
    dtype = "float32" if args.dtype is None else standard(args.dtype)
    if dtype in COMPLEX:
        raise Reject("fails-when-run", f"has no maximum of {dtype}", argument="dtype")
    made = TensorType(shape if inputs.rank else (), dtype)
    return made if made == TensorType(shape, inputs.dtype) else TensorType(shape, inputs.dtype, made)


def top_k(args: TopKArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """The `k` greatest values along the last axis, and their places."""
    need_rank(x, 1)
    check_kernel(x.dtype, (*BOOL, *COMPLEX))
    message = f"takes {args.k} values of the last axis, which has {x.shape[-1]}: {x}"
    reject = Reject("shape-mismatch", message, argument="k", axis=-1, size=x.shape[-1], reach=args.k)
    demand(at_least(x.shape[-1], args.k), reject, x.shape[-1])
    shape = (*x.shape[:-1], args.k)
    return TensorType(shape, x.dtype), TensorType(shape, "int32")


def in_top_k(args: InTopKArgs, targets: TensorType, predictions: TensorType) -> TensorType:
    """`(n,), (n, classes)` -> `(n,)`."""
    need_rank(targets, 1, 1)
    need_rank(predictions, 2, 2, input=1)
    message = f"has {targets} targets for {predictions} predictions"
    reject = Reject("shape-mismatch", message, input=1)
    demand(equal(targets.shape[0], predictions.shape[0]), reject, targets.shape[0], predictions.shape[0])
    if predictions.dtype != "float32" or targets.dtype not in ("int32", "int64"):
        message = f"compares float32 predictions with int32 or int64 targets, not {predictions.dtype}"
        raise Reject("fails-when-run", f"{message} with {targets.dtype}", input=1, dtype=predictions.dtype)
    return TensorType(targets.shape, "bool")


LAYERS = (
    Op(
        name="take",
        args=TakeArgs,
        rule=take,
        tensors=("x", "indices"),
        arrays=("x",),
        doc="Takes values by their index along an axis, or of all values in one row.",
        shapes="(..., n, ...), (indices) -> (..., indices, ...)",
    ),
    Op(
        name="take_along_axis",
        args=TakeArgs,
        rule=take_along_axis,
        tensors=("x", "indices"),
        arrays=("x", "indices"),
        doc="Takes values by an index of their own for each place off the axis.",
        shapes="(..., n, ...), (..., m, ...) -> (..., m, ...)",
    ),
    Op(
        name="where",
        args=WhereArgs,
        rule=where,
        tensors=("condition", "x1", "x2"),
        arrays=("condition",),
        doc="Takes the value of one tensor where a condition holds, and of another where it does not.",
        shapes="(...), (...), (...) -> (...)",
    ),
    Op(
        name="select",
        args=SelectArgs,
        rule=select,
        tensors=("condlist", "choicelist"),
        takes="lists",
        doc="Takes the value of the first choice whose condition holds, or else `default`.",
        shapes="[(...)], [(...)] -> (...)",
    ),
    Op(
        name="searchsorted",
        fails_on=(*BOOL, *COMPLEX),
        args=SearchArgs,
        rule=searchsorted,
        tensors=("sorted_sequence", "values"),
        arrays=("sorted_sequence", "values"),
        doc="The places of values in a sorted vector.",
        shapes="(n,), (m,) -> (m,)",
    ),
    Op(
        name="digitize",
        args=DigitizeArgs,
        rule=digitize,
        tensors=("x", "bins"),
        arrays=("bins",),
        doc="The bin, among those with the limits given, into which each value falls.",
        shapes="(...), (n,) -> (...)",
        fails_on=COMPLEX,
    ),
    Op(
        name="nonzero",
        args=NoArgs,
        rule=nonzero,
        doc="The places of the values that are not 0, an output for each axis.",
        shapes="(a, b) -> (?), (?)",
    ),
    Op(
        name="unravel_index",
        args=UnravelArgs,
        rule=unravel_index,
        tensors=("indices",),
        doc="The coordinates of places that count the values of a shape, an output for each axis.",
        shapes="(...) -> (...), (...)",
    ),
    Op(
        name="one_hot",
        args=OneHotArgs,
        rule=one_hot,
        doc="A vector for each class: 1 at its place, 0 elsewhere.",
        shapes="(...) -> (..., num_classes)",
    ),
    Op(
        name="multi_hot",
        args=MultiHotArgs,
        rule=multi_hot,
        tensors=("inputs",),
        doc="A vector for each set of classes: 1 at their places, 0 elsewhere.",
        shapes="(batch, n) -> (batch, num_classes)",
    ),
    Op(
        name="top_k",
        args=TopKArgs,
        rule=top_k,
        doc="The greatest values along the last axis and their places, two outputs.",
        shapes="(..., n) -> (..., k), (..., k)",
    ),
    Op(
        name="in_top_k",
        args=InTopKArgs,
        rule=in_top_k,
        tensors=("targets", "predictions"),
        arrays=("targets", "predictions"),
        doc="Whether the target is among the greatest predictions.",
        shapes="(batch,), (batch, classes) -> (batch,)",
    ),
)
