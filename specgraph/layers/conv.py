"""Plain convolutions, and what the other families share with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from specgraph.ir.dim import Dim
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
from specgraph.rows.base import Layer, Reject, Weight, known, spread
from specgraph.rows.windows import check_fits, join, slide, split
from specgraph.rows.work import each_output
from specgraph.spec.kinds import PerAxis, Schema
from specgraph.spec.record import Record

from .activated import activated
from .devices import check_channels_first


class PerAxisOrNull(PerAxis):
    """`PerAxis`, or null; an `Optional` around one would hide it from `Layer.fields`."""

    def __init__(self, minimum: int = 1, axes: int | None = None) -> None:
        super().__init__(minimum, axes)
        self.phrase = f"{self.phrase}, or null"

    def for_rank(self, rank: int) -> PerAxisOrNull:
        return PerAxisOrNull(self.item.minimum or 0, rank - 2)

    def check(self, value: Any) -> Any:
        return None if value is None else super().check(value)

    def schema(self) -> Schema:
        return {"anyOf": [*super().schema()["anyOf"], {"type": "null"}]}


class ConvArgs(Record):
    filters: PositiveInt
    kernel_size: Window
    strides: Window = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None
    dilation_rate: Window = 1
    groups: PositiveInt = 1
    activation: Activation = None
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None


class Conv1DArgs(ConvArgs):
    padding: Literal["valid", "same", "causal"] = "valid"  # type: ignore[assignment]  # one word more


def conv(args: ConvArgs, x: TensorType) -> TensorType:
    """`(batch, *space, channels)` -> `(batch, *windows, filters)`."""
    space, channels = split(x, args.data_format)
    check_groups(args, channels)
    kernel = spread(args.kernel_size, len(space))
    strides = spread(args.strides, len(space))
    dilation = spread(args.dilation_rate, len(space))
    reject_stride_dilation(strides, dilation)
    check_fits(x, args, space, kernel, dilation)
    if len(space) < 3:
        check_channels_first(args.data_format, args.groups, args.padding)
    windows = slide(space, kernel, strides, dilation, args.padding)
    return activated(args.activation, join(x, windows, args.filters, args.data_format))


def conv_weights(args: ConvArgs, x: TensorType) -> Iterator[Weight]:
    space, channels = split(x, args.data_format)
    depth = feature_count(channels, args.data_format) // args.groups
    kernel = (*spread(args.kernel_size, len(space)), depth, args.filters)
    yield Weight("kernel", kernel, initializer=initializer(args.kernel_initializer))
    if args.use_bias:
        yield Weight("bias", (args.filters,), initializer=initializer(args.bias_initializer))


def feature_count(channels: Dim, data_format: str | None) -> int:
    axis = 1 if data_format == "channels_first" else -1
    return known(channels, "the kernel needs to know how many channels come in", axis=axis)


def check_groups(args: ConvArgs, channels: Dim) -> None:
    if args.filters % args.groups:
        raise Reject(
            "groups-divisible",
            f"{args.filters} filters cannot be split into {args.groups} groups",
            argument="groups",
            of="filters",
            count=args.filters,
        )
    count = feature_count(channels, args.data_format)
    if count % args.groups:
        raise Reject(
            "groups-divisible",
            f"the input's {count} channels cannot be split into {args.groups} groups",
            argument="groups",
            of="channels",
            count=count,
        )


def reject_stride_dilation(strides: Sequence[int], dilation: Sequence[int]) -> None:
    if max(strides) > 1 and max(dilation) > 1:
        raise Reject(
            "stride-dilation",
            "`strides` and `dilation_rate` cannot both exceed 1",
            argument="dilation_rate",
            help="set one of them to 1",
        )


_CONV = "Slides {} kernel windows over {} and sums the products; one output channel for each filter."

LAYERS = (
    Layer(
        name="Conv1D",
        rank=3,
        args=Conv1DArgs,
        infer=conv,
        weights=conv_weights,
        work=each_output,
        floats_only=True,
        doc=_CONV.format("1-D", "a sequence"),
        shapes="(batch, steps, channels) -> (batch, windows, filters)",
    ),
    Layer(
        name="Conv2D",
        rank=4,
        args=ConvArgs,
        infer=conv,
        weights=conv_weights,
        work=each_output,
        floats_only=True,
        doc=_CONV.format("2-D", "an image"),
        shapes="(batch, height, width, channels) -> (batch, rows, columns, filters)",
    ),
    Layer(
        name="Conv3D",
        rank=5,
        args=ConvArgs,
        infer=conv,
        weights=conv_weights,
        work=each_output,
        floats_only=True,
        doc=_CONV.format("3-D", "a volume"),
        shapes="(batch, depth, height, width, channels) -> (batch, *windows, filters)",
    ),
)
