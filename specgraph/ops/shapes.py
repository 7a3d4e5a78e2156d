"""Functions that give a tensor another shape, and leave its values as they are."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.ir.compare import at_least, divisible, equal
from specgraph.ir.dim import Dim, product
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import broadcast_axis
from specgraph.rows.constants import Scalar
from specgraph.rows.hidden import warn_of_hidden_axes
from specgraph.rows.op import Op, axes_of, axis_of, declared
from specgraph.spec.kinds import Either, Int, ListOf, Optional
from specgraph.spec.record import Record

from .arguments import Axes, MaybeAxes, NoArgs, check_filler

Sizes: TypeAlias = Annotated[
    int | tuple[int, ...], Either(Int(0), ListOf(Int(0)), phrase="a size or a list of sizes")
]
_PAIR = ListOf(Int(0), least=2, most=2)


class ReshapeArgs(Record):
    newshape: Annotated[
        int | tuple[int, ...], Either(Int(-1), ListOf(Int(-1)), phrase="a size or a list of sizes")
    ]


class TransposeArgs(Record):
    axes: Annotated[tuple[int, ...] | None, Optional(ListOf(Int()))] = None


class ExpandDimsArgs(Record):
    axis: Axes


class SqueezeArgs(Record):
    axis: MaybeAxes = None


class MoveaxisArgs(Record):
    source: Axes
    destination: Axes


class SwapaxesArgs(Record):
    axis1: int
    axis2: int


class BroadcastToArgs(Record):
    shape: Annotated[tuple[int, ...], ListOf(Int(0))]


class TileArgs(Record):
    repeats: Sizes


class RepeatArgs(Record):
    repeats: Annotated[
        int | tuple[int, ...], Either(Int(0), ListOf(Int(0), least=1), phrase="a count or a list of counts")
    ]
    axis: int | None = None


class PadArgs(Record):
    pad_width: Annotated[
        int | tuple[int, ...] | tuple[tuple[int, int], ...],
        Either(
            Int(0), _PAIR, ListOf(_PAIR, least=1), phrase="a width, a pair of them, or a pair for each axis"
        ),
    ]
    mode: Literal["constant", "reflect", "symmetric"] = "constant"
    constant_values: Annotated[int | float | None, Optional(Scalar())] = None


def reshape(args: ReshapeArgs, x: TensorType) -> TensorType:
    """`(...)` -> `newshape`, with -1 worked out; the batch axis counts like any other."""
    target = (args.newshape,) if isinstance(args.newshape, int) else args.newshape
    if target.count(-1) > 1:
        raise Reject("bad-param", "has -1 more than once", argument="newshape", label="-1 more than once")
    want = 1
    for size in target:
        want *= abs(size)
    have, open_ended = product(x.shape), -1 in target
    message = f"needs {'a multiple of ' if open_ended else ''}{want} values, its input has {have}: {x}"
    reject = Reject("reshape-count", message, argument="newshape", have=have, want=want, label=str(want))
    if not open_ended:
        demand(equal(have, want), reject, have)
        return x.with_shape(*target)
    if want == 0:
        raise reject
    demand(divisible(have, want), reject, have)
    left = declared(have // want, *x.shape)
    return x.with_shape(*(left if size == -1 else size for size in target))


def ravel(args: NoArgs, x: TensorType) -> TensorType:
    """`(...)` -> `(values,)`."""
    return x.with_shape(declared(product(x.shape), *x.shape))


def transpose(args: TransposeArgs, x: TensorType) -> TensorType:
    """The axes in the order of `axes`, or in reverse."""
    if args.axes is None:
        return x.with_shape(*reversed(x.shape))
    if len(args.axes) != x.rank:
        message = f"orders {len(args.axes)} axes, its input has {x.rank}: {x}"
        label = f"{len(args.axes)} axes"
        raise Reject("bad-param", message, argument="axes", label=label)
    return x.with_shape(*(x.shape[axis] for axis in axes_of(args.axes, x, "axes")))


def expand_dims(args: ExpandDimsArgs, x: TensorType) -> TensorType:
    """An axis of size 1 at each place of `axis`, counted in the result."""
    axes = (args.axis,) if isinstance(args.axis, int) else args.axis
    rank = x.rank + len(axes)
    found = {axis_of(axis, rank, x) for axis in axes}
    if len(found) < len(axes):
        raise Reject("bad-param", "has the same axis twice", argument="axis", label="the same axis twice")
    rest = iter(x.shape)
    return x.with_shape(*(1 if i in found else next(rest) for i in range(rank)))


def squeeze(args: SqueezeArgs, x: TensorType) -> TensorType:
    """Without the axes of size 1: those given, or all that are known to be."""
    if args.axis is None:
        for axis, dim in enumerate(x.shape):
            message = f"drops axis {axis} where its size is 1: {x}"
            reject = Reject("shape-mismatch", message, argument="axis", help="say which with `axis`")
            if not isinstance(dim, int):
                demand(at_least(dim, 2), reject, dim)
        if not all(isinstance(dim, int) for dim in x.shape):
            warn_of_hidden_axes("say which with `axis`", "axis")
        return x.with_shape(*(dim for dim in x.shape if dim != 1))
    axes = axes_of(args.axis, x)
    for axis in axes:
        if x.shape[axis] != 1:
            message = f"drops axis {axis}, whose size is {x.shape[axis]}, not 1: {x}"
            raise Reject("shape-mismatch", message, argument="axis", input=0, label="not of size 1")
    return x.with_shape(*(dim for i, dim in enumerate(x.shape) if i not in axes))


def moveaxis(args: MoveaxisArgs, x: TensorType) -> TensorType:
    """Each axis of `source` to its place in `destination`, the others in their order between."""
    source = axes_of(args.source, x, "source")
    destination = axes_of(args.destination, x, "destination")
    if len(source) != len(destination):
        message = f"moves {len(source)} axes to {len(destination)} places"
        raise Reject("bad-param", message, argument="destination", label=f"{len(destination)} places")
    moved = dict(zip(destination, source, strict=True))
    rest = iter(axis for axis in range(x.rank) if axis not in source)
    return x.with_shape(*(x.shape[moved[i] if i in moved else next(rest)] for i in range(x.rank)))


def swapaxes(args: SwapaxesArgs, x: TensorType) -> TensorType:
    """Two axes, each in the other's place."""
    a = axis_of(args.axis1, x.rank, x, "axis1")
    b = axis_of(args.axis2, x.rank, x, "axis2")
    shape = list(x.shape)
    shape[a], shape[b] = shape[b], shape[a]
    return x.with_shape(*shape)


def broadcast_to(args: BroadcastToArgs, x: TensorType) -> TensorType:
    """`shape`, which the input's shape must broadcast to."""
    message = f"cannot bring {x} to ({', '.join(map(str, args.shape))})"
    reject = Reject("merge-mismatch", message, argument="shape", axis=0, shapes=(x.shape, args.shape))
    if x.rank > len(args.shape):
        raise reject
    for size, want in zip(x.shape[::-1], args.shape[::-1], strict=False):
        if want == 1:
            demand(equal(size, 1), reject, size)
        elif broadcast_axis(size, want, reject) != want:
            raise reject
    return x.with_shape(*args.shape)


def tile(args: TileArgs, x: TensorType) -> TensorType:
    """Every axis times its count; what is missing in front counts as 1."""
    repeats = (args.repeats,) if isinstance(args.repeats, int) else args.repeats
    rank = max(len(repeats), x.rank)
    counts = (1,) * (rank - len(repeats)) + repeats
    sizes = (1,) * (rank - x.rank) + x.shape
    return x.with_shape(*(declared(a * b, a) for a, b in zip(sizes, counts, strict=True)))


def repeat(args: RepeatArgs, x: TensorType) -> TensorType:
    """Each value `repeats` times along `axis`, or of all in one row."""
    repeats = (args.repeats,) if isinstance(args.repeats, int) else args.repeats
    if args.axis is None:
        return x.with_shape(_repeated(declared(product(x.shape), *x.shape), repeats, x))
    axis = axis_of(args.axis, x.rank, x)
    size = _repeated(x.shape[axis], repeats, x)
    return x.with_shape(*x.shape[:axis], size, *x.shape[axis + 1 :])


def _repeated(size: Dim, repeats: tuple[int, ...], x: TensorType) -> Dim:
    if len(repeats) == 1:
        return declared(size * repeats[0], size)
    message = f"has {len(repeats)} counts for {size} values: {x}"
    reject = Reject("shape-mismatch", message, argument="repeats", label=f"{len(repeats)} counts")
    demand(equal(size, len(repeats)), reject, size)
    return declared(sum(repeats), size)


def pad(args: PadArgs, x: TensorType) -> TensorType:
    """Every axis grown at both ends. TensorFlow wants a pair for each, though Keras takes one for all."""
    width = args.pad_width
    one = isinstance(width, int) or isinstance(width[0], int) or len(width) == 1
    if not one and len(width) != x.rank:  # type: ignore[arg-type]
        message = f"has widths for {len(width)} axes, its input has {x.rank}: {x}"  # type: ignore[arg-type]
        raise Reject("bad-param", message, argument="pad_width", label=f"for {len(width)} axes")  # type: ignore[arg-type]
    if one and x.rank != 1:
        message = f"has one width for {x.rank} axes, which fails when it runs: {x}"
        help = "give a pair for each axis"
        raise Reject("fails-when-run", message, argument="pad_width", label="for one axis", help=help)
    if x.dtype == "bool" and args.constant_values is not None:
        raise Reject("fails-when-run", "pads bools with false only", argument="constant_values")
    check_filler(args.constant_values, x.dtype, "constant_values")
    pairs = _pairs(width)
    if args.mode != "constant":
        _check_mirror(args.mode, pairs, x)
        if args.constant_values is not None:
            message = f"has no use for `constant_values` with `mode: {args.mode}`"
            raise Reject("bad-param", message, argument="constant_values")
    return x.with_shape(
        *(size + before + after for size, (before, after) in zip(x.shape, pairs, strict=True))
    )


def _pairs(width: int | tuple[int, ...] | tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    if isinstance(width, int):
        return [(width, width)]
    pairs = [one for one in width if isinstance(one, tuple)]
    return pairs or [(width[0], width[1])]  # type: ignore[list-item]


def _check_mirror(mode: str, pairs: list[tuple[int, int]], x: TensorType) -> None:
    for axis, (size, pair) in enumerate(zip(x.shape, pairs, strict=True)):
        least = max(pair) + (mode == "reflect")
        message = f"mirrors {max(pair)} values of axis {axis}, which has {size}: {x}"
        reject = Reject("shape-mismatch", message, argument="pad_width", axis=axis, size=size, reach=least)
        demand(at_least(size, least), reject, size)


_ANY = "(...) -> (...)"

LAYERS = (
    Op(
        name="reshape",
        args=ReshapeArgs,
        rule=reshape,
        doc="Gives the values another shape, the batch axis counting like any other; one size may be -1.",
        shapes="(...) -> newshape",
    ),
    Op(
        name="ravel",
        args=NoArgs,
        rule=ravel,
        doc="Lays all values out in one row.",
        shapes="(...) -> (values,)",
    ),
    Op(
        name="transpose",
        args=TransposeArgs,
        rule=transpose,
        doc="Puts the axes into another order, the reverse if none is given.",
        shapes=_ANY,
    ),
    Op(
        name="expand_dims",
        args=ExpandDimsArgs,
        rule=expand_dims,
        doc="Adds axes of size 1.",
        shapes="(...) -> (..., 1, ...)",
    ),
    Op(
        name="squeeze",
        args=SqueezeArgs,
        rule=squeeze,
        doc="Drops axes of size 1.",
        shapes="(..., 1, ...) -> (...)",
    ),
    Op(name="moveaxis", args=MoveaxisArgs, rule=moveaxis, doc="Moves axes to other places.", shapes=_ANY),
    Op(name="swapaxes", args=SwapaxesArgs, rule=swapaxes, doc="Swaps two axes.", shapes=_ANY),
    Op(
        name="broadcast_to",
        args=BroadcastToArgs,
        rule=broadcast_to,
        doc="Repeats values along axes of size 1, to the shape that is given.",
        shapes="(...) -> shape",
    ),
    Op(
        name="tile",
        args=TileArgs,
        rule=tile,
        fails_on=("uint16", "uint32"),
        doc="Repeats the whole tensor along each axis.",
        shapes=_ANY,
    ),
    Op(
        name="repeat",
        args=RepeatArgs,
        rule=repeat,
        doc="Repeats each value, along an axis or of all in one row.",
        shapes=_ANY,
    ),
    Op(
        name="pad",
        args=PadArgs,
        rule=pad,
        doc="Adds values around a tensor: a constant, or a mirror of what is there.",
        shapes=_ANY,
    ),
)
