"""Layers that move, repeat, pad and cut values without computing on them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.compare import at_least, divisible, equal
from specgraph.ir.dim import Dim, product
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import DataFormat, PositiveInt, Window
from specgraph.rows.base import Layer, Reject, demand, spread, warn
from specgraph.rows.windows import join, split
from specgraph.spec.kinds import Bad, Either, Int, ListOf
from specgraph.spec.record import Record

MANY = 99
"""The most axes of a layer that sets no limit."""

_Edges: TypeAlias = int | tuple[int, ...]
_BOTH = Either(Int(0), ListOf(Int(0), least=2, most=2), phrase="an integer of at least 0, or a pair of them")


def _edges(axes: int) -> Either:
    said = f"an integer of at least 0, or a list of {axes}, each such an integer or a pair of them"
    return Either(Int(0), ListOf(_BOTH, least=axes, most=axes), phrase=said)


Edges1D: TypeAlias = Annotated[_Edges, _BOTH]
"""How much at both ends, or at each."""
Edges2D: TypeAlias = Annotated[int | tuple[_Edges, ...], _edges(2)]
Edges3D: TypeAlias = Annotated[int | tuple[_Edges, ...], _edges(3)]


class FlattenArgs(Record):
    data_format: DataFormat = None


class _Size(Int):
    """A size of a target, or -1 for what is left."""

    def __init__(self) -> None:
        super().__init__(minimum=-1)

    def check(self, value: Any) -> int:
        try:
            return super().check(value)
        except Bad as bad:
            if bad.rule == "bad-param" and (value is None or isinstance(value, int)):
                bad.rule, bad.help = "reshape-count", "the size that is to be worked out is -1"
            raise


class ReshapeArgs(Record):
    target_shape: Annotated[tuple[int, ...], ListOf(_Size())]


class PermuteArgs(Record):
    dims: Annotated[tuple[int, ...], ListOf(Int(minimum=1), least=1)]


class RepeatVectorArgs(Record):
    n: PositiveInt


class UpSampling1DArgs(Record):
    size: PositiveInt = 2


class UpSampling2DArgs(Record):
    size: Window = 2
    data_format: DataFormat = None
    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"] = "nearest"


class UpSampling3DArgs(Record):
    size: Window = 2
    data_format: DataFormat = None


class ZeroPadding1DArgs(Record):
    padding: Edges1D = 1
    data_format: DataFormat = None


class ZeroPadding2DArgs(Record):
    padding: Edges2D = 1
    data_format: DataFormat = None


class ZeroPadding3DArgs(Record):
    padding: Edges3D = 1
    data_format: DataFormat = None


class Cropping1DArgs(Record):
    cropping: Edges1D = 1


class Cropping2DArgs(Record):
    cropping: Edges2D = 0
    data_format: DataFormat = None


class Cropping3DArgs(Record):
    cropping: Edges3D = 1
    data_format: DataFormat = None


def check_axes(name: str, axes: int | tuple[int, ...], x: TensorType, argument: str = "axis") -> None:
    """Rejects an axis that the input does not have, or one named twice; negative ones count from the end."""
    for axis in (axes,) if isinstance(axes, int) else axes:
        if not -x.rank <= axis < x.rank:
            message = f"{name} has axis {axis}, its input has {x.rank} axes: {x}"
            label = f"from {-x.rank} to {x.rank - 1}"
            raise Reject("axis-out-of-range", message, argument=argument, label=label, axis=axis, rank=x.rank)
    if argument == "axis" and not isinstance(axes, int) and len({axis % x.rank for axis in axes}) < len(axes):
        raise Reject("fails-when-run", f"{name} names an axis twice", argument=argument)


def flatten(args: FlattenArgs, x: TensorType) -> TensorType:
    """`(batch, ...)` -> `(batch, values)`."""
    return x.with_shape(x.batch, product(x.shape[1:]))


def reshape(args: ReshapeArgs, x: TensorType) -> TensorType:
    """`(batch, ...)` -> `(batch, *target_shape)`, with -1 worked out."""
    target = args.target_shape
    if target.count(-1) > 1:
        message = "Reshape can work out one size, -1, and no second one"
        raise Reject("reshape-count", message, argument="target_shape", label="-1 more than once")
    sizes = [size for size in target if size != -1]
    want = 1
    for size in sizes:
        want *= size
    have = product(x.shape[1:])
    sum_up = "·".join(map(str, sizes)) + f" = {want}" if len(sizes) > 1 else str(want)
    open_ended = len(sizes) < len(target)
    reject = Reject(
        "reshape-count",
        f"Reshape needs {'a multiple of ' if open_ended else ''}{want} values, its input has {have}",
        argument="target_shape",
        label=sum_up,
        have=have,
        want=want,
    )
    if not open_ended:
        demand(equal(have, want), reject, have)
        return x.with_shape(x.batch, *target)
    if want == 0:
        message = "with a size of 0 beside it, -1 cannot be worked out"
        raise Reject("bad-param", message, argument="target_shape")
    demand(divisible(have, want), reject, have)
    return x.with_shape(x.batch, *(have // want if size == -1 else size for size in target))


def permute(args: PermuteArgs, x: TensorType) -> TensorType:
    """`(batch, ...)` -> the same axes in another order; the first after the batch is 1."""
    count = len(args.dims)
    if sorted(args.dims) != list(range(1, count + 1)):
        message = f"`dims` must have each number from 1 to {count} once"
        raise Reject("bad-param", message, argument="dims")
    if x.rank != count + 1:
        message = f"Permute orders {count} axes besides the batch, its input has {x.rank - 1}: {x}"
        raise Reject(
            "rank-mismatch", message, argument="dims", label=f"{count} axes",
            input=0, rank=x.rank, least=count + 1, most=count + 1,
        )  # fmt: skip
    return x.with_shape(x.batch, *(x.shape[axis] for axis in args.dims))


def repeat_vector(args: RepeatVectorArgs, x: TensorType) -> TensorType:
    """`(batch, features)` -> `(batch, n, features)`."""
    return x.with_shape(x.batch, args.n, x.shape[1])


def upsample_1d(args: UpSampling1DArgs, x: TensorType) -> TensorType:
    """`(batch, steps, channels)` -> `(batch, steps * size, channels)`."""
    return x.with_shape(x.batch, x.shape[1] * args.size, x.shape[2])


def upsample(args: UpSampling2DArgs | UpSampling3DArgs, x: TensorType) -> TensorType:
    """Every spatial axis times its factor."""
    space, channels = split(x, args.data_format)
    if x.dtype in ("bool", "uint32") and getattr(args, "interpolation", "nearest") != "nearest":
        message = f"interpolation needs numbers that TensorFlow can resize, the input is {x.dtype}"
        raise Reject("dtype-mismatch", message, input=0, argument="interpolation", dtype=x.dtype)
    _check_resized(args, x, space)
    factors = spread(args.size, len(space))
    made = [size * factor for size, factor in zip(space, factors, strict=True)]
    return join(x, made, channels, args.data_format)


def _check_resized(args: UpSampling2DArgs | UpSampling3DArgs, x: TensorType, space: tuple[Dim, ...]) -> None:
    """Warns of sizes that TensorFlow must know before it runs, to resize by another way than `nearest`."""
    way = getattr(args, "interpolation", "nearest")
    if way != "nearest" and not all(isinstance(size, int) for size in space):
        message = f"Keras fails to resize by `{way}` where batches differ in height or width: {x}"
        help = "give all examples one size, or set `interpolation: nearest`"
        warn(Reject("fails-when-run", message, argument="interpolation", help=help))


def pad_1d(args: ZeroPadding1DArgs, x: TensorType) -> TensorType:
    """`(batch, steps, channels)` -> more steps."""
    (steps,), channels = split(x, args.data_format)
    return join(x, [steps + sum(_pair(args.padding))], channels, args.data_format)


def pad(args: ZeroPadding2DArgs | ZeroPadding3DArgs, x: TensorType) -> TensorType:
    """Every spatial axis grown by its padding at both ends."""
    space, channels = split(x, args.data_format)
    edges = _pairs(args.padding, len(space))
    made = [size + sum(pair) for size, pair in zip(space, edges, strict=True)]
    return join(x, made, channels, args.data_format)


def crop_1d(args: Cropping1DArgs, x: TensorType) -> TensorType:
    """`(batch, steps, channels)` -> fewer steps."""
    steps = _cropped("Cropping1D", x.shape[1], _pair(args.cropping), 1, x)
    return x.with_shape(x.batch, steps, x.shape[2])


def crop(args: Cropping2DArgs | Cropping3DArgs, x: TensorType) -> TensorType:
    """Every spatial axis less what is cut at both ends."""
    space, channels = split(x, args.data_format)
    edges = _pairs(args.cropping, len(space))
    first = 2 if args.data_format == "channels_first" else 1
    name = f"Cropping{len(space)}D"
    made = [
        _cropped(name, size, pair, axis, x)
        for axis, (size, pair) in enumerate(zip(space, edges, strict=True), start=first)
    ]
    return join(x, made, channels, args.data_format)


def _cropped(name: str, size: Dim, pair: tuple[int, ...], axis: int, x: TensorType) -> Dim:
    cut = sum(pair)
    reject = Reject(
        "crop-too-large",
        f"{name} cuts {cut} from an axis of {size} and leaves nothing: {x}",
        argument="cropping",
        label=f"{pair[0]} + {pair[1]} = {cut}",
        axis=axis,
        size=size,
        cut=cut,
    )
    demand(at_least(size, cut + 1), reject, size)
    return size - cut


def _pair(edges: _Edges) -> tuple[int, ...]:
    return (edges, edges) if isinstance(edges, int) else edges


def _pairs(edges: int | tuple[_Edges, ...], count: int) -> list[tuple[int, ...]]:
    return [_pair(edges)] * count if isinstance(edges, int) else [_pair(one) for one in edges]


_1D = "(batch, steps, channels)"
_2D = "(batch, height, width, channels)"
_3D = "(batch, depth, height, width, channels)"
_UP = "Repeats every value of {} `size` times along each axis."
_PAD = "Adds zeros around {}."
_CROP = "Cuts the edges off {}."

LAYERS = (
    Layer(
        name="Flatten",
        rank=(1, MANY),
        args=FlattenArgs,
        infer=flatten,
        keeps_dtype=True,
        doc="Lays all values of an example out in one row.",
        shapes="(batch, ...) -> (batch, values)",
    ),
    Layer(
        name="Reshape",
        args=ReshapeArgs,
        infer=reshape,
        keeps_dtype=True,
        doc="Gives the values of an example another shape; one size may be -1, which takes what is left.",
        shapes="(batch, ...) -> (batch, *target_shape)",
    ),
    Layer(
        name="Permute",
        args=PermuteArgs,
        infer=permute,
        keeps_dtype=True,
        doc="Puts the axes after the batch into another order, counted from 1.",
        shapes="(batch, ...) -> (batch, ...)",
    ),
    Layer(
        name="RepeatVector",
        rank=2,
        args=RepeatVectorArgs,
        infer=repeat_vector,
        keeps_ints=True,
        doc="Repeats a vector `n` times, as the steps of a sequence.",
        shapes="(batch, features) -> (batch, n, features)",
    ),
    Layer(
        name="UpSampling1D",
        rank=3,
        args=UpSampling1DArgs,
        infer=upsample_1d,
        keeps_ints=True,
        doc="Repeats every step of a sequence `size` times.",
        shapes=f"{_1D} -> {_1D}",
    ),
    Layer(
        name="UpSampling2D",
        rank=4,
        args=UpSampling2DArgs,
        infer=upsample,
        keeps_ints=True,
        doc="Enlarges an image by whole factors, by repeating pixels or by interpolation.",
        shapes=f"{_2D} -> {_2D}",
    ),
    Layer(
        name="UpSampling3D",
        rank=5,
        args=UpSampling3DArgs,
        infer=upsample,
        keeps_ints=True,
        doc=_UP.format("a volume"),
        shapes=f"{_3D} -> {_3D}",
    ),
    Layer(
        name="ZeroPadding1D",
        rank=3,
        args=ZeroPadding1DArgs,
        infer=pad_1d,
        keeps_ints=True,
        doc=_PAD.format("a sequence"),
        shapes=f"{_1D} -> {_1D}",
    ),
    Layer(
        name="ZeroPadding2D",
        rank=4,
        args=ZeroPadding2DArgs,
        infer=pad,
        keeps_ints=True,
        doc=_PAD.format("an image"),
        shapes=f"{_2D} -> {_2D}",
    ),
    Layer(
        name="ZeroPadding3D",
        rank=5,
        args=ZeroPadding3DArgs,
        infer=pad,
        keeps_ints=True,
        doc=_PAD.format("a volume"),
        shapes=f"{_3D} -> {_3D}",
    ),
    Layer(
        name="Cropping1D",
        rank=3,
        args=Cropping1DArgs,
        infer=crop_1d,
        keeps_ints=True,
        doc=_CROP.format("a sequence"),
        shapes=f"{_1D} -> {_1D}",
    ),
    Layer(
        name="Cropping2D",
        rank=4,
        args=Cropping2DArgs,
        infer=crop,
        keeps_ints=True,
        doc=_CROP.format("an image"),
        shapes=f"{_2D} -> {_2D}",
    ),
    Layer(
        name="Cropping3D",
        rank=5,
        args=Cropping3DArgs,
        infer=crop,
        keeps_ints=True,
        doc=_CROP.format("a volume"),
        shapes=f"{_3D} -> {_3D}",
    ),
)
