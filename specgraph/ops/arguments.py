"""The arguments that many ops share, each with its kind; and the dtypes that come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeAlias

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Reject
from specgraph.rows.constants import Constant, Scalar, Tensor
from specgraph.rows.dtypes import FLOATX, NoCommonDtype, is_int, result_type
from specgraph.spec.kinds import Either, Int, ListOf, NameIn, Optional
from specgraph.spec.record import Record

Operand: TypeAlias = Annotated[Constant | None, Tensor()]
"""A tensor written out in the spec; None where it comes from the model."""
Plain: TypeAlias = Annotated[int | float, Scalar()]
"""A number that stays an integer where it is written as one."""
Axis: TypeAlias = Annotated[int | None, Optional(Int())]
_AXES = Either(Int(), ListOf(Int(), least=1), phrase="an axis or a list of axes")
Axes: TypeAlias = Annotated[int | tuple[int, ...], _AXES]
MaybeAxes: TypeAlias = Annotated[int | tuple[int, ...] | None, Optional(_AXES)]

BOOL = ("bool",)
UNSIGNED = ("uint8", "uint16", "uint32")
INTS = ("int8", "int16", "int32", "int64", *UNSIGNED)
FLOATS = ("float16", "bfloat16", "float32", "float64")
COMPLEX = ("complex64",)
NO_FLOATS = (*BOOL, *INTS, *COMPLEX)
"""What is no real float."""

CASTABLE = (*BOOL, *INTS, *FLOATS, *COMPLEX)
"""What tensors inside a model may be: Keras's dtypes less those for which hardly any function has a kernel
(uint64, complex128, float8), and less strings."""

Dtype: TypeAlias = Annotated[str, NameIn("a dtype", lambda: (*CASTABLE, "int"))]
MaybeDtype: TypeAlias = Annotated[str | None, Optional(NameIn("a dtype", lambda: (*CASTABLE, "int")))]

DtypeRule: TypeAlias = Callable[[str], str]


class NoArgs(Record):
    pass


class DtypeArgs(Record):
    dtype: MaybeDtype = None


def standard(dtype: str) -> str:
    """A dtype as Keras reads it: `int` is int64 on TensorFlow."""
    return "int64" if dtype == "int" else dtype


def same_dtype(x: TensorType, *others: TensorType) -> None:
    """Rejects tensors of other dtypes, where TensorFlow has no kernel for two."""
    for one in others:
        if one.dtype != x.dtype:
            message = f"joins {x.dtype} with {one.dtype}: all need one dtype"
            raise Reject("fails-when-run", message, dtype=one.dtype)


def kept(dtype: str) -> str:
    return dtype


def floating(dtype: str) -> str:
    """Floats stay, ints and bools become the default float."""
    return result_type(dtype, "float")


def wide_floating(dtype: str) -> str:
    """Floats stay, int64 becomes float64, other ints and bools the default float."""
    if dtype == "int64":
        return "float64"
    return FLOATX if is_int(dtype) or dtype == "bool" else dtype


def numeric(dtype: str) -> str:
    """All stay but bools, which become int32."""
    return "int32" if dtype == "bool" else dtype


def boolean(dtype: str) -> str:
    return "bool"


def default_float(dtype: str) -> str:
    return FLOATX


def summed(dtype: str) -> str:
    """What a sum of many is kept in: small integers and bools grow to 32 bits."""
    if dtype in ("bool", "int8", "int16"):
        return "int32"
    return "uint32" if dtype in ("uint8", "uint16") else dtype


def counted(dtype: str) -> str:
    return "int32"


def parts(dtype: str) -> str:
    """The dtype of a complex number's parts; any other as it is."""
    return "float32" if dtype == "complex64" else dtype


def typed(x: TensorType, shape: tuple[Dim, ...], dtype: DtypeRule, real: DtypeRule | None) -> TensorType:
    """A type of this shape; its dtype by the rule, with what `real` says comes out instead."""
    made = TensorType(shape, dtype(x.dtype))
    if real is None or real(x.dtype) == made.dtype:
        return made
    return TensorType(shape, made.dtype, TensorType(shape, real(x.dtype)))


def joint(*tensors: TensorType, also: tuple[str, ...] = ()) -> str:
    """The dtype that holds all of these; rejects dtypes that none does."""
    try:
        return result_type(*(x.dtype for x in tensors), *also)
    except NoCommonDtype:
        dtypes = " and ".join(dict.fromkeys(x.dtype for x in tensors))
        message = f"joins {dtypes}, which Keras does not cast to one dtype"
        help = "cast one of them with `ops.cast`"
        raise Reject("dtype-mismatch", message, input=len(tensors) - 1, help=help) from None


def check_kernel(dtype: str, fails: tuple[str, ...], input: int = 0) -> None:
    """Rejects a dtype in which TensorFlow cannot compute the op, although Keras builds it."""
    if dtype in fails:
        message = f"cannot run on {dtype}, although Keras builds it"
        raise Reject("fails-when-run", message, input=input, dtype=dtype)


def check_filler(value: float | None, dtype: str, argument: str) -> None:
    """Rejects a float, even a whole one, that integers are padded with: TensorFlow does not cast it."""
    if isinstance(value, float) and not is_float(dtype) and dtype not in COMPLEX:
        message = f"pads {dtype} with {value}, which TensorFlow does not make one of it"
        help = f"say `{argument}: {value:.0f}`" if abs(value) < 2**31 else f"give `{argument}` as an integer"
        raise Reject("fails-when-run", message, argument=argument, input=0, help=help)
