"""Diagonals and triangles of matrices, and matrices made of them."""

from __future__ import annotations

from functools import partial

from specgraph.ir.compare import at_least, equal
from specgraph.ir.dim import Dim, dim_max, dim_min, product
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.op import Op, axis_of, declared, need_rank
from specgraph.spec.record import Record

from .arguments import summed


class DiagonalArgs(Record):
    offset: int = 0
    axis1: int = 0
    axis2: int = 1


class OffsetArgs(Record):
    k: int = 0


def _diagonal_size(rows: Dim, columns: Dim, offset: int) -> Dim:
    left = columns - offset if offset > 0 else rows + offset
    message = f"takes the diagonal at {offset} of {rows} rows and {columns} columns"
    reject = Reject("fails-when-run", message, argument="offset", label="outside")
    demand(at_least(left, 1), reject, left)
    return declared(dim_max(0, dim_min(left, dim_min(rows, columns))), rows, columns)


def diagonal(args: DiagonalArgs, x: TensorType) -> TensorType:
    """`(n, m, ...)` -> `(..., k)`."""
    a, b = _two_axes(args, x)
    rest = (dim for i, dim in enumerate(x.shape) if i not in (a, b))
    return x.with_shape(*rest, _diagonal_size(x.shape[a], x.shape[b], args.offset))


def trace(args: DiagonalArgs, x: TensorType) -> TensorType:
    """`(n, m, ...)` -> `(...)`."""
    a, b = _two_axes(args, x)
    if args.offset:
        message = f"sums the diagonal at {args.offset} of {x.shape[a]} rows and {x.shape[b]} columns"
        reject = Reject("fails-when-run", message, argument="offset", help="of a square matrix it works")
        demand(equal(x.shape[a], x.shape[b]), reject, x.shape[a], x.shape[b])
        demand(at_least(x.shape[a], abs(args.offset)), reject, x.shape[a])
    return TensorType(tuple(dim for i, dim in enumerate(x.shape) if i not in (a, b)), summed(x.dtype))


def _two_axes(args: DiagonalArgs, x: TensorType) -> tuple[int, int]:
    need_rank(x, 2)
    a, b = axis_of(args.axis1, x.rank, x, "axis1"), axis_of(args.axis2, x.rank, x, "axis2")
    if a == b:
        raise Reject("bad-param", "needs two axes", argument="axis2", label="the same axis")
    return a, b


def diag(args: OffsetArgs, x: TensorType) -> TensorType:
    """A vector -> a matrix with it on its diagonal; a matrix -> its diagonal."""
    need_rank(x, 1, 2)
    if x.rank == 1:
        return _on_diagonal(args, x, x.shape[0])
    return x.with_shape(_diagonal_size(x.shape[0], x.shape[1], args.k))


def diagflat(args: OffsetArgs, x: TensorType) -> TensorType:
    """All values -> a matrix with them on its diagonal."""
    return _on_diagonal(args, x, declared(product(x.shape), *x.shape))


def _on_diagonal(args: OffsetArgs, x: TensorType, values: Dim) -> TensorType:
    """A square with so many values on a diagonal; of an open number, `tf.linalg.diag` tells a wrong shape."""
    if args.k and not isinstance(values, int):
        message = f"for `k: {args.k}`, needs to know how many values there are before it runs: {values}"
        ways = "say `batch_size`, or put them on diagonal 0 and use `ops.pad`"
        raise Reject("fails-when-run", message, argument="k", help=ways)
    side = values + abs(args.k)
    return x.with_shape(side, side)


def triangle(upper: bool, args: OffsetArgs, x: TensorType) -> TensorType:
    """`(..., n, m)` -> the same."""
    if x.rank < 2:
        raise Reject("fails-when-run", f"needs a matrix when it runs, its input is {x}", input=0)
    if upper and args.k > 0:
        return x
    size = x.shape[-1] if args.k > 0 else x.shape[-2]
    least = abs(args.k) - (not upper and args.k < 0)
    message = f"cuts at diagonal {args.k}, which is outside of {x}"
    demand(at_least(size, least), Reject("fails-when-run", message, argument="k"), size)
    return x


def _triangle(name: str, upper: bool, doc: str) -> Op[OffsetArgs]:
    rule = partial(triangle, upper)
    return Op(name=name, args=OffsetArgs, rule=rule, doc=doc, shapes="(..., n, m) -> (..., n, m)")


LAYERS = (
    _triangle("tril", False, "Sets what is above a diagonal to 0."),
    _triangle("triu", True, "Sets what is below a diagonal to 0."),
    Op(
        name="diagonal",
        args=DiagonalArgs,
        rule=diagonal,
        doc="The diagonal of two axes.",
        shapes="(n, m, ...) -> (..., k)",
    ),
    Op(
        name="trace",
        args=DiagonalArgs,
        rule=trace,
        doc="The sum of the diagonal of two axes.",
        shapes="(n, m, ...) -> (...)",
    ),
    Op(
        name="diag",
        args=OffsetArgs,
        rule=diag,
        doc="Puts a vector on the diagonal of a matrix, or takes that of a matrix.",
        shapes="(n,) -> (n, n)",
    ),
    Op(
        name="diagflat",
        args=OffsetArgs,
        rule=diagflat,
        doc="Puts all values on the diagonal of a matrix.",
        shapes="(...) -> (values, values)",
    ),
)
