"""Transposed convolutions: a kernel painted at every position, so that axes grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from specgraph.ir.tensor import TensorType
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
from specgraph.rows.base import Layer, Reject, Weight, spread
from specgraph.rows.windows import grow, join, split
from specgraph.rows.work import each_input
from specgraph.spec.record import Record

from .activated import activated
from .conv import PerAxisOrNull, feature_count, reject_stride_dilation
from .devices import check_channels_first, check_dilation


class _Head(Record):
    filters: PositiveInt
    kernel_size: Window
    strides: Window = 1
    padding: Literal["valid", "same"] = "valid"


class _Middle(Record):
    output_padding: Annotated[int | tuple[int, ...] | None, PerAxisOrNull(minimum=0)] = None
    data_format: DataFormat = None


class _Middle3D(Record):
    data_format: DataFormat = None
    output_padding: Annotated[int | tuple[int, ...] | None, PerAxisOrNull(minimum=0)] = None


class _Tail(Record):
    dilation_rate: Window = 1
    activation: Activation = None
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None


class ConvTransposeArgs(_Tail, _Middle, _Head):
    """Bases stand in reverse: the fields of the last come first."""


class Conv3DTransposeArgs(_Tail, _Middle3D, _Head):
    """Keras has two arguments the other way round here."""


def conv_transpose(args: ConvTransposeArgs | Conv3DTransposeArgs, x: TensorType) -> TensorType:
    """`(batch, *space, channels)` -> `(batch, *grown, filters)`."""
    space, channels = split(x, args.data_format)
    feature_count(channels, args.data_format)
    count = len(space)
    kernel, strides = spread(args.kernel_size, count), spread(args.strides, count)
    dilation = spread(args.dilation_rate, count)
    padding = _output_padding(args, strides)
    reject_stride_dilation(strides, dilation)
    check_dilation(dilation)
    check_channels_first(args.data_format)
    if args.padding == "same":
        _reject_lost_row(padding, kernel, dilation)
    grown = [
        grow(space[i], dilation[i] * (kernel[i] - 1) + 1, strides[i], args.padding, padding[i])
        for i in range(count)
    ]
    return activated(args.activation, join(x, grown, args.filters, args.data_format))


def _output_padding(
    args: ConvTransposeArgs | Conv3DTransposeArgs, strides: Sequence[int]
) -> tuple[int | None, ...]:
    if args.output_padding is None:
        return (None,) * len(strides)
    padding = spread(args.output_padding, len(strides))
    for axis, (extra, stride) in enumerate(zip(padding, strides, strict=True)):
        if extra >= stride:
            raise Reject(
                "bad-param",
                f"`output_padding` must be less than `strides`, it is {extra} where the stride is {stride}",
                argument="output_padding",
                label=f"{extra} is not less than {stride}",
                axis=axis,
            )
    return padding


def _reject_lost_row(padding: Sequence[int | None], kernel: Sequence[int], dilation: Sequence[int]) -> None:
    """Rejects what Keras makes a row too short to have come from the input: no convolution undoes it."""
    for axis, extra in enumerate(padding):
        if extra == 0 and (dilation[axis] * (kernel[axis] - 1) + 1) % 2 == 0:
            raise Reject(
                "fails-when-run",
                "with an even kernel and `padding: same`, an output padding of 0 leaves too little",
                argument="output_padding",
                help="drop `output_padding`, or set it to 1",
                axis=axis,
            )


def conv_transpose_weights(args: ConvTransposeArgs | Conv3DTransposeArgs, x: TensorType) -> Iterator[Weight]:
    space, channels = split(x, args.data_format)
    depth = feature_count(channels, args.data_format)
    kernel = (*spread(args.kernel_size, len(space)), args.filters, depth)
    yield Weight("kernel", kernel, initializer=initializer(args.kernel_initializer))
    if args.use_bias:
        yield Weight("bias", (args.filters,), initializer=initializer(args.bias_initializer))


_DOC = "Runs a {} convolution backwards: every input value paints a kernel, and strides spread {} out."

LAYERS = (
    Layer(
        name="Conv1DTranspose",
        rank=3,
        args=ConvTransposeArgs,
        infer=conv_transpose,
        weights=conv_transpose_weights,
        work=each_input,
        floats_only=True,
        doc=_DOC.format("1-D", "a sequence"),
        shapes="(batch, steps, channels) -> (batch, more steps, filters)",
    ),
    Layer(
        name="Conv2DTranspose",
        rank=4,
        args=ConvTransposeArgs,
        infer=conv_transpose,
        weights=conv_transpose_weights,
        work=each_input,
        floats_only=True,
        doc=_DOC.format("2-D", "an image"),
        shapes="(batch, height, width, channels) -> (batch, rows, columns, filters)",
    ),
    Layer(
        name="Conv3DTranspose",
        rank=5,
        args=Conv3DTransposeArgs,
        infer=conv_transpose,
        weights=conv_transpose_weights,
        work=each_input,
        floats_only=True,
        doc=_DOC.format("3-D", "a volume"),
        shapes="(batch, depth, height, width, channels) -> (batch, *space, filters)",
    ),
)
