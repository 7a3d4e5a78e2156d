"""Functions that join tensors, or part one into several."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.compare import at_least, divisible, equal
from specgraph.ir.dim import Dim, dim_min, product
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import may_agree
from specgraph.rows.op import Op, axis_of, declared, fixed, need_rank, need_sizes
from specgraph.spec.kinds import Either, Int, ListOf, Optional
from specgraph.spec.record import Record

from .arguments import Axis, NoArgs, Operand, joint

MOST_PARTS = 1024
"""How many tensors one may be parted into."""
_COUNT = Int(1, MOST_PARTS)
Parts: TypeAlias = Annotated[
    int | tuple[int, ...],
    Either(_COUNT, ListOf(Int(0), least=1, most=MOST_PARTS), phrase="a count, or a list of places to cut at"),
]


class AxisArgs(Record):
    axis: int = 0


class AppendArgs(Record):
    x1: Operand = None
    x2: Operand = None
    axis: Axis = None


class SplitArgs(Record):
    indices_or_sections: Parts
    axis: int = 0


class PartsArgs(Record):
    indices_or_sections: Parts


class ArraySplitArgs(Record):
    indices_or_sections: Annotated[int, _COUNT]
    axis: int = 0


class UnstackArgs(Record):
    num: Annotated[int | None, Optional(_COUNT)] = None
    axis: int = 0


class MeshgridArgs(Record):
    indexing: Literal["xy", "ij"] = "xy"


def _joined(shapes: list[tuple[Dim, ...]], axis: int | None, rule: str | None = None) -> tuple[Dim, ...]:
    """The first shape, with the sum along the axis; rejects those that differ elsewhere (by `rule`)."""
    first = shapes[0]
    said = f"{_shown(first)} and {{}}"
    for i, shape in enumerate(shapes):
        if len(shape) != len(first):
            message = f"needs inputs with the same number of axes, it has {said.format(_shown(shape))}"
            raise Reject(rule or "concat-rank", message, input=i, axis=axis, shapes=tuple(shapes))
        for at, (a, b) in enumerate(zip(first, shape, strict=True)):
            if at != axis:
                message = f"has inputs that differ on axis {at}: {said.format(_shown(shape))}"
                label = f"{a} and {b} on axis {at}"
                wrong = rule or "concat-mismatch"
                reject = Reject(wrong, message, input=i, label=label, axis=at, shapes=tuple(shapes))
                may_agree(a, b, reject)
    if axis is None:
        return first
    total: Dim = 0
    for shape in shapes:
        total = total + shape[axis]
    return (*first[:axis], total, *first[axis + 1 :])


def _shown(shape: tuple[Dim, ...]) -> str:
    return f"({', '.join(map(str, shape))})"


def concatenate(args: AxisArgs, *xs: TensorType) -> TensorType:
    """Shapes that agree off the axis -> the first's, with the sum of the sizes along it."""
    axis = axis_of(args.axis, xs[0].rank, xs[0])
    return TensorType(_joined([x.shape for x in xs], axis), joint(*xs))


def hstack(args: NoArgs, *xs: TensorType) -> TensorType:
    """Joins along the second axis; of vectors Keras builds nothing, though NumPy does."""
    for i, x in enumerate(xs):
        need_rank(x, 2, input=i)
    return TensorType(_joined([x.shape for x in xs], 1), joint(*xs))


def vstack(args: NoArgs, *xs: TensorType) -> TensorType:
    """Joins along the first axis; vectors, too, on TensorFlow, where NumPy makes rows of them."""
    for i, x in enumerate(xs):
        need_rank(x, 1, input=i)
    return TensorType(_joined([x.shape for x in xs], 0), joint(*xs))


def dstack(args: NoArgs, *xs: TensorType) -> TensorType:
    """Joins along the third axis, which vectors and matrices get first."""
    shapes: list[tuple[Dim, ...]] = []
    for x in xs:
        deep = {0: (1, 1, 1), 1: (1, *x.shape, 1), 2: (*x.shape, 1)}
        shapes.append(deep.get(x.rank, x.shape))
    return TensorType(_joined(shapes, 2), joint(*xs))


def stack(args: AxisArgs, *x: TensorType) -> TensorType:
    """Shapes that agree -> the same with a new axis, of as many as there are."""
    axis = axis_of(args.axis, x[0].rank + 1, x[0])
    shape = _joined([one.shape for one in x], None)
    return TensorType((*shape[:axis], len(x), *shape[axis:]), joint(*x))


def append(args: AppendArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """Joins along an axis, or all values in one row."""
    dtype = joint(x1, x2)
    if args.axis is None:
        values = product(x1.shape) + product(x2.shape)
        return TensorType((declared(values, *x1.shape, *x2.shape),), dtype)
    axis = axis_of(args.axis, x1.rank, x1)
    for i, x in enumerate((x1, x2)):
        if x.rank > axis:
            fixed(x.shape[axis], x, axis, input=i)
    # Of its own rule, since one of both may be a constant, where those of merging look for layers.
    return TensorType(_joined([x1.shape, x2.shape], axis, "shape-mismatch"), dtype)


def split(
    axis: Callable[[Record, TensorType], int], args: SplitArgs | PartsArgs, x: TensorType
) -> tuple[TensorType, ...]:
    """So many equal parts, or parts cut at the places given."""
    at = axis(args, x)
    size, cuts = x.shape[at], args.indices_or_sections
    if isinstance(cuts, int):
        message = f"cannot part axis {at} of {size} into {cuts}: {x}"
        reject = Reject(
            "shape-mismatch", message, argument="indices_or_sections", label=f"{size} into {cuts}"
        )
        demand(divisible(size, cuts), reject, size)
        return (_with(x, at, declared(size // cuts, size)),) * cuts
    message = f"cuts axis {at} of {size} at {list(cuts)}: {x}"
    reject = Reject(
        "shape-mismatch", message, argument="indices_or_sections", label="cuts in order, within it"
    )
    if sorted(cuts) != list(cuts):
        raise reject
    demand(at_least(size, cuts[-1]), reject, size)
    need_sizes(x, at)
    ends = [0, *cuts, size]
    return tuple(_with(x, at, end - start) for start, end in pairwise(ends))


def _with(x: TensorType, axis: int, size: Dim) -> TensorType:
    return x.with_shape(*x.shape[:axis], size, *x.shape[axis + 1 :])


def _given(args: Any, x: TensorType) -> int:
    return axis_of(args.axis, x.rank, x)


def _second(args: Record, x: TensorType) -> int:
    need_rank(x, 1)
    return 0 if x.rank == 1 else 1


def _first(args: Record, x: TensorType) -> int:
    need_rank(x, 2)
    return 0


def _third(args: Record, x: TensorType) -> int:
    need_rank(x, 3)
    return 2


def array_split(args: ArraySplitArgs, x: TensorType) -> tuple[TensorType, ...]:
    """So many parts, the first ones longer by one where it does not come out even."""
    axis = axis_of(args.axis, x.rank, x)
    size, count = x.shape[axis], args.indices_or_sections
    if count > 1:
        need_sizes(x, axis)
    whole = size // count
    rest = size - whole * count
    sizes = [whole + (dim_min(rest, i + 1) - dim_min(rest, i)) for i in range(count)]
    return tuple(_with(x, axis, declared(one, size)) for one in sizes)


def unstack(args: UnstackArgs, x: TensorType) -> tuple[TensorType, ...]:
    """A tensor for each place along the axis."""
    axis = axis_of(args.axis, x.rank, x)
    size = x.shape[axis]
    if args.num is None:
        count = fixed(size, x, axis)
    else:
        count = args.num
        message = f"makes {count} tensors of axis {axis}, whose size is {size}: {x}"
        demand(equal(size, count), Reject("shape-mismatch", message, argument="num", label=str(count)), size)
    if count > MOST_PARTS:
        message = f"would make {count} tensors, more than {MOST_PARTS}: {x}"
        raise Reject("limit", message, argument="axis")
    return (x.with_shape(*x.shape[:axis], *x.shape[axis + 1 :]),) * count


def meshgrid(args: MeshgridArgs, *x: TensorType) -> tuple[TensorType, ...]:
    """Vectors -> as many grids, with an axis for each vector, the first two swapped for `xy`.

    With `ij` Keras declares the default float, whatever the vectors are.
    """
    sizes = [declared(product(one.shape), *one.shape) for one in x]
    if args.indexing == "xy":
        if len(x) == 1:
            message = "makes grids of two vectors or more with `indexing: xy`"
            raise Reject("merge-arity", message, help="set `indexing: ij`")
        sizes[:2] = sizes[1::-1]
    if len({one.dtype for one in x}) > 1:
        dtypes = " and ".join(dict.fromkeys(one.dtype for one in x))
        message = f"makes grids of vectors of one dtype, it has {dtypes}"
        raise Reject("fails-when-run", message, help="cast them with `ops.cast`")
    dtype = x[-1].dtype if args.indexing == "xy" else "float32"
    made = [TensorType(tuple(sizes), one.dtype) for one in x]
    return tuple(one if one.dtype == dtype else TensorType(one.shape, dtype, one) for one in made)


_JOIN = "(..., a, ...), (..., b, ...) -> (..., a + b, ...)"
_PART = "(..., a + b, ...) -> (..., a, ...), (..., b, ...)"

LAYERS = (
    Op(
        name="concatenate",
        args=AxisArgs,
        rule=concatenate,
        tensors=("xs",),
        takes="list",
        doc="Joins tensors along an axis; all others must agree.",
        shapes=_JOIN,
    ),
    Op(
        name="stack",
        args=AxisArgs,
        rule=stack,
        takes="list",
        doc="Joins tensors of one shape along a new axis.",
        shapes="(...), (...) -> (..., 2, ...)",
    ),
    Op(
        name="hstack",
        args=NoArgs,
        rule=hstack,
        tensors=("xs",),
        takes="list",
        doc="Joins tensors along the second axis.",
        shapes="(n, a, ...), (n, b, ...) -> (n, a + b, ...)",
    ),
    Op(
        name="vstack",
        args=NoArgs,
        rule=vstack,
        tensors=("xs",),
        takes="list",
        doc="Joins tensors along the first axis.",
        shapes="(a, ...), (b, ...) -> (a + b, ...)",
    ),
    Op(
        name="dstack",
        args=NoArgs,
        rule=dstack,
        tensors=("xs",),
        takes="list",
        doc="Joins tensors along the third axis.",
        shapes="(n, m, a, ...), (n, m, b, ...) -> (n, m, a + b, ...)",
    ),
    Op(
        name="append",
        args=AppendArgs,
        rule=append,
        tensors=("x1", "x2"),
        arrays=("x1", "x2"),
        doc="Joins two tensors along an axis, or all their values in one row.",
        shapes=_JOIN,
    ),
    Op(
        name="split",
        args=SplitArgs,
        rule=partial(split, _given),
        doc="Parts a tensor along an axis, into equal parts or at the places given.",
        shapes=_PART,
    ),
    Op(
        name="hsplit",
        args=PartsArgs,
        rule=partial(split, _second),
        doc="Parts a tensor along its second axis, a vector along its only one.",
        shapes="(n, a + b, ...) -> (n, a, ...), (n, b, ...)",
    ),
    Op(
        name="vsplit",
        args=PartsArgs,
        rule=partial(split, _first),
        doc="Parts a tensor along its first axis.",
        shapes="(a + b, ...) -> (a, ...), (b, ...)",
    ),
    Op(
        name="dsplit",
        args=PartsArgs,
        rule=partial(split, _third),
        doc="Parts a tensor along its third axis.",
        shapes="(n, m, a + b, ...) -> (n, m, a, ...), (n, m, b, ...)",
    ),
    Op(
        name="array_split",
        args=ArraySplitArgs,
        rule=array_split,
        doc="Parts a tensor along an axis into parts that are as equal as can be.",
        shapes=_PART,
    ),
    Op(
        name="unstack",
        args=UnstackArgs,
        rule=unstack,
        doc="Parts a tensor into one for each place along an axis.",
        shapes="(..., 2, ...) -> (...), (...)",
    ),
    Op(
        name="meshgrid",
        args=MeshgridArgs,
        rule=meshgrid,
        takes="star",
        doc="Makes of vectors the coordinates of all points of a grid, a tensor for each.",
        shapes="(a,), (b,) -> (b, a), (b, a)",
    ),
)
