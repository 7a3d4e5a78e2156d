"""Sorting, running sums, and what is done along one axis without changing its place."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from specgraph.ir.dim import Dim, dim_max, product, unknown
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.rows.constants import Scalar
from specgraph.rows.op import Op, axis_of, declared
from specgraph.spec.kinds import Int, Optional
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, Axis, DtypeRule, MaybeDtype, counted, kept, numeric, standard


class SortArgs(Record):
    axis: Annotated[int | None, Optional(Int())] = -1


class PartitionArgs(Record):
    kth: Annotated[int, Int(0)]
    axis: Annotated[int | None, Optional(Int())] = -1


class RunningArgs(Record):
    axis: Axis = None
    dtype: MaybeDtype = None


class DiffArgs(Record):
    n: Annotated[int, Int(0)] = 1
    axis: int = -1


class UniqueArgs(Record):
    sorted: bool = True
    return_index: bool = False
    return_inverse: bool = False
    return_counts: bool = False
    axis: Axis = None
    size: Annotated[int | None, Optional(Int(1))] = None
    fill_value: Annotated[int | float | None, Optional(Scalar())] = None


def _along(axis: int | None, x: TensorType) -> tuple[Dim, ...]:
    """The same shape, or all values in one row if there is no axis."""
    if axis is None:
        return (declared(product(x.shape), *x.shape),)
    axis_of(axis, x.rank, x)
    return x.shape


def sort(dtype: DtypeRule, args: SortArgs, x: TensorType) -> TensorType:
    """The same shape, or all values in one row."""
    return TensorType(_along(args.axis, x), dtype(x.dtype))


def argpartition(args: PartitionArgs, x: TensorType) -> TensorType:
    """The same shape, or all values in one row; TensorFlow's way works on one row only."""
    shape = _along(args.axis, x)
    if len(shape) != 1:
        message = f"fails when it runs on more than one axis: {x}"
        raise Reject("fails-when-run", message, input=0, help="set `axis: null` to part all values at once")
    return TensorType(shape, "int32")


def running(args: RunningArgs, x: TensorType) -> TensorType:
    """The same shape, or all values in one row."""
    dtype = x.dtype if args.dtype is None else standard(args.dtype)
    return TensorType(_along(args.axis, x), numeric(dtype))


def diff(args: DiffArgs, a: TensorType) -> TensorType:
    """The axis shorter by `n`."""
    axis = axis_of(args.axis, a.rank, a)
    size = declared(dim_max(a.shape[axis] - args.n, 0), a.shape[axis])
    return a.with_shape(*a.shape[:axis], size, *a.shape[axis + 1 :])


def unique(args: UniqueArgs, x: TensorType) -> tuple[TensorType, ...]:
    """The values once each, and what else is asked for; how many is not known unless `size` says."""
    count: Dim = unknown() if args.size is None else args.size
    if args.axis is None:
        made = [x.with_shape(count)]
        inverse = x.shape
    else:
        axis = axis_of(args.axis, x.rank, x)
        made = [x.with_shape(*x.shape[:axis], count, *x.shape[axis + 1 :])]
        inverse = (x.shape[axis],)
    if args.return_index:
        made.append(TensorType((count,), "int32"))
    if args.return_inverse:
        made.append(TensorType(inverse, "int32"))
    if args.return_counts:
        made.append(TensorType((count,), "int32"))
    return tuple(made)


def _running(name: str, doc: str, fails_on: tuple[str, ...] = ()) -> Op[RunningArgs]:
    shapes = "(...) -> (...)"
    return Op(name=name, args=RunningArgs, rule=running, doc=doc, shapes=shapes, fails_on=fails_on)


LAYERS = (
    Op(
        name="sort",
        args=SortArgs,
        rule=partial(sort, kept),
        doc="Sorts the values along an axis, the least first.",
        shapes="(...) -> (...)",
        fails_on=COMPLEX,
    ),
    Op(
        name="argsort",
        args=SortArgs,
        rule=partial(sort, counted),
        doc="The places of the values in the order that sorts them.",
        shapes="(...) -> (...)",
        fails_on=COMPLEX,
    ),
    Op(
        name="argpartition",
        args=PartitionArgs,
        rule=argpartition,
        doc="The places of the values, those of the `kth` least first.",
        shapes="(...) -> (...)",
    ),
    _running("cumprod", "The products of the values up to each place."),
    _running("cumsum", "The sums of the values up to each place."),
    _running(
        "nancumprod", "The products of the values up to each place, without those that are NaN.", COMPLEX
    ),
    _running("nancumsum", "The sums of the values up to each place, without those that are NaN.", COMPLEX),
    Op(
        name="diff",
        args=DiffArgs,
        rule=diff,
        tensors=("a",),
        doc="The differences between neighbours along an axis, `n` times.",
        shapes="(..., n, ...) -> (..., n - 1, ...)",
    ),
    Op(
        name="unique",
        args=UniqueArgs,
        rule=unique,
        doc="The values once each, in order, and on demand where and how often they are.",
        shapes="(...) -> (?)",
        fails_on=(*BOOL, *COMPLEX),
    ),
)
