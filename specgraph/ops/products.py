"""Products of tensors: of matrices, of vectors, and by a formula of axes."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.compare import Verdict, equal
from specgraph.ir.dim import Dim, product
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import broadcast, may_agree
from specgraph.rows.hidden import spread_sizes, warn_of_hidden_axes, warn_of_hidden_sizes
from specgraph.rows.op import Op, axis_of, declared, fixed, need_rank
from specgraph.spec.kinds import Either, Int, ListOf
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, Axis, Operand, check_kernel, joint

_PAIR = ListOf(ListOf(Int(), least=1), least=2, most=2)
Contracted: TypeAlias = Annotated[
    int | tuple[tuple[int, ...], ...],
    Either(Int(0), _PAIR, phrase="a number of axes, or two lists of axes, one for each tensor"),
]


class TwoArgs(Record):
    x1: Operand = None
    x2: Operand = None


class TensordotArgs(Record):
    x1: Operand = None
    x2: Operand = None
    axes: Contracted = 2


class CrossArgs(Record):
    x1: Operand = None
    x2: Operand = None
    axisa: int = -1
    axisb: int = -1
    axisc: int = -1
    axis: Axis = None


class CorrelateArgs(Record):
    x1: Operand = None
    x2: Operand = None
    mode: Literal["valid", "same", "full"] = "valid"


def _unequal(x1: TensorType, x2: TensorType, a: int, b: int) -> Reject:
    message = f"multiplies axis {a} of {x1.shape[a]} with axis {b} of {x2.shape[b]}: {x1} and {x2}"
    return Reject(
        "dot-axes",
        message,
        input=1,
        label=f"{x1.shape[a]} and {x2.shape[b]}",
        axes=(a % x1.rank, b % x2.rank),
        shapes=(x1.shape, x2.shape),
    )


def matmul(args: TwoArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """`(..., n, k), (..., k, m)` -> `(..., n, m)`; of a vector, the axis that is missing stays away."""
    need_rank(x1, 1)
    need_rank(x2, 1, input=1)
    row, column = x1.rank == 1, x2.rank == 1
    inner = -1 if column else -2
    may_agree(x1.shape[-1], x2.shape[inner], _unequal(x1, x2, -1, inner))

    def reject(axis: int) -> Reject:
        message = f"cannot broadcast the axes before the last two: {x1} and {x2}"
        return Reject("merge-mismatch", message, input=1, axis=axis - 2, shapes=(x1.shape, x2.shape))

    lead = broadcast(() if row else x1.shape[:-2], () if column else x2.shape[:-2], reject)
    shape = (*lead, *(() if row else x1.shape[-2:-1]), *(() if column else x2.shape[-1:]))
    dtype = "int32" if x1.dtype == x2.dtype == "int8" else joint(x1, x2)
    return TensorType(shape, dtype)


def dot(args: TwoArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """The last axis of the first with the last but one of the second, or with the only one."""
    dtype = joint(x1, x2)
    if not x1.rank or not x2.rank:
        return TensorType((*x1.shape, *x2.shape), dtype)
    inner = -1 if x2.rank == 1 else -2
    reject = _unequal(x1, x2, -1, inner)
    if inner == -1 and x1.rank > 1 and isinstance(x1.shape[-1], int) != isinstance(x2.shape[-1], int):
        raise reject  # Keras compares the declared sizes here
    may_agree(x1.shape[-1], x2.shape[inner], reject)
    rest = x2.shape[:-1] if inner == -1 else (*x2.shape[:-2], x2.shape[-1])
    return TensorType((*x1.shape[:-1], *rest), dtype)


def inner(args: TwoArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """The last axes of both with each other; TensorFlow traces their plain product as well."""
    dtype = joint(x1, x2)
    if x1.rank and x2.rank:
        may_agree(x1.shape[-1], x2.shape[-1], _unequal(x1, x2, -1, -1))
    message = f"fails when it runs unless both broadcast, too: {x1} and {x2}"
    reject = Reject("fails-when-run", message, input=1, help="use `ops.tensordot`")
    if not x1.rank or not x2.rank:
        raise reject
    broadcast(x1.shape, x2.shape, lambda axis: reject)
    if x1.rank + x2.rank > 3:
        warn_of_hidden_axes("use `ops.tensordot` or `ops.einsum`")
    return TensorType((*x1.shape[:-1], *x2.shape[:-1]), dtype)


def outer(args: TwoArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """Each value of the first with each of the second: `(values, values)`."""
    sizes = (declared(product(x.shape), *x.shape) for x in (x1, x2))
    return TensorType(tuple(sizes), joint(x1, x2))


def vdot(args: TwoArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """The sum of the products of all values, a scalar."""
    a, b = product(x1.shape), product(x2.shape)
    message = f"multiplies {a} values with {b}: {x1} and {x2}"
    demand(equal(a, b), Reject("shape-mismatch", message, input=1), a, b)
    return TensorType((), joint(x1, x2))


def tensordot(args: TensordotArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """What is left of the axes of both."""
    if isinstance(args.axes, int):
        for i, x in enumerate((x1, x2)):
            need_rank(x, args.axes, input=i)
        left, right = [*range(x1.rank - args.axes, x1.rank)], [*range(args.axes)]
    else:
        first, second = args.axes
        if len(first) != len(second):
            message = f"multiplies {len(first)} axes with {len(second)}"
            raise Reject("bad-param", message, argument="axes", label="lists of different length")
        left = [axis_of(axis, x1.rank, x1, "axes") for axis in first]
        right = [axis_of(axis, x2.rank, x2, "axes", 1) for axis in second]
    for a, b in zip(left, right, strict=True):
        reject = _unequal(x1, x2, a, b)
        demand(equal(x1.shape[a], x2.shape[b]), reject, x1.shape[a], x2.shape[b])
    rest = [dim for i, dim in enumerate(x1.shape) if i not in left]
    rest += [dim for i, dim in enumerate(x2.shape) if i not in right]
    return TensorType(tuple(rest), joint(x1, x2))


def cross(args: CrossArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """Vectors of two or three values each -> vectors of three, or of two a single value."""
    axes = (args.axisa, args.axisb, args.axisc) if args.axis is None else (args.axis,) * 3
    a, b = axis_of(axes[0], x1.rank, x1), axis_of(axes[1], x2.rank, x2, input=1)
    for i, (x, axis) in enumerate(((x1, a), (x2, b))):
        size = x.shape[axis]
        message = f"multiplies vectors of 2 or 3 values, axis {axis} has {size}: {x}"
        reject = Reject("shape-mismatch", message, input=i, label=f"{size} values")
        if isinstance(size, int) and size not in (2, 3):
            raise reject
        if not isinstance(size, int):
            demand(Verdict("sometimes", f"{size} == 2 or {size} == 3"), reject, size)
    check_kernel(joint(x1, x2), (*BOOL, *COMPLEX))
    if 3 not in (x1.shape[a], x2.shape[b]):
        fixed(x1.shape[a], x1, a)
        fixed(x2.shape[b], x2, b, 1)

    def differ(axis: int) -> Reject:
        message = f"cannot broadcast its inputs off the vectors: {x1} and {x2}"
        return Reject("merge-mismatch", message, input=1, axis=axis, shapes=(x1.shape, x2.shape))

    rest = [(*x.shape[:axis], *x.shape[axis + 1 :]) for x, axis in ((x1, a), (x2, b))]
    shape = broadcast(rest[0], rest[1], differ)
    warn_of_hidden_sizes(spread_sizes(shape, *(TensorType(one) for one in rest)), shape)
    made: tuple[Dim, ...] = (3,) if 3 in (x1.shape[a], x2.shape[b]) else ()
    at = axis_of(axes[2], len(shape) + len(made), x1, "axisc")
    return TensorType((*shape[:at], *made, *shape[at:]), joint(x1, x2))


def correlate(args: CorrelateArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """`(n,), (m,)` -> the longer less the shorter and 1, as long as the longer, or both less 1."""
    for i, x in enumerate((x1, x2)):
        need_rank(x, 1, 1, input=i)
    n, m = fixed(x1.shape[0], x1, 0), fixed(x2.shape[0], x2, 0, 1)
    if args.mode == "valid" and n < m:
        message = f"fails when it runs where the second is longer than the first: {x1} and {x2}"
        raise Reject("fails-when-run", message, input=1, help="swap them")
    size = {"valid": abs(n - m) + 1, "same": max(n, m), "full": n + m - 1}[args.mode]
    dtype = joint(x1, x2)
    if dtype == "int64":
        dtype = "float64"
    return TensorType((size,), dtype if dtype in ("bfloat16", "float16", "float64") else "float32")


_BOTH: Any = {"tensors": ("x1", "x2"), "arrays": ("x1", "x2")}

LAYERS = (
    Op(
        name="matmul",
        args=TwoArgs,
        rule=matmul,
        doc="Multiplies matrices, or vectors with them, in batches.",
        shapes="(..., n, k), (..., k, m) -> (..., n, m)",
        **_BOTH,
    ),
    Op(
        name="dot",
        args=TwoArgs,
        rule=dot,
        doc="Multiplies the last axis of the first tensor with the last but one of the second.",
        shapes="(..., k), (..., k, m) -> (..., ..., m)",
        **_BOTH,
    ),
    Op(
        name="inner",
        args=TwoArgs,
        rule=inner,
        doc="Multiplies the last axes of two tensors with each other.",
        shapes="(..., k), (..., k) -> (..., ...)",
        **_BOTH,
    ),
    Op(
        name="outer",
        args=TwoArgs,
        rule=outer,
        doc="Multiplies each value of one tensor with each of another.",
        shapes="(...), (...) -> (values, values)",
        **_BOTH,
    ),
    Op(
        name="vdot",
        args=TwoArgs,
        rule=vdot,
        doc="Sums the products of the values of two tensors.",
        shapes="(...), (...) -> ()",
        **_BOTH,
    ),
    Op(
        name="tensordot",
        args=TensordotArgs,
        rule=tensordot,
        doc="Multiplies and sums along axes of two tensors.",
        shapes="(..., k), (k, ...) -> (..., ...)",
        **_BOTH,
    ),
    Op(
        name="cross",
        args=CrossArgs,
        rule=cross,
        doc="The cross product of vectors of two or three values.",
        shapes="(..., 3), (..., 3) -> (..., 3)",
        **_BOTH,
    ),
    Op(
        name="correlate",
        args=CorrelateArgs,
        rule=correlate,
        doc="The cross-correlation of two vectors.",
        shapes="(n,), (m,) -> (n - m + 1,)",
        **_BOTH,
    ),
)
