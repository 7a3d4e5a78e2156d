"""Pooling: over windows, over everything, and to a fixed number of windows."""

from __future__ import annotations

from typing import Annotated, Literal

from specgraph.ir.compare import at_least
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.arguments import DataFormat, Window
from specgraph.rows.base import Layer, Port, Reject, require, spread
from specgraph.rows.broadcast import check_alike
from specgraph.rows.windows import check_fits, join, slide, split
from specgraph.spec.record import Record

from .conv import PerAxisOrNull
from .devices import check_volume


class AveragePoolingArgs(Record):
    pool_size: Window
    strides: Annotated[int | tuple[int, ...] | None, PerAxisOrNull()] = None
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None


class MaxPoolingArgs(AveragePoolingArgs):
    pool_size: Window = 2


class GlobalPoolingArgs(Record):
    data_format: DataFormat = None
    keepdims: bool = False


class AdaptivePoolingArgs(Record):
    output_size: Window
    data_format: DataFormat = None


def pool(args: AveragePoolingArgs, x: TensorType) -> TensorType:
    """`(batch, *space, channels)` -> `(batch, *windows, channels)`."""
    space, channels = split(x, args.data_format)
    _reject_uint32(x)
    size = spread(args.pool_size, len(space))
    strides = size if args.strides is None else spread(args.strides, len(space))
    dilation = (1,) * len(space)
    check_fits(x, args, space, size, dilation, argument="pool_size")
    check_volume(len(space), isinstance(args, MaxPoolingArgs))
    return join(x, slide(space, size, strides, dilation, args.padding), channels, args.data_format)


def pool_globally(args: GlobalPoolingArgs, x: TensorType) -> TensorType:
    """`(batch, *space, channels)` -> `(batch, channels)`, or with ones for space."""
    space, channels = split(x, args.data_format)
    return join(x, [1] * len(space) if args.keepdims else [], channels, args.data_format)


def average_globally(args: GlobalPoolingArgs, x: TensorType, mask: TensorType | None = None) -> TensorType:
    """Like `pool_globally`; the mean of ints is float32 under any policy, with a mask float64."""
    made = pool_globally(args, x)
    if mask is None:
        return made if is_float(x.dtype) else made.but_really("float32")
    (steps,), _ = split(x, args.data_format)
    wants = TensorType((x.batch, steps))
    message = f"the mask says which steps count, and must be {wants}; it is {mask}"
    check_alike(mask.shape, wants.shape, Reject("fails-when-run", message, argument="mask"))
    return made if is_float(x.dtype) else made.but_really("float64")


def pool_adaptively(args: AdaptivePoolingArgs, x: TensorType) -> TensorType:
    """`(batch, *space, channels)` -> `(batch, *output_size, channels)`."""
    space, channels = split(x, args.data_format)
    wanted = spread(args.output_size, len(space))
    _reject_one(wanted)
    _reject_uint32(x)
    for axis, size in enumerate(space):
        reject = Reject(
            "fails-when-run",
            f"adaptive pooling needs two values or more along an axis, its input has {size} there: {x}",
            input=0,
            axis=axis,
            size=size,
        )
        require(at_least(size, 2), reject)
    return join(x, wanted, channels, args.data_format)


def _reject_uint32(x: TensorType) -> None:
    if x.dtype == "uint32":
        message = "TensorFlow has no windows over uint32"
        raise Reject("dtype-mismatch", message, input=0, dtype=x.dtype)


def _reject_one(wanted: tuple[int, ...]) -> None:
    """Rejects one window for a whole axis, which Keras pools over one value more than there are.

    TensorFlow raises an error then, and for the greatest value it ends the process.
    """
    if 1 in wanted:
        raise Reject(
            "fails-when-run",
            "adaptive pooling cannot pool a whole axis into one window",
            argument="output_size",
            label="1 window",
            help="use a global pooling layer, with `keepdims: true` if the axes are to stay",
        )


def pool_adaptively_max(args: AdaptivePoolingArgs, x: TensorType) -> TensorType:
    """The same for the greatest values."""
    check_volume(x.rank - 2, maximum=True)
    return pool_adaptively(args, x)


def pool_adaptively_mean(args: AdaptivePoolingArgs, x: TensorType) -> TensorType:
    """The same for means."""
    check_volume(x.rank - 2, maximum=False)
    return pool_adaptively(args, x)


_MAX = "Keeps the greatest value of each window over {}, channel by channel."
_AVERAGE = "Takes the mean of each window over {}, channel by channel."
_GLOBAL_MAX = "Keeps the greatest value of each channel over {}."
_GLOBAL_AVERAGE = "Takes the mean of each channel over {}."
_ADAPTIVE_MAX = "Divides {} into `output_size` windows and keeps the greatest value of each."
_ADAPTIVE_AVERAGE = "Divides {} into `output_size` windows and takes the mean of each."

_1D = "(batch, steps, channels)"
_2D = "(batch, height, width, channels)"
_3D = "(batch, depth, height, width, channels)"

_WINDOWS_1D = f"{_1D} -> (batch, windows, channels)"
_WINDOWS_2D = f"{_2D} -> (batch, rows, columns, channels)"
_WINDOWS_3D = f"{_3D} -> (batch, *windows, channels)"


def _max(name: str, rank: int, noun: str, shapes: str) -> Layer[MaxPoolingArgs]:
    return Layer(
        name=name,
        rank=rank,
        args=MaxPoolingArgs,
        infer=pool,
        floats_only=rank == 5,  # TensorFlow has the other two for ints as well
        keeps_ints=True,
        no_bools=True,
        doc=_MAX.format(noun),
        shapes=shapes,
    )


def _average(name: str, rank: int, noun: str, shapes: str) -> Layer[AveragePoolingArgs]:
    return Layer(
        name=name,
        rank=rank,
        args=AveragePoolingArgs,
        infer=pool,
        floats_only=True,
        doc=_AVERAGE.format(noun),
        shapes=shapes,
    )


def _global(name: str, rank: int, doc: str, entering: str) -> Layer[GlobalPoolingArgs]:
    masked = name == "GlobalAveragePooling1D"
    return Layer(
        name=name,
        rank=rank,
        args=GlobalPoolingArgs,
        infer=pool_globally if "Max" in name else average_globally,
        keeps_ints="Max" in name,
        input_names=("inputs",) if masked else (),
        ports=(Port("mask"),) if masked else (),
        doc=doc,
        shapes=f"{entering} -> (batch, channels)",
    )


def _adaptive(name: str, rank: int, doc: str, entering: str) -> Layer[AdaptivePoolingArgs]:
    return Layer(
        name=name,
        rank=rank,
        args=AdaptivePoolingArgs,
        infer=pool_adaptively_mean if "Average" in name else pool_adaptively_max,
        floats_only="Average" in name or rank == 5,
        keeps_ints=True,
        no_bools=True,
        doc=doc,
        shapes=f"{entering} -> (batch, *output_size, channels)",
    )


LAYERS = (
    _max("MaxPooling1D", 3, "a sequence", _WINDOWS_1D),
    _max("MaxPooling2D", 4, "an image", _WINDOWS_2D),
    _max("MaxPooling3D", 5, "a volume", _WINDOWS_3D),
    _average("AveragePooling1D", 3, "a sequence", _WINDOWS_1D),
    _average("AveragePooling2D", 4, "an image", _WINDOWS_2D),
    _average("AveragePooling3D", 5, "a volume", _WINDOWS_3D),
    _global("GlobalMaxPooling1D", 3, _GLOBAL_MAX.format("a sequence"), _1D),
    _global("GlobalMaxPooling2D", 4, _GLOBAL_MAX.format("an image"), _2D),
    _global("GlobalMaxPooling3D", 5, _GLOBAL_MAX.format("a volume"), _3D),
    _global("GlobalAveragePooling1D", 3, _GLOBAL_AVERAGE.format("a sequence"), _1D),
    _global("GlobalAveragePooling2D", 4, _GLOBAL_AVERAGE.format("an image"), _2D),
    _global("GlobalAveragePooling3D", 5, _GLOBAL_AVERAGE.format("a volume"), _3D),
    _adaptive("AdaptiveMaxPooling1D", 3, _ADAPTIVE_MAX.format("a sequence"), _1D),
    _adaptive("AdaptiveMaxPooling2D", 4, _ADAPTIVE_MAX.format("an image"), _2D),
    _adaptive("AdaptiveMaxPooling3D", 5, _ADAPTIVE_MAX.format("a volume"), _3D),
    _adaptive("AdaptiveAveragePooling1D", 3, _ADAPTIVE_AVERAGE.format("a sequence"), _1D),
    _adaptive("AdaptiveAveragePooling2D", 4, _ADAPTIVE_AVERAGE.format("an image"), _2D),
    _adaptive("AdaptiveAveragePooling3D", 5, _ADAPTIVE_AVERAGE.format("a volume"), _3D),
)
