"""Activations: functions of each value, or of the values along an axis."""

from __future__ import annotations

from functools import partial

from specgraph.ir.compare import divisible
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand, warn
from specgraph.rows.fits import SPARSEMAX
from specgraph.rows.op import Op, axes_of, axis_of, declared, need_sizes
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, INTS, NO_FLOATS, MaybeAxes, NoArgs, Plain, kept
from .unary import each


class AlphaArgs(Record):
    alpha: float = 1.0


class ThresholdArgs(Record):
    threshold: float = 0.5


class SlopeArgs(Record):
    negative_slope: float = 0.2


class SquareplusArgs(Record):
    b: Plain = 4


class GeluArgs(Record):
    approximate: bool = True


class CutArgs(Record):
    threshold: Plain
    default_value: Plain


class AxisArgs(Record):
    axis: int = -1


class SoftmaxArgs(Record):
    axis: MaybeAxes = -1


def along(args: AxisArgs | SoftmaxArgs, x: TensorType) -> TensorType:
    """The same shape."""
    if args.axis is not None:
        axes_of(args.axis, x)
    if isinstance(args.axis, tuple):
        message = "fails in a model with a list of axes"
        raise Reject("fails-when-run", message, argument="axis", label="a list", help="give one axis")
    return x


def sparsemax(args: AxisArgs, x: TensorType) -> TensorType:
    """The same shape; TensorFlow fails on float16."""
    if x.dtype == "float16":
        warn(Reject("fails-when-run", SPARSEMAX, input=0))
    return along(args, x)


def glu(args: AxisArgs, x: TensorType) -> TensorType:
    """The axis halved."""
    axis = axis_of(args.axis, x.rank, x)
    size = x.shape[axis]
    message = f"halves axis {args.axis}, which has {size}: {x}"
    demand(divisible(size, 2), Reject("shape-mismatch", message, argument="axis", input=0), size)
    need_sizes(x, axis)
    return x.with_shape(*x.shape[:axis], declared(size // 2, size), *x.shape[axis + 1 :])


_SAME = "(...) -> (...)"
_UNORDERED = (*BOOL, *COMPLEX)
_KEPT = partial(each, kept)


def _op(
    name: str, doc: str, args: type[Record] = NoArgs, fails_on: tuple[str, ...] = NO_FLOATS
) -> Op[Record]:
    return Op(name=name, args=args, rule=_KEPT, doc=doc, shapes=_SAME, fails_on=fails_on)


LAYERS = (
    _op("celu", "Negative values decay to -alpha, smoothly.", AlphaArgs),
    _op("elu", "Negative values decay to -alpha.", AlphaArgs),
    _op("gelu", "A value times the share of a normal distribution below it.", GeluArgs),
    _op("hard_shrink", "Sets values near 0 to 0.", ThresholdArgs, (*BOOL, *INTS)),
    _op("hard_sigmoid", "A sigmoid of straight lines."),
    _op("hard_silu", "A value times its hard sigmoid."),
    _op("hard_swish", "A value times its hard sigmoid."),
    _op("hard_tanh", "Keeps values between -1 and 1."),
    _op("leaky_relu", "Lets a little of negative values through.", SlopeArgs),
    _op("log_sigmoid", "The logarithm of the sigmoid."),
    _op("relu", "Sets negative values to 0.", fails_on=_UNORDERED),
    _op("relu6", "Keeps values between 0 and 6.", fails_on=_UNORDERED),
    _op("selu", "An elu scaled to keep the variance."),
    _op("sigmoid", "Brings values between 0 and 1."),
    _op("silu", "A value times its sigmoid.", fails_on=(*BOOL, *INTS)),
    _op("soft_shrink", "Brings values nearer to 0, and those near it to 0.", ThresholdArgs),
    _op("softplus", "A smooth relu."),
    _op("softsign", "A value divided by 1 and its size."),
    _op("sparse_plus", "A smooth relu that is 0 below -1."),
    _op("sparse_sigmoid", "A sigmoid that is 0 below -1 and 1 above 1."),
    _op("squareplus", "A smooth relu made of a square root.", SquareplusArgs, (*BOOL, *INTS)),
    _op("swish", "A value times its sigmoid.", fails_on=(*BOOL, *INTS)),
    _op("tanh_shrink", "A value less its hyperbolic tangent.", fails_on=(*BOOL, *INTS)),
    _op("threshold", "Keeps values above a threshold, and puts a number in the place of others.", CutArgs),
    Op(
        name="glu",
        args=AxisArgs,
        rule=glu,
        doc="One half of an axis times the sigmoid of the other.",
        shapes="(..., 2 * n, ...) -> (..., n, ...)",
        fails_on=NO_FLOATS,
    ),
    Op(
        name="softmax",
        args=SoftmaxArgs,
        rule=along,
        doc="Makes shares of 1 along an axis.",
        shapes=_SAME,
        fails_on=NO_FLOATS,
    ),
    Op(
        name="log_softmax",
        args=SoftmaxArgs,
        rule=along,
        doc="The logarithm of shares of 1 along an axis.",
        shapes=_SAME,
        fails_on=NO_FLOATS,
    ),
    Op(
        name="sparsemax",
        args=AxisArgs,
        rule=sparsemax,
        doc="Makes shares of 1 along an axis, many of them 0.",
        shapes=_SAME,
        fails_on=NO_FLOATS,
    ),
)
