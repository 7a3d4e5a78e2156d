"""Convolutions with kernels from the model or the spec, pools, and patches of images as columns."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.compare import divisible, equal
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import DataFormat, PositiveInt
from specgraph.rows.base import Reject, demand, spread
from specgraph.rows.broadcast import may_agree
from specgraph.rows.hidden import warn_of_hidden_sizes
from specgraph.rows.op import Op, declared, fixed, need_rank, need_sizes
from specgraph.rows.windows import check_fits, join, slide, split
from specgraph.spec.kinds import Either, Int, ListOf, Optional, PerAxis
from specgraph.spec.record import Record

from .arguments import BOOL, INTS, NO_FLOATS, Operand, check_kernel

PerWindow: TypeAlias = Annotated[int | tuple[int, ...], PerAxis(minimum=1)]
_MaybePerWindow: TypeAlias = Annotated[int | tuple[int, ...] | None, Optional(PerAxis(minimum=1))]
_PAIR = Either(Int(1), ListOf(Int(1), least=2, most=2), phrase="a positive integer, or a pair of them")
_EDGES = Either(Int(0), ListOf(Int(0), least=2, most=2), phrase="an integer of at least 0, or a pair of them")
Pair: TypeAlias = Annotated[int | tuple[int, ...], _PAIR]
Edges: TypeAlias = Annotated[int | tuple[int, ...], _EDGES]


class PoolArgs(Record):
    pool_size: PerWindow
    strides: _MaybePerWindow = None
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None


class ConvArgs(Record):
    kernel: Operand = None
    strides: PerWindow = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: PerWindow = 1


class DepthwiseArgs(Record):
    """Keras cannot load a model again in which one of these is a list."""

    kernel: Operand = None
    strides: PositiveInt = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: PositiveInt = 1


class SeparableArgs(Record):
    depthwise_kernel: Operand = None
    pointwise_kernel: Operand = None
    strides: PositiveInt = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: PositiveInt = 1


class UnfoldArgs(Record):
    kernel_size: Pair
    dilation: Pair = 1
    padding: Edges = 0
    stride: Pair = 1


class FoldArgs(Record):
    output_size: Pair
    kernel_size: Pair
    dilation: Pair = 1
    padding: Edges = 0
    stride: Pair = 1


class BlockArgs(Record):
    block_size: Annotated[int, Int(2)]
    data_format: Literal["channels_last", "channels_first"] = "channels_last"


def pool(no_3d: tuple[str, ...], args: PoolArgs, inputs: TensorType) -> TensorType:
    """`(batch, *space, channels)` -> `(batch, *windows, channels)`."""
    need_rank(inputs, 3, 5)
    if inputs.rank == 5:
        check_kernel(inputs.dtype, no_3d)
    space, channels = split(inputs, args.data_format)
    size = _each(args.pool_size, space, "pool_size")
    strides = size if args.strides is None else _each(args.strides, space, "strides")
    check_fits(inputs, args, space, size, (1,) * len(space), "pool_size")
    return join(
        inputs, slide(space, size, strides, (1,) * len(space), args.padding), channels, args.data_format
    )


def _each(value: int | tuple[int, ...], space: tuple[Dim, ...], argument: str) -> tuple[int, ...]:
    """A value for each spatial axis."""
    found = spread(value, len(space))
    if len(found) != len(space):
        message = f"has {len(space)} spatial axes, `{argument}` has {len(found)} values"
        raise Reject("bad-param", message, argument=argument, label=f"{len(found)} values")
    return found


def _window(padding: str, inputs: TensorType, kernel: TensorType) -> tuple[int, ...]:
    """The window of a kernel, of one rank with the input; Keras must know it, unless it does not matter."""
    need_rank(inputs, 3, 5)
    need_rank(kernel, inputs.rank, inputs.rank, input=1)
    if padding == "same":
        return tuple(dim if isinstance(dim, int) else 1 for dim in kernel.shape[:-2])
    return tuple(fixed(dim, kernel, axis, 1) for axis, dim in enumerate(kernel.shape[:-2]))


def _check_channels(inputs: TensorType, channels: Dim, wanted: Dim, kernel: TensorType) -> None:
    message = f"has a kernel for {wanted} channels, its input has {channels}: {inputs} and {kernel}"
    may_agree(channels, wanted, Reject("shape-mismatch", message, input=1, label=f"for {wanted} channels"))


def _check_dtypes(*tensors: TensorType) -> None:
    for i, x in enumerate(tensors):
        if x.dtype != tensors[0].dtype:
            message = f"multiplies {tensors[0].dtype} with a kernel of {x.dtype}: both need one dtype"
            raise Reject("fails-when-run", message, input=i, dtype=x.dtype)


def _convolved(
    args: ConvArgs | DepthwiseArgs | SeparableArgs, inputs: TensorType, kernel: TensorType, filters: Dim
) -> TensorType:
    space, _ = split(inputs, args.data_format)
    window = _window(args.padding, inputs, kernel)
    strides = _each(args.strides, space, "strides")
    dilation = _each(args.dilation_rate, space, "dilation_rate")
    if max(strides) > 1 and max(dilation) > 1:
        message = "cannot combine strides with dilation"
        raise Reject("fails-when-run", message, argument="dilation_rate", label="with strides")
    if max(dilation) > 1:
        need_sizes(kernel, *range(kernel.rank - 2), input=1)
    check_fits(inputs, args, space, window, dilation, "")
    return join(inputs, slide(space, window, strides, dilation, args.padding), filters, args.data_format)


def conv(args: ConvArgs, inputs: TensorType, kernel: TensorType) -> TensorType:
    """`(batch, *space, channels), (*window, channels, filters)` -> `(batch, *windows, filters)`."""
    _window(args.padding, inputs, kernel)
    _check_channels(inputs, split(inputs, args.data_format)[1], kernel.shape[-2], kernel)
    made = _convolved(args, inputs, kernel, kernel.shape[-1])
    if inputs.rank == 5:
        check_kernel(inputs.dtype, INTS)
    _check_dtypes(inputs, kernel)
    return made


def depthwise(args: DepthwiseArgs, inputs: TensorType, kernel: TensorType) -> TensorType:
    """`(batch, *space, channels), (*window, channels, n)` -> `(batch, *windows, channels * n)`."""
    need_rank(inputs, 3, 4)
    _window(args.padding, inputs, kernel)
    channels, filters = fixed(kernel.shape[-2], kernel, -2, 1), fixed(kernel.shape[-1], kernel, -1, 1)
    _check_channels(inputs, split(inputs, args.data_format)[1], channels, kernel)
    made = _convolved(args, inputs, kernel, channels * filters)
    _warn_of_both(args, inputs, made)
    _check_dtypes(inputs, kernel)
    return made


def _warn_of_both(args: DepthwiseArgs | SeparableArgs, inputs: TensorType, made: TensorType) -> None:
    """Of a channel on its own, TensorFlow dilates and strides at once by way of other batches."""
    if args.padding == "same" and all(
        max(spread(each, inputs.rank - 2)) > 1 for each in (args.strides, args.dilation_rate)
    ):
        warn_of_hidden_sizes(split(made, args.data_format)[0], inputs.shape)


def separable(
    args: SeparableArgs, inputs: TensorType, depthwise_kernel: TensorType, pointwise_kernel: TensorType
) -> TensorType:
    """A depthwise convolution, then one of `(1, ..., channels * n, filters)`."""
    need_rank(inputs, 3, 4)
    window = _window(args.padding, inputs, depthwise_kernel)
    channels = fixed(depthwise_kernel.shape[-2], depthwise_kernel, -2, 1)
    each = fixed(depthwise_kernel.shape[-1], depthwise_kernel, -1, 1)
    _check_channels(inputs, split(inputs, args.data_format)[1], channels, depthwise_kernel)
    need_rank(pointwise_kernel, 1, input=2)
    made = _convolved(args, inputs, depthwise_kernel, pointwise_kernel.shape[-1])
    _warn_of_both(args, inputs, made)
    wanted = (*(1 for _ in window), channels * each)
    said = ", ".join(map(str, wanted))
    message = f"needs a pointwise kernel of ({said}, filters), it has {pointwise_kernel}"
    reject = Reject("fails-when-run", message, input=2)
    if pointwise_kernel.rank != inputs.rank:
        raise reject
    for dim, want in zip(pointwise_kernel.shape, wanted, strict=False):
        may_agree(dim, want, reject)
    _check_dtypes(inputs, depthwise_kernel, pointwise_kernel)
    return made


def unfold(args: UnfoldArgs, x: TensorType) -> TensorType:
    """`(batch, channels, height, width)` -> `(batch, channels * window, windows)`, sizes known."""
    need_rank(x, 4, 4)
    batch, channels, *space = x.shape
    window, counts = spread(args.kernel_size, 2), []
    parts = (window, spread(args.dilation, 2), spread(args.padding, 2), spread(args.stride, 2))
    for axis, (size, k, d, p, s) in enumerate(zip(space, *parts, strict=True), start=2):
        known = fixed(size, x, axis)
        reach = d * (k - 1) + 1
        if known + 2 * p < reach:
            message = f"has a window of {reach} on axis {axis} of {known + 2 * p}: {x}"
            raise Reject("fails-when-run", message, argument="kernel_size", label=f"spans {reach}")
        counts.append((known + 2 * p - reach) // s + 1)
    need_sizes(x, 0)
    columns = fixed(channels, x, 1) * window[0] * window[1]
    return x.with_shape(batch, columns, counts[0] * counts[1])


def fold(args: FoldArgs, x: TensorType) -> TensorType:
    """`(batch, channels * window, windows)` -> `(batch, channels, *output_size)`."""
    need_rank(x, 3, 3)
    window, size = spread(args.kernel_size, 2), spread(args.output_size, 2)
    area = window[0] * window[1]
    message = f"has windows of {area} values, which {x.shape[1]} are no multiple of: {x}"
    demand(divisible(x.shape[1], area), Reject("shape-mismatch", message, argument="kernel_size"), x.shape[1])
    counts = 1
    parts = (size, window, spread(args.dilation, 2), spread(args.padding, 2), spread(args.stride, 2))
    for out, k, d, p, s in zip(*parts, strict=True):
        counts *= (out + 2 * p - d * (k - 1) - 1) // s + 1
    message = f"lays {x.shape[2]} windows, {args.output_size} holds {counts}: {x}"
    demand(equal(x.shape[2], counts), Reject("fails-when-run", message, argument="output_size"), x.shape[2])
    need_sizes(x, 0, 1)
    return x.with_shape(x.shape[0], declared(x.shape[1] // area, x.shape[1]), *size)


def depth_to_space(args: BlockArgs, x: TensorType) -> TensorType:
    """`(batch, h, w, c * block²)` -> `(batch, h * block, w * block, c)`."""
    need_rank(x, 4, 4)
    block = args.block_size
    space, channels = split(x, args.data_format)
    message = f"makes blocks of {block}·{block}, which {channels} channels are no multiple of: {x}"
    reject = Reject("shape-mismatch", message, argument="block_size", label=f"{block}·{block}")
    demand(divisible(channels, block * block), reject, channels)
    left = declared(channels // (block * block), channels)
    return join(x, [size * block for size in space], left, args.data_format)


def space_to_depth(args: BlockArgs, x: TensorType) -> TensorType:
    """`(batch, h * block, w * block, c)` -> `(batch, h, w, c * block²)`."""
    need_rank(x, 4, 4)
    block = args.block_size
    space, channels = split(x, args.data_format)
    for size in space:
        message = f"cuts blocks of {block}, which {size} is no multiple of: {x}"
        demand(divisible(size, block), Reject("shape-mismatch", message, argument="block_size"), size)
    made = [declared(size // block, size) for size in space]
    return join(x, made, channels * block * block, args.data_format)


_NO_CONV = tuple(one for one in NO_FLOATS if one != "int32")
_POOLED = "(batch, *space, channels) -> (batch, *windows, channels)"
_CONV = "(batch, *space, channels), (*window, channels, filters) -> (batch, *windows, filters)"
_SPACE = "(batch, h, w, c * n * n) -> (batch, h * n, w * n, c)"
_DEPTH = "(batch, h * n, w * n, c) -> (batch, h, w, c * n * n)"


def _op(
    name: str, args: Any, rule: Any, doc: str, shapes: str, fails_on: tuple[str, ...] = (), **more: Any
) -> Op[Any]:
    return Op(name=name, args=args, rule=rule, doc=doc, shapes=shapes, fails_on=fails_on, **more)


_INPUTS: Any = {"tensors": ("inputs",)}
_KERNEL: Any = {"tensors": ("inputs", "kernel"), "arrays": ("kernel",)}
_KERNELS: Any = {
    "tensors": ("inputs", "depthwise_kernel", "pointwise_kernel"),
    "arrays": ("depthwise_kernel", "pointwise_kernel"),
}

LAYERS = (
    _op(
        "average_pool",
        PoolArgs,
        partial(pool, ("float16", "float64")),
        "The mean of each window.",
        _POOLED,
        NO_FLOATS,
        **_INPUTS,
    ),
    _op(
        "max_pool",
        PoolArgs,
        partial(pool, ("float16", "float64")),
        "The greatest value of each window.",
        _POOLED,
        NO_FLOATS,
        **_INPUTS,
    ),
    _op("conv", ConvArgs, conv, "A convolution with a kernel that is a tensor.", _CONV, _NO_CONV, **_KERNEL),
    _op(
        "depthwise_conv",
        DepthwiseArgs,
        depthwise,
        "A convolution of each channel by itself.",
        _CONV,
        NO_FLOATS,
        **_KERNEL,
    ),
    _op(
        "separable_conv",
        SeparableArgs,
        separable,
        "A convolution of each channel, then one across them.",
        _CONV,
        NO_FLOATS,
        **_KERNELS,
    ),
    _op(
        "unfold",
        UnfoldArgs,
        unfold,
        "Lays the windows of an image out as columns.",
        "(batch, c, h, w) -> (batch, c * window, windows)",
        BOOL,
    ),
    _op(
        "fold",
        FoldArgs,
        fold,
        "Sums columns back into the windows of an image.",
        "(batch, c * window, windows) -> (batch, c, h, w)",
    ),
    _op("depth_to_space", BlockArgs, depth_to_space, "Lays channels out as blocks of an image.", _SPACE),
    _op("space_to_depth", BlockArgs, space_to_depth, "Lays blocks of an image out as channels.", _DEPTH),
)
