"""Functions that work on each value of two tensors, whose shapes broadcast."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.rows.broadcast import broadcast
from specgraph.rows.dtypes import FLOATX, is_complex, is_int
from specgraph.rows.op import Op, need_sizes
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, FLOATS, Operand, check_kernel, joint, parts

JoinRule: TypeAlias = Callable[..., str]


class TwoArgs(Record):
    x1: Operand = None
    x2: Operand = None


class IscloseArgs(Record):
    x1: Operand = None
    x2: Operand = None
    rtol: float = 1e-05
    atol: float = 1e-08
    equal_nan: bool = False


class BitwiseArgs(Record):
    x: Operand = None
    y: Operand = None


def broadcast_all(*tensors: TensorType) -> tuple[Dim, ...]:
    """The shape that all broadcast to; rejects shapes that do not."""
    said = " and ".join(str(x) for x in tensors)
    shapes = tuple(one.shape for one in tensors)
    shape = shapes[0]
    for i, other in enumerate(shapes[1:], start=1):

        def reject(axis: int, input: int = i) -> Reject:
            message = f"cannot broadcast its inputs: {said}"
            label = f"axis {axis} differs"
            return Reject("merge-mismatch", message, input=input, label=label, axis=axis, shapes=shapes)

        shape = broadcast(shape, other, reject)
    return shape


def pairwise(
    dtype: JoinRule, args: Record, x1: TensorType, x2: TensorType, *, fails: tuple[str, ...] = ()
) -> TensorType:
    """Shapes that broadcast, aligned at their last axes -> the shape they broadcast to.

    TensorFlow computes in the joint dtype of both; `fails` are those it has no kernel for.
    """
    made = TensorType(broadcast_all(x1, x2), dtype(x1, x2))
    if fails:
        check_kernel(joint(x1, x2), fails)
    return made


def whole(args: TwoArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """`pairwise`, of sizes that TensorFlow must know."""
    made = pairwise(joint, args, x1, x2, fails=_NO_BITS)
    for i, x in enumerate((x1, x2)):
        need_sizes(x, input=i)
    return made


def ldexp(args: TwoArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """`pairwise`, with an exponent that is an integer."""
    if not is_int(x2.dtype):
        message = f"raises to an integer power, `x2` is {x2.dtype}"
        raise Reject("fails-when-run", message, argument="x2", input=1)
    return pairwise(floated, args, x1, x2, fails=COMPLEX)


def hypot(args: TwoArgs, x1: TensorType, x2: TensorType) -> TensorType:
    """`pairwise`; of complex numbers the length comes out, which Keras declares complex."""
    made = pairwise(wide_floated, args, x1, x2, fails=BOOL)
    if is_complex(made.dtype):
        return TensorType(made.shape, made.dtype, TensorType(made.shape, parts(made.dtype)))
    return made


def bitwise(args: BitwiseArgs, x: TensorType, y: TensorType) -> TensorType:
    """Keras declares the shape of `x`, whatever that of `y` is."""
    dtype = joint(x, y)
    check_kernel(dtype, _NO_BITS)
    shape = broadcast_all(x, y)
    return TensorType(x.shape, dtype, None if shape == x.shape else TensorType(shape, dtype))


def shift(args: BitwiseArgs, x: TensorType, y: TensorType) -> TensorType:
    """The same for a tensor of counts; one count for all keeps the dtype of `x`."""
    if args.y is not None and y.dtype == "float":
        raise Reject("bad-param", "shifts by a whole number of bits", argument="y", label="no integer")
    if y.dtype != "int":
        return bitwise(args, x, y)
    check_kernel(x.dtype, _NO_BITS)
    return x


def floated(x1: TensorType, x2: TensorType) -> str:
    return joint(x1, x2, also=("float",))


def numeric(x1: TensorType, x2: TensorType) -> str:
    dtype = joint(x1, x2)
    return "int32" if dtype == "bool" else dtype


def wide_floated(x1: TensorType, x2: TensorType) -> str:
    """int64 becomes float64, other ints the default float."""
    dtype = joint(x1, x2)
    return "float64" if dtype == "int64" else FLOATX if is_int(dtype) else dtype


def truth(x1: TensorType, x2: TensorType) -> str:
    return "bool"


_SHAPES = "(...), (...) -> (...)"
_BOTH = ("x1", "x2")
_UNORDERED = (*BOOL, *COMPLEX)
_NO_BITS = (*BOOL, *FLOATS, *COMPLEX)


def _op(
    name: str,
    dtype: JoinRule,
    doc: str,
    fails: tuple[str, ...] = (),
    arrays: tuple[str, ...] = (),
    fails_on: tuple[str, ...] = (),
) -> Op[TwoArgs]:
    return Op(
        name=name,
        args=TwoArgs,
        rule=partial(pairwise, dtype, fails=fails),
        tensors=("x1", "x2"),
        arrays=arrays,
        fails_on=fails_on,
        doc=doc,
        shapes=_SHAPES,
    )


def _bitwise(name: str, doc: str) -> Op[BitwiseArgs]:
    both = ("x", "y")
    return Op(name=name, args=BitwiseArgs, rule=bitwise, tensors=both, arrays=both, doc=doc, shapes=_SHAPES)


def _shift(name: str, doc: str) -> Op[BitwiseArgs]:
    return Op(
        name=name, args=BitwiseArgs, rule=shift, tensors=("x", "y"), arrays=("x",), doc=doc, shapes=_SHAPES
    )


LAYERS = (
    _op("add", joint, "Sums two tensors value by value.", BOOL),
    _op("arctan2", floated, "The angle of the point (x2, x1), in radians.", COMPLEX, arrays=_BOTH),
    _op("divide", floated, "Divides the first by the second, value by value."),
    _op("divide_no_nan", floated, "Divides the first by the second; 0 where the second is 0."),
    _op("equal", truth, "Whether two values are equal."),
    _op("floor_divide", joint, "Divides and rounds down.", _UNORDERED),
    _op("fmax", joint, "The greater of two values; of one that is NaN, the other.", _UNORDERED),
    _op("fmin", joint, "The lesser of two values; of one that is NaN, the other.", _UNORDERED),
    _op("fmod", numeric, "What division leaves over, with the sign of the first.", COMPLEX, arrays=_BOTH),
    _op("greater", truth, "Whether the first is greater than the second.", _UNORDERED),
    _op("greater_equal", truth, "Whether the first is not less than the second.", _UNORDERED),
    _op(
        "heaviside",
        wide_floated,
        "0 for negative values, 1 for positive ones, the second for 0.",
        _UNORDERED,
        arrays=_BOTH,
    ),
    _op("less", truth, "Whether the first is less than the second.", _UNORDERED),
    _op("less_equal", truth, "Whether the first is not greater than the second.", _UNORDERED),
    _op("logaddexp", floated, "The logarithm of the sum of the exponentials.", COMPLEX, arrays=_BOTH),
    _op("logaddexp2", floated, "The same as `logaddexp`, to the base 2.", COMPLEX, arrays=_BOTH),
    _op("logical_and", truth, "Whether both are true."),
    _op("logical_or", truth, "Whether one of them is true."),
    _op("logical_xor", truth, "Whether exactly one of them is true."),
    _op("maximum", joint, "The greater of two values.", _UNORDERED),
    _op("minimum", joint, "The lesser of two values.", _UNORDERED),
    _op("mod", numeric, "What division leaves over, with the sign of the second.", COMPLEX, arrays=_BOTH),
    _op("multiply", joint, "Multiplies two tensors value by value.", BOOL),
    _op("nextafter", floated, "The next float after the first, towards the second.", arrays=_BOTH),
    _op("not_equal", truth, "Whether two values differ."),
    _op("power", joint, "The first to the power of the second.", BOOL),
    _op("subtract", joint, "Takes the second away from the first, value by value.", BOOL),
    _op("true_divide", floated, "Divides the first by the second, value by value."),
    Op(
        name="isclose",
        args=IscloseArgs,
        rule=partial(pairwise, truth),
        tensors=("x1", "x2"),
        doc="Whether two values are nearly equal.",
        shapes=_SHAPES,
    ),
    Op(
        name="gcd",
        args=TwoArgs,
        rule=whole,
        tensors=_BOTH,
        arrays=_BOTH,
        doc="The greatest common divisor.",
        shapes=_SHAPES,
    ),
    Op(
        name="hypot",
        args=TwoArgs,
        rule=hypot,
        tensors=_BOTH,
        arrays=_BOTH,
        doc="The length of the hypotenuse over two sides.",
        shapes=_SHAPES,
    ),
    Op(
        name="lcm",
        args=TwoArgs,
        rule=whole,
        tensors=_BOTH,
        arrays=_BOTH,
        doc="The least common multiple.",
        shapes=_SHAPES,
        fails_on=BOOL,
    ),
    Op(
        name="ldexp",
        args=TwoArgs,
        rule=ldexp,
        tensors=_BOTH,
        arrays=_BOTH,
        doc="The first times 2 to the power of the second.",
        shapes=_SHAPES,
    ),
    _bitwise("bitwise_and", "The bits that are set in both."),
    _shift("bitwise_left_shift", "Shifts the bits of the first to the left."),
    _bitwise("bitwise_or", "The bits that are set in one of them."),
    _shift("bitwise_right_shift", "Shifts the bits of the first to the right."),
    _bitwise("bitwise_xor", "The bits that are set in exactly one of them."),
    _shift("left_shift", "Shifts the bits of the first to the left."),
    _shift("right_shift", "Shifts the bits of the first to the right."),
)
