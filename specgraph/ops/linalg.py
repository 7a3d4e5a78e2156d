"""Linear algebra on the last two axes, which hold matrices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.rows.broadcast import broadcast, may_agree, same_size
from specgraph.rows.constants import Scalar
from specgraph.rows.op import Op, fixed, need_rank, need_sizes
from specgraph.spec.kinds import Optional
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, INTS, UNSIGNED, NoArgs, Operand, joint

_Tolerance = Annotated[float | None, Optional(Scalar())]


class UpperArgs(Record):
    upper: bool = False


class QrArgs(Record):
    mode: Literal["reduced", "complete"] = "reduced"


class SvdArgs(Record):
    full_matrices: bool = True
    compute_uv: bool = True


class RcondArgs(Record):
    rcond: _Tolerance = None


class TolArgs(Record):
    tol: _Tolerance = None


class SolveArgs(Record):
    a: Operand = None
    b: Operand = None


class TriangularArgs(Record):
    a: Operand = None
    b: Operand = None
    lower: bool = False


class LstsqArgs(Record):
    a: Operand = None
    b: Operand = None
    rcond: _Tolerance = None


class TwoArgs(Record):
    x: Operand = None
    y: Operand = None


def _square(x: TensorType, input: int = 0) -> None:
    """Rejects what is no square matrix."""
    need_rank(x, 2, input=input)
    message = f"needs a square matrix, its input is {x}"
    label = f"{x.shape[-2]} by {x.shape[-1]}"
    same_size(x.shape[-2], x.shape[-1], Reject("shape-mismatch", message, input=input, label=label))


def square(args: Record, x: TensorType) -> TensorType:
    """`(..., n, n)` -> the same."""
    _square(x)
    return x


def determinant(args: NoArgs, x: TensorType) -> TensorType:
    """`(..., n, n)` -> `(...)`."""
    _square(x)
    return x.with_shape(*x.shape[:-2])


def logdet(args: NoArgs, x: TensorType) -> TensorType:
    """`(..., n, n)` -> `(...)`; Keras does not look at the matrix."""
    need_rank(x, 2)
    _runs_square(x)
    return x.with_shape(*x.shape[:-2])


def _runs_square(x: TensorType) -> None:
    message = f"needs a square matrix when it runs, its input is {x}"
    may_agree(x.shape[-2], x.shape[-1], Reject("fails-when-run", message, input=0))


def slogdet(args: NoArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., n, n)` -> `(...)` twice; Keras declares the sign a scalar."""
    need_rank(x, 2)
    _runs_square(x)
    made = x.with_shape(*x.shape[:-2])
    return TensorType((), x.dtype, made if made.rank else None), made


def eig(args: NoArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., n, n)` -> `(..., n)` and `(..., n, n)`, complex, though Keras declares the dtype of `x`."""
    _square(x)
    dtype = "complex128" if x.dtype == "float64" else "complex64"
    return tuple(  # type: ignore[return-value]
        TensorType(shape, x.dtype, None if dtype == x.dtype else TensorType(shape, dtype))
        for shape in (x.shape[:-1], x.shape)
    )


def eigh(args: NoArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., n, n)` -> `(..., n)` and `(..., n, n)`."""
    _square(x)
    return x.with_shape(*x.shape[:-1]), x


def _sides(x: TensorType) -> tuple[int, int, int]:
    """Rows, columns and the lesser of them, which Keras must know."""
    need_rank(x, 2)
    rows, columns = fixed(x.shape[-2], x, -2), fixed(x.shape[-1], x, -1)
    return rows, columns, min(rows, columns)


def lu_factor(args: NoArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., n, n)` -> both factors in one matrix, and `(..., n)` places of rows, int32."""
    rows, columns, least = _sides(x)
    if rows != columns or x.rank != 2:
        raise Reject("fails-when-run", f"needs one square matrix on TensorFlow, its input is {x}", input=0)
    shape = (*x.shape[:-2], least)
    return x, TensorType(shape, x.dtype, TensorType(shape, "int32"))


def qr(args: QrArgs, x: TensorType) -> tuple[TensorType, TensorType]:
    """`(..., m, n)` -> `(..., m, k)` and `(..., k, n)`, where `k` is the lesser side."""
    rows, columns, least = _sides(x)
    inner = least if args.mode == "reduced" else rows
    return x.with_shape(*x.shape[:-2], rows, inner), x.with_shape(*x.shape[:-2], inner, columns)


def svd(args: SvdArgs, x: TensorType) -> TensorType | tuple[TensorType, ...]:
    """`(..., m, n)` -> `(..., m, m)`, `(..., k)` and `(..., n, n)`, or the values in the middle alone."""
    rows, columns, least = _sides(x)
    lead = x.shape[:-2]
    values = x.with_shape(*lead, least)
    if not args.compute_uv:
        return values
    width = (rows, columns) if args.full_matrices else (least, least)
    return x.with_shape(*lead, rows, width[0]), values, x.with_shape(*lead, width[1], columns)


def pinv(args: RcondArgs, x: TensorType) -> TensorType:
    """`(..., m, n)` -> `(..., n, m)`."""
    need_rank(x, 2)
    return x.with_shape(*x.shape[:-2], x.shape[-1], x.shape[-2])


def matrix_rank(args: TolArgs, x: TensorType) -> TensorType:
    """`(..., m, n)` -> `(...)`."""
    need_rank(x, 2)
    return TensorType(x.shape[:-2], "int32")


def solve(args: Record, a: TensorType, b: TensorType) -> TensorType:
    """`(..., n, n), (..., n, k)` -> `(..., n, k)`."""
    _square(a)
    need_rank(b, 1, input=1)
    message = f"solves {a} for {b}, whose rows do not fit"
    reject = Reject("shape-mismatch", message, input=1)
    if a.rank == b.rank:
        same_size(a.shape[-2], b.shape[-2], reject)
    elif a.rank == b.rank - 1:
        same_size(a.shape[-1], b.shape[-1], reject)
    if a.rank - b.rank not in (0, 1) or a.dtype != b.dtype:
        message = f"solves {a.dtype} {a} for {b.dtype} {b}: both need one dtype, and axes that fit"
        raise Reject("fails-when-run", message, input=1)
    rows = b.shape[:-1] if a.rank == b.rank else b.shape
    for one, other in zip(a.shape[:-1], rows, strict=True):
        may_agree(one, other, Reject("fails-when-run", f"solves {a} for {b}", input=1))
    return b


def lstsq(args: LstsqArgs, a: TensorType, b: TensorType) -> TensorType:
    """`(m, n), (m, k)` -> `(n, k)`; `(m, n), (m,)` -> `(n,)`."""
    need_rank(a, 2, 2)
    need_rank(b, 1, 2, input=1)
    message = f"fits {a} to {b}, which have different rows"
    same_size(a.shape[0], b.shape[0], Reject("shape-mismatch", message, input=1))
    need_sizes(a)
    if a.dtype != b.dtype:
        message = f"fits {a.dtype} to {b.dtype}: both need one dtype"
        raise Reject("fails-when-run", message, input=1, dtype=b.dtype)
    return a.with_shape(a.shape[1], *b.shape[1:])


def cdist(args: TwoArgs, x: TensorType, y: TensorType) -> TensorType:
    """`(..., n, d), (..., m, d)` -> `(..., n, m)`."""
    need_rank(x, 2)
    need_rank(y, 2, input=1)
    message = f"measures between points of {x.shape[-1]} and {y.shape[-1]} coordinates: {x} and {y}"
    may_agree(x.shape[-1], y.shape[-1], Reject("shape-mismatch", message, input=1))
    if x.dtype != y.dtype:
        message = f"measures between {x.dtype} and {y.dtype} points: both need one dtype"
        raise Reject("fails-when-run", message, input=1, dtype=y.dtype)

    def reject(axis: int) -> Reject:
        message = f"cannot broadcast the axes before the last two: {x} and {y}"
        return Reject("merge-mismatch", message, input=1, axis=axis - 2, shapes=(x.shape, y.shape))

    lead: tuple[Dim, ...] = broadcast(x.shape[:-2], y.shape[:-2], reject)
    return TensorType((*lead, x.shape[-2], y.shape[-2]), joint(x, y, also=("float",)))


_NO_FLOAT = (*BOOL, *INTS)
_SQUARE = "(..., n, n) -> (..., n, n)"


def _op(
    name: str, rule: Any, doc: str, shapes: str, args: type[Record] = NoArgs, fails_on: tuple[str, ...] = ()
) -> Op[Any]:
    return Op(name=name, args=args, rule=rule, doc=doc, shapes=shapes, fails_on=(*_NO_FLOAT, *fails_on))


_HALF = ("float16", "bfloat16")

LAYERS = (
    _op(
        "cholesky",
        square,
        "The triangular factor of a positive matrix.",
        _SQUARE,
        UpperArgs,
        (*_HALF, *COMPLEX),
    ),
    _op(
        "cholesky_inverse",
        square,
        "The inverse of a matrix, from its triangular factor.",
        _SQUARE,
        UpperArgs,
        _HALF,
    ),
    _op("det", determinant, "The determinant.", "(..., n, n) -> (...)", fails_on=_HALF),
    _op(
        "eig",
        eig,
        "The eigenvalues and eigenvectors, two outputs.",
        "(..., n, n) -> (..., n), (..., n, n)",
        fails_on=_HALF,
    ),
    _op(
        "eigh",
        eigh,
        "The eigenvalues and eigenvectors of a symmetric matrix, two outputs.",
        "(..., n, n) -> (..., n), (..., n, n)",
        fails_on=_HALF,
    ),
    _op("inv", square, "The inverse.", _SQUARE, fails_on=("bfloat16",)),
    _op(
        "logdet",
        logdet,
        "The logarithm of the determinant of a positive matrix.",
        "(..., n, n) -> (...)",
        fails_on=_HALF,
    ),
    _op(
        "lu_factor",
        lu_factor,
        "The triangular factors in one matrix, and the order of rows, two outputs.",
        "(..., n, n) -> (..., n, n), (..., n)",
        fails_on=_HALF,
    ),
    _op(
        "matrix_rank",
        matrix_rank,
        "How many rows are independent.",
        "(..., m, n) -> (...)",
        TolArgs,
        (*_HALF, *COMPLEX),
    ),
    _op("pinv", pinv, "The pseudo-inverse.", "(..., m, n) -> (..., n, m)", RcondArgs, (*_HALF, *COMPLEX)),
    _op(
        "qr",
        qr,
        "An orthogonal and a triangular factor, two outputs.",
        "(..., m, n) -> (..., m, k), (..., k, n)",
        QrArgs,
        _HALF,
    ),
    _op(
        "slogdet",
        slogdet,
        "The sign and the logarithm of the determinant, two outputs.",
        "(..., n, n) -> (...), (...)",
        fails_on=_HALF,
    ),
    _op(
        "svd",
        svd,
        "The singular values, between two orthogonal factors: three outputs, or one.",
        "(..., m, n) -> (..., m, m), (..., k), (..., n, n)",
        SvdArgs,
        _HALF,
    ),
    Op(
        name="solve",
        args=SolveArgs,
        rule=solve,
        tensors=("a", "b"),
        arrays=("a", "b"),
        doc="The solution of linear equations.",
        shapes="(..., n, n), (..., n, k) -> (..., n, k)",
        fails_on=(*_NO_FLOAT, *_HALF),
    ),
    Op(
        name="solve_triangular",
        args=TriangularArgs,
        rule=solve,
        tensors=("a", "b"),
        arrays=("a", "b"),
        doc="The solution of linear equations whose matrix is triangular.",
        shapes="(..., n, n), (..., n, k) -> (..., n, k)",
        fails_on=(*_NO_FLOAT, *_HALF),
    ),
    Op(
        name="lstsq",
        args=LstsqArgs,
        rule=lstsq,
        tensors=("a", "b"),
        arrays=("a", "b"),
        doc="The best fit of linear equations, by least squares.",
        shapes="(m, n), (m, k) -> (n, k)",
        fails_on=(*_NO_FLOAT, *_HALF),
    ),
    Op(
        name="cdist",
        args=TwoArgs,
        rule=cdist,
        tensors=("x", "y"),
        arrays=("x", "y"),
        doc="The distances between the points of two sets.",
        shapes="(..., n, d), (..., m, d) -> (..., n, m)",
        fails_on=(*BOOL, "int8", "int16", *UNSIGNED, *COMPLEX),
    ),
)
