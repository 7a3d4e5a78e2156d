"""Layers that join several tensors into one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Layer, Reject, demand
from specgraph.rows.dtypes import result_type
from specgraph.spec.kinds import Either, Int, ListOf
from specgraph.spec.record import Record

from .reshaping import MANY, check_axes


class MergeArgs(Record):
    pass


class ConcatenateArgs(Record):
    axis: int = -1


class DotArgs(Record):
    axes: Annotated[
        int | tuple[int, ...],
        Either(Int(), ListOf(Int(), least=2, most=2), phrase="an axis, or a list of two, one for each input"),
    ]
    normalize: bool = False


def merge(args: MergeArgs, *inputs: TensorType) -> TensorType:
    """Shapes that broadcast, aligned at their last axes -> the shape they broadcast to."""
    dtype = result_type(*(x.dtype for x in inputs))
    if dtype == "bool":
        message = "it computes on numbers, its inputs are bool"
        raise Reject("dtype-mismatch", message, input=0, dtype=dtype)
    made = broadcast(*inputs)
    return made if is_float(dtype) else made.but_really(dtype)


def average(args: MergeArgs, *inputs: TensorType) -> TensorType:
    """Like `merge`; the mean of ints is a float, of large ones a float64."""
    made = merge(args, *inputs)
    if made.real is None:
        return made
    return made.but_really("float64" if made.real.dtype in ("int32", "int64", "uint32") else "float32")


def broadcast(*inputs: TensorType) -> TensorType:
    """The first type with the shape to which all broadcast."""
    batch, result = inputs[0].batch, inputs[0].shape[1:]
    seen = {inputs[0].shape}
    for i, x in enumerate(inputs[1:], start=1):
        if x.shape in seen:
            continue
        seen.add(x.shape)
        if not _same_batch(batch, x.batch):
            raise _unlike(inputs, i, 0)
        if not isinstance(batch, int):
            batch = x.batch if isinstance(x.batch, int) else batch
        result = _broadcast(result, x.shape[1:], inputs, i)
    return inputs[0].with_shape(batch, *result)


def _same_batch(a: Dim, b: Dim) -> bool:
    return a == b or equal(a, b).kind != "never"


def _broadcast(
    a: tuple[Dim, ...], b: tuple[Dim, ...], inputs: tuple[TensorType, ...], input: int
) -> tuple[Dim, ...]:
    if len(a) < len(b):
        a, b = b, a
    lead = len(a) - len(b)
    made = list(a[:lead])
    for i, (left, right) in enumerate(zip(a[lead:], b, strict=True), start=lead - len(a)):
        made.append(_broadcast_axis(left, right, inputs, input, i))
    return tuple(made)


def _broadcast_axis(a: Dim, b: Dim, inputs: tuple[TensorType, ...], input: int, axis: int) -> Dim:
    """A size that is not known wins over one that is, for so Keras declares it."""
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    reject = _unlike(inputs, input, axis)
    verdict = equal(a, b)
    if verdict.kind == "never":
        for one, other in ((a, b), (b, a)):
            single = equal(one, 1)
            if not isinstance(one, int) and single.kind != "never":
                demand(single, reject, one)
                return other
        raise reject
    demand(verdict, reject, a, b)
    return b if isinstance(a, int) else a


def _unlike(inputs: tuple[TensorType, ...], input: int, axis: int) -> Reject:
    said = " and ".join(str(x) for x in inputs[:4]) + (" …" if len(inputs) > 4 else "")
    message = f"its inputs do not broadcast: {said}"
    label = f"axis {axis} differs"
    return Reject("merge-mismatch", message, input=input, label=label, axis=axis)


def concatenate(args: ConcatenateArgs, *inputs: TensorType) -> TensorType:
    """Shapes that agree off the axis -> the first's, with the sum of the sizes along it."""
    first = inputs[0]
    for i, x in enumerate(inputs):
        if x.rank != first.rank:
            message = f"Concatenate needs inputs with the same number of axes, it has {first} and {x}"
            raise Reject("concat-rank", message, input=i, axis=args.axis)
    check_axes("Concatenate", args.axis, first)
    along = args.axis % first.rank
    total = first.shape[along]
    agreed = list(first.shape)  # a size that is known stands for one that is not
    for i, x in enumerate(inputs[1:], start=1):
        total = total + x.shape[along]
        for axis, (a, b) in enumerate(zip(agreed, x.shape, strict=True)):
            if axis == along or a == b:
                continue
            agreed[axis] = b if isinstance(b, int) else a
            reject = Reject(
                "concat-mismatch",
                f"Concatenate joins along axis {args.axis}, its inputs differ on axis {axis}:"
                f" {first} and {x}",
                input=i,
                label=f"{a} and {b} on axis {axis}",
                axis=axis,
            )
            demand(equal(a, b), reject, a, b)
    made = first.with_shape(*first.shape[:along], total, *first.shape[along + 1 :])
    dtype = result_type(*(x.dtype for x in inputs))
    return made if is_float(dtype) else made.but_really(dtype)


def dot(args: DotArgs, a: TensorType, b: TensorType) -> TensorType:
    """Two shapes without their contracted axes, one after the other behind the batch."""
    axes = (args.axes, args.axes) if isinstance(args.axes, int) else args.axes
    for axis, x in zip(axes, (a, b), strict=True):
        check_axes("Dot", axis, x, argument="axes")
        if axis % x.rank == 0:
            message = f"Dot cannot contract the batch axis of {x}"
            raise Reject("axis-out-of-range", message, argument="axes", axis=axis, rank=x.rank)
    dtype = result_type(a.dtype, b.dtype)
    if args.normalize and not (is_float(a.dtype) and is_float(b.dtype)):
        message = f"`normalize` computes on floats, the inputs are {a.dtype} and {b.dtype}"
        raise Reject("dtype-mismatch", message, argument="normalize", dtype=dtype)
    left, right = axes[0] % a.rank, axes[1] % b.rank
    shapes = (a.shape, b.shape)
    if not _same_batch(a.batch, b.batch):
        raise _unlike((a, b), 1, 0)
    one, other = a.shape[left], b.shape[right]
    reject = Reject(
        "dot-axes",
        f"Dot contracts an axis of {one} with an axis of {other}: {a} and {b}",
        argument="axes",
        label=f"{one} and {other}",
        axes=(left, right),
        shapes=shapes,
    )
    if isinstance(one, int) != isinstance(other, int):
        raise reject  # Keras compares the declared sizes, and an open one equals no number
    demand(equal(one, other), reject, one, other)
    rest = (*a.shape[:left], *a.shape[left + 1 :], *b.shape[1:right], *b.shape[right + 1 :])
    made = a.with_shape(*rest, *([1] if len(rest) == 1 else []))
    return made if is_float(dtype) else made.but_really("int32" if dtype == "int8" else dtype)


_MERGE = "(batch, ...), (batch, ...) -> (batch, ...)"


def _merge(
    name: str, doc: str, most: int | None = None, infer: Callable[..., TensorType] = merge
) -> Layer[MergeArgs]:
    return Layer(name=name, inputs=(2, most), args=MergeArgs, infer=infer, doc=doc, shapes=_MERGE)


LAYERS = (
    _merge("Add", "Sums its inputs value by value."),
    _merge("Subtract", "Takes the second input away from the first, value by value.", 2),
    _merge("Multiply", "Multiplies its inputs value by value."),
    _merge("Average", "Takes the mean of its inputs, value by value.", infer=average),
    _merge("Maximum", "Keeps the greatest of its inputs, value by value."),
    _merge("Minimum", "Keeps the least of its inputs, value by value."),
    Layer(
        name="Concatenate",
        inputs=(2, None),
        args=ConcatenateArgs,
        infer=concatenate,
        doc="Puts its inputs one after the other along an axis; all other axes must agree.",
        shapes="(batch, ..., a), (batch, ..., b) -> (batch, ..., a + b)",
    ),
    Layer(
        name="Dot",
        inputs=(2, 2),
        rank=(2, MANY),
        args=DotArgs,
        infer=dot,
        doc="Multiplies two inputs and sums along one axis of each, example by example.",
        shapes="(batch, ..., n), (batch, ..., n) -> (batch, ...)",
    ),
)
