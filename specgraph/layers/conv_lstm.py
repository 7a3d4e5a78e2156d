"""Recurrent layers whose gates are convolutions, for sequences of images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import (
    Constraint,
    DataFormat,
    Initializer,
    PositiveInt,
    Rate,
    RecurrentActivation,
    Regularizer,
    Seed,
    Window,
    initializer,
)
from specgraph.rows.base import Layer, Types, Weight, known, spread
from specgraph.rows.windows import check_fits, join, slide, split
from specgraph.rows.work import each_place_of_each_step
from specgraph.spec.record import Record

from .conv import feature_count, reject_stride_dilation
from .devices import check_channels_first
from .recurrent import SEQUENCE_PORTS, check_forget_bias, read


class ConvLSTMArgs(Record):
    filters: PositiveInt
    kernel_size: Window
    strides: Window = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: Window = 1
    activation: RecurrentActivation = "tanh"
    recurrent_activation: RecurrentActivation = "sigmoid"
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
    unit_forget_bias: bool = True
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Rate = 0.0
    recurrent_dropout: Rate = 0.0
    seed: Seed = None
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False


def conv_lstm(
    args: ConvLSTMArgs,
    x: TensorType,
    initial_state: tuple[TensorType, ...] | None = None,
    mask: TensorType | None = None,
) -> Types:
    """`(batch, steps, *space, channels)` -> the last `(batch, *windows, filters)`, or one for each step.

    Both states have the shape of the output.
    """
    frame = _frame(x)
    space, channels = split(frame, args.data_format)
    sizes = _known(space, args.data_format)
    feature_count(channels, args.data_format)
    kernel = spread(args.kernel_size, len(space))
    strides, dilation = spread(args.strides, len(space)), spread(args.dilation_rate, len(space))
    reject_stride_dilation(strides, dilation)
    check_fits(frame, args, sizes, kernel, dilation)
    if len(space) < 3:
        check_channels_first(args.data_format)
    windows = slide(sizes, kernel, strides, dilation, args.padding)
    step = join(frame, windows, args.filters, args.data_format).shape[1:]
    return read(args, x, step, [step, step], initial_state, mask)


def conv_lstm_weights(args: ConvLSTMArgs, x: TensorType) -> Iterator[Weight]:
    check_forget_bias(args)
    space, channels = split(_frame(x), args.data_format)
    kernel, gates = spread(args.kernel_size, len(space)), args.filters * 4
    depth = feature_count(channels, args.data_format)
    yield Weight("kernel", (*kernel, depth, gates), initializer=initializer(args.kernel_initializer))
    recurrent = (*kernel, args.filters, gates)
    yield Weight("recurrent_kernel", recurrent, initializer=initializer(args.recurrent_initializer))
    if args.use_bias:
        yield Weight("bias", (gates,), initializer=initializer(args.bias_initializer))


def image_size(args: ConvLSTMArgs, x: TensorType) -> tuple[Dim, ...]:
    """The cell is built for images of one size."""
    return x.shape[2:]


def _frame(x: TensorType) -> TensorType:
    return x.with_shape(x.batch, *x.shape[2:])


def _known(space: tuple[Dim, ...], data_format: str | None) -> tuple[int, ...]:
    first = 3 if data_format == "channels_first" else 2
    message = "the states have the size of an image, which must be known"
    return tuple(known(size, message, axis=axis) for axis, size in enumerate(space, start=first))


def _row(axes: int, noun: str, shape: str) -> Layer[ConvLSTMArgs]:
    return Layer(
        name=f"ConvLSTM{axes}D",
        rank=axes + 3,
        space=axes,
        args=ConvLSTMArgs,
        infer=conv_lstm,
        weights=conv_lstm_weights,
        pinned=image_size,
        work=each_place_of_each_step,
        ports=SEQUENCE_PORTS,
        floats_only=True,
        doc=f"Reads a sequence of {noun} as LSTM does, with convolutions for its products.",
        shapes=f"(batch, steps, {shape}, channels) -> (batch, *windows, filters),"
        " or (batch, steps, *windows, filters) with return_sequences",
    )


LAYERS = (
    _row(1, "rows", "width"),
    _row(2, "images", "height, width"),
    _row(3, "volumes", "depth, height, width"),
)
