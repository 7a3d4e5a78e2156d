"""Convolutions that treat every channel on its own, alone or before a 1x1 mix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows import work
from specgraph.rows.arguments import (
    Activation,
    Constraint,
    DataFormat,
    Initializer,
    PositiveInt,
    Regularizer,
    Window,
    initializer,
)
from specgraph.rows.base import Layer, Weight, spread
from specgraph.rows.hidden import warn_of_hidden_sizes
from specgraph.rows.windows import check_fits, join, slide, split
from specgraph.spec.record import Record

from .activated import activated
from .conv import feature_count
from .devices import check_equal


class SeparableConvArgs(Record):
    filters: PositiveInt
    kernel_size: Window
    strides: Window = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: Window = 1
    depth_multiplier: PositiveInt = 1
    activation: Activation = None
    use_bias: bool = True
    depthwise_initializer: Initializer = "glorot_uniform"
    pointwise_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    depthwise_regularizer: Regularizer = None
    pointwise_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    depthwise_constraint: Constraint = None
    pointwise_constraint: Constraint = None
    bias_constraint: Constraint = None


class DepthwiseConvArgs(Record):
    kernel_size: Window
    strides: Window = 1
    padding: Literal["valid", "same"] = "valid"
    depth_multiplier: PositiveInt = 1
    data_format: DataFormat = None
    dilation_rate: Window = 1
    activation: Activation = None
    use_bias: bool = True
    depthwise_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    depthwise_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    depthwise_constraint: Constraint = None
    bias_constraint: Constraint = None


def separable(args: SeparableConvArgs, x: TensorType) -> TensorType:
    """`(batch, *space, channels)` -> `(batch, *windows, filters)`."""
    space, channels = split(x, args.data_format)
    feature_count(channels, args.data_format)
    made = join(x, _windows(args, x, space), args.filters, args.data_format)
    return activated(args.activation, made)


def separable_weights(args: SeparableConvArgs, x: TensorType) -> Iterator[Weight]:
    space, channels = split(x, args.data_format)
    depth = feature_count(channels, args.data_format)
    kernel = (*spread(args.kernel_size, len(space)), depth, args.depth_multiplier)
    mix = (*(1 for _ in space), depth * args.depth_multiplier, args.filters)
    yield Weight("depthwise_kernel", kernel, initializer=initializer(args.depthwise_initializer))
    yield Weight("pointwise_kernel", mix, initializer=initializer(args.pointwise_initializer))
    if args.use_bias:
        yield Weight("bias", (args.filters,), initializer=initializer(args.bias_initializer))


def depthwise(args: DepthwiseConvArgs, x: TensorType) -> TensorType:
    """`(batch, *space, channels)` -> `(batch, *windows, channels * depth_multiplier)`."""
    space, channels = split(x, args.data_format)
    depth = feature_count(channels, args.data_format) * args.depth_multiplier
    made = join(x, _windows(args, x, space), depth, args.data_format)
    return activated(args.activation, made)


def depthwise_weights(args: DepthwiseConvArgs, x: TensorType) -> Iterator[Weight]:
    space, channels = split(x, args.data_format)
    depth = feature_count(channels, args.data_format)
    kernel = (*spread(args.kernel_size, len(space)), depth, args.depth_multiplier)
    yield Weight("kernel", kernel, initializer=initializer(args.depthwise_initializer))
    if args.use_bias:
        bias = (depth * args.depth_multiplier,)
        yield Weight("bias", bias, initializer=initializer(args.bias_initializer))


def _windows(args: SeparableConvArgs | DepthwiseConvArgs, x: TensorType, space: tuple[Dim, ...]) -> list[Dim]:
    kernel = spread(args.kernel_size, len(space))
    strides = spread(args.strides, len(space))
    dilation = spread(args.dilation_rate, len(space))
    check_fits(x, args, space, kernel, dilation)
    check_equal(strides)
    made = slide(space, kernel, strides, dilation, args.padding)
    if max(strides) > 1 and max(dilation) > 1 and args.padding == "same":
        warn_of_hidden_sizes(made, x.shape)
    return made


_SEPARABLE = "Convolves each channel of {} on its own, then mixes the channels at each position."
_DEPTHWISE = "Convolves each channel of {} on its own, `depth_multiplier` times; channels are not mixed."
_SEQUENCE, _IMAGE = "(batch, steps, channels)", "(batch, height, width, channels)"

LAYERS = (
    Layer(
        name="SeparableConv1D",
        rank=3,
        args=SeparableConvArgs,
        infer=separable,
        weights=separable_weights,
        work=work.separable,
        floats_only=True,
        doc=_SEPARABLE.format("a sequence"),
        shapes=f"{_SEQUENCE} -> (batch, windows, filters)",
    ),
    Layer(
        name="SeparableConv2D",
        rank=4,
        args=SeparableConvArgs,
        infer=separable,
        weights=separable_weights,
        work=work.separable,
        floats_only=True,
        doc=_SEPARABLE.format("an image"),
        shapes=f"{_IMAGE} -> (batch, rows, columns, filters)",
    ),
    Layer(
        name="DepthwiseConv1D",
        rank=3,
        args=DepthwiseConvArgs,
        infer=depthwise,
        weights=depthwise_weights,
        work=work.depthwise,
        floats_only=True,
        doc=_DEPTHWISE.format("a sequence"),
        shapes=f"{_SEQUENCE} -> (batch, windows, channels * depth_multiplier)",
    ),
    Layer(
        name="DepthwiseConv2D",
        rank=4,
        args=DepthwiseConvArgs,
        infer=depthwise,
        weights=depthwise_weights,
        work=work.depthwise,
        floats_only=True,
        doc=_DEPTHWISE.format("an image"),
        shapes=f"{_IMAGE} -> (batch, rows, columns, channels * depth_multiplier)",
    ),
)
