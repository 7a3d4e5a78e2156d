"""Functions that work on each value of one tensor."""

from __future__ import annotations

from functools import partial

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.rows.dtypes import FLOATX, is_complex, is_int
from specgraph.rows.op import Op, need_sizes
from specgraph.spec.record import Record

from .arguments import (
    BOOL,
    COMPLEX,
    FLOATS,
    INTS,
    NO_FLOATS,
    UNSIGNED,
    DtypeRule,
    NoArgs,
    Plain,
    boolean,
    default_float,
    floating,
    kept,
    numeric,
    parts,
    typed,
    wide_floating,
)


class NanToNumArgs(Record):
    nan: float = 0.0
    posinf: float | None = None
    neginf: float | None = None


class RoundArgs(Record):
    decimals: int = 0


class ClipArgs(Record):
    x_min: Plain
    x_max: Plain


def each(dtype: DtypeRule, args: Record, x: TensorType, *, real: DtypeRule | None = None) -> TensorType:
    """The same shape; the dtype by the rule."""
    return typed(x, x.shape, dtype, real)


def fabs(args: NoArgs, x: TensorType) -> TensorType:
    """`each`, but complex numbers are rejected."""
    if is_complex(x.dtype):
        raise Reject("dtype-mismatch", "cannot work on complex numbers", input=0, dtype=x.dtype)
    return each(floating, args, x)


def is_special(args: NoArgs, x: TensorType) -> TensorType:
    """The same shape, which of integers TensorFlow must know."""
    if x.dtype == "bool" or is_int(x.dtype):
        need_sizes(x)
    return each(boolean, args, x)


def clip(args: ClipArgs, x: TensorType) -> TensorType:
    """The same shape; Keras casts the limits to the dtype of the values, which fails for integers."""
    made = each(numeric, args, x)
    for name, limit in (("x_min", args.x_min), ("x_max", args.x_max)):
        if isinstance(limit, float) and is_int(made.dtype):
            message = f"compares {made.dtype} values with {limit}, which is no integer"
            raise Reject("fails-when-run", message, argument=name, label="write an integer")
    return made


def _floating_parts(dtype: str) -> str:
    return parts(floating(dtype))


def _wide_parts(dtype: str) -> str:
    return parts(wide_floating(dtype))


def wide_but_complex(dtype: str) -> str:
    """As Keras declares it: complex numbers, too, as the default float."""
    return FLOATX if is_complex(dtype) else wide_floating(dtype)


_SHAPES = "(...) -> (...)"


def _op(
    name: str,
    dtype: DtypeRule,
    doc: str,
    fails_on: tuple[str, ...] = (),
    real: DtypeRule | None = None,
) -> Op[NoArgs]:
    rule = partial(each, dtype, real=real)
    return Op(name=name, args=NoArgs, rule=rule, doc=doc, shapes=_SHAPES, fails_on=fails_on)


def _special(name: str, doc: str) -> Op[NoArgs]:
    return Op(name=name, args=NoArgs, rule=is_special, doc=doc, shapes=_SHAPES, fails_on=COMPLEX)


LAYERS = (
    _op("abs", kept, "The absolute value.", real=parts),
    _op("absolute", kept, "The absolute value.", real=parts),
    _op(
        "angle",
        floating,
        "The angle of a complex number, in radians; 0 or π for a real one.",
        real=_floating_parts,
    ),
    _op("arccos", floating, "The angle whose cosine a value is, in radians."),
    _op("arccosh", floating, "The inverse of the hyperbolic cosine."),
    _op("arcsin", floating, "The angle whose sine a value is, in radians."),
    _op("arcsinh", floating, "The inverse of the hyperbolic sine."),
    _op("arctan", floating, "The angle whose tangent a value is, in radians."),
    _op("arctanh", floating, "The inverse of the hyperbolic tangent."),
    _op("bitwise_invert", kept, "Turns every bit of an integer round.", (*BOOL, *FLOATS, *COMPLEX)),
    _op("bitwise_not", kept, "Turns every bit of an integer round.", (*BOOL, *FLOATS, *COMPLEX)),
    _op("cbrt", wide_floating, "The cube root.", real=_wide_parts),
    _op("ceil", floating, "The least whole number that is not less.", COMPLEX),
    _op("conj", kept, "The complex conjugate.", BOOL),
    _op("conjugate", kept, "The complex conjugate.", BOOL),
    _op("copy", kept, "A copy."),
    _op("cos", floating, "The cosine of an angle in radians."),
    _op("cosh", floating, "The hyperbolic cosine."),
    _op("deg2rad", wide_but_complex, "An angle from degrees to radians.", real=wide_floating),
    _op("erf", kept, "The error function.", NO_FLOATS),
    _op("erfc", floating, "One less the error function.", NO_FLOATS),
    _op("erfinv", kept, "The inverse of the error function.", NO_FLOATS),
    _op("exp", floating, "e to the power of a value."),
    _op("exp2", floating, "2 to the power of a value.", ("float16", "bfloat16", "float64", *COMPLEX)),
    _op("expm1", floating, "e to the power of a value, less 1."),
    Op(
        name="fabs",
        args=NoArgs,
        rule=fabs,
        doc="The absolute value, as a float.",
        shapes=_SHAPES,
    ),
    _op("floor", floating, "The greatest whole number that is not more.", COMPLEX),
    _op("i0", wide_but_complex, "The modified Bessel function of the first kind, of order 0.", ("bfloat16",)),
    _op("imag", kept, "The imaginary part.", real=parts),
    _op("isneginf", boolean, "Whether a value is minus infinity."),
    _op("isposinf", boolean, "Whether a value is plus infinity."),
    _op("isreal", boolean, "Whether a value has no imaginary part."),
    _op("log", floating, "The natural logarithm."),
    _op("log10", floating, "The logarithm to the base 10."),
    _op("log1p", floating, "The natural logarithm of 1 and a value."),
    _op("log2", floating, "The logarithm to the base 2."),
    _op("logical_not", boolean, "Whether a value is false, or 0."),
    _op("negative", kept, "A value with its sign turned round.", (*BOOL, *UNSIGNED)),
    _op("rad2deg", wide_but_complex, "An angle from radians to degrees.", real=wide_floating),
    _op("real", kept, "The real part.", BOOL, real=parts),
    _op("reciprocal", default_float, "One divided by a value.", (*BOOL, *INTS), real=kept),
    _op("rsqrt", kept, "One divided by the square root.", (*BOOL, *INTS)),
    _op("sign", kept, "-1, 0 or 1, as a value is negative, zero or positive.", BOOL),
    _op("signbit", boolean, "Whether the sign bit is set."),
    _op("sin", floating, "The sine of an angle in radians."),
    _op("sinc", floating, "sin(πx) / (πx), and 1 for 0."),
    _op("sinh", floating, "The hyperbolic sine."),
    _op("sqrt", floating, "The square root."),
    _op("square", numeric, "A value times itself."),
    _op("tan", floating, "The tangent of an angle in radians."),
    _op("tanh", floating, "The hyperbolic tangent."),
    _op("trunc", kept, "A value without its fraction.", COMPLEX),
    Op(
        name="clip",
        args=ClipArgs,
        rule=clip,
        fails_on=COMPLEX,
        doc="Keeps every value between `x_min` and `x_max`.",
        shapes=_SHAPES,
    ),
    _special("isfinite", "Whether a value is neither infinite nor NaN."),
    _special("isinf", "Whether a value is infinite."),
    _special("isnan", "Whether a value is NaN."),
    Op(
        name="nan_to_num",
        args=NanToNumArgs,
        rule=partial(each, kept),
        fails_on=COMPLEX,
        doc="Puts numbers in the place of NaN and the infinities.",
        shapes=_SHAPES,
    ),
    Op(
        name="round",
        args=RoundArgs,
        rule=partial(each, kept),
        fails_on=(*BOOL, *COMPLEX),
        doc="The nearest number with `decimals` decimals.",
        shapes=_SHAPES,
    ),
)
