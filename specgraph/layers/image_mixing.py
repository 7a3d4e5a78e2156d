"""Layers that mix images, blot parts of them out, or put several changes after each other."""

from __future__ import annotations

from typing import Annotated

from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import DataFormat, NonNegativeInt, Positive, PositiveInt, Seed, Window
from specgraph.rows.base import Reject, computing, demand, spread
from specgraph.spec.kinds import Either, ListOf, Number, Optional
from specgraph.spec.record import Record

from .images import (
    Factor,
    Interpolation,
    ValueRange,
    check_range,
    image_layer,
    needs_colors_or_grey,
    needs_sides,
)


class MixUpArgs(Record):
    alpha: Positive = 0.2
    data_format: DataFormat = None
    seed: Seed = None


class CutMixArgs(Record):
    factor: Factor = 1.0
    seed: Seed = None
    data_format: DataFormat = None


class AugMixArgs(Record):
    value_range: ValueRange = (0, 255)
    num_chains: PositiveInt = 3
    chain_depth: PositiveInt = 3
    factor: Factor = 0.3
    alpha: Positive = 1.0
    all_ops: bool = True
    interpolation: Interpolation = "bilinear"
    seed: Seed = None
    data_format: DataFormat = None


class RandAugmentArgs(Record):
    value_range: ValueRange = (0, 255)
    num_ops: NonNegativeInt = 2
    factor: Factor = 0.5
    interpolation: Interpolation = "bilinear"
    seed: Seed = None
    data_format: DataFormat = None


class RandomErasingArgs(Record):
    factor: Factor = 1.0
    scale: Factor = (0.02, 0.33)
    fill_value: Annotated[
        float | tuple[float, ...] | None,
        Optional(
            Either(
                Number(),
                ListOf(Number(), least=3, most=3),
                phrase="a number, or a list of one for each colour",
            )
        ),
    ] = None
    value_range: ValueRange = (0, 255)
    seed: Seed = None
    data_format: DataFormat = None


class RandomGaussianBlurArgs(Record):
    factor: Factor = 1.0
    kernel_size: Window = 3
    sigma: Factor = 1.0
    value_range: ValueRange = (0, 255)
    data_format: DataFormat = None
    seed: Seed = None


class MaxNumBoundingBoxesArgs(Record):
    max_number: PositiveInt
    fill_value: int = -1


def cut_mix(args: CutMixArgs, x: TensorType) -> TensorType:
    """The same shape, which must be known."""
    needs_sides("CutMix", args, x)
    if computing() == "bfloat16":
        raise Reject("fails-when-run", "CutMix cannot draw its boxes in bfloat16", argument="dtype")
    return x


def mix_chains(args: AugMixArgs, x: TensorType) -> TensorType:
    """The same shape; among what may be drawn are changes of colour."""
    check_range(args)
    needs_colors_or_grey("AugMix", args, x)
    return x


def augment(args: RandAugmentArgs, x: TensorType) -> TensorType:
    """The same shape; among what may be drawn are changes of colour."""
    check_range(args)
    needs_colors_or_grey("RandAugment", args, x)
    return x


def erase(args: RandomErasingArgs, x: TensorType) -> TensorType:
    """The same shape, which must be known."""
    check_range(args)
    needs_sides("RandomErasing", args, x)
    last = x.shape[-1]
    if isinstance(args.fill_value, tuple):
        message = f"`fill_value` has 3 values, the last axis of the input has {last}"
        demand(equal(last, 3), Reject("fails-when-run", message, argument="fill_value"), last)
    return x


def blur(args: RandomGaussianBlurArgs, x: TensorType) -> TensorType:
    """The same shape."""
    check_range(args)
    if any(size % 2 == 0 for size in spread(args.kernel_size, 2)):
        raise Reject("bad-param", "`kernel_size` must be odd", argument="kernel_size")
    return x


LAYERS = (
    image_layer("MixUp", MixUpArgs, "In training, mixes each image with another of the batch."),
    image_layer(
        "CutMix",
        CutMixArgs,
        "In training, pastes a box of another image of the batch into each.",
        infer=cut_mix,
    ),
    image_layer(
        "AugMix",
        AugMixArgs,
        "In training, mixes images with several chains of changes to them.",
        infer=mix_chains,
    ),
    image_layer(
        "RandAugment",
        RandAugmentArgs,
        "In training, makes `num_ops` random changes to each image.",
        infer=augment,
    ),
    image_layer(
        "RandomErasing", RandomErasingArgs, "In training, blots a random box of each image out.", infer=erase
    ),
    image_layer(
        "RandomGaussianBlur", RandomGaussianBlurArgs, "In training, blurs images at random.", infer=blur
    ),
    image_layer(
        "MaxNumBoundingBoxes",
        MaxNumBoundingBoxesArgs,
        "Gives images as they are; of images with bounding boxes, it would make the boxes as many for each.",
    ),
)
