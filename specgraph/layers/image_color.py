"""Layers that change the colours of images, and leave every pixel in its place."""

from __future__ import annotations

from typing import Annotated

from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import DataFormat, NonNegative, PositiveInt, Rate, Seed
from specgraph.rows.base import Reject, computing
from specgraph.spec.kinds import Either, Int, ListOf
from specgraph.spec.record import Record

from .encoding import claimed
from .images import (
    Factor,
    FactorOrNull,
    SignedFactor,
    SignedFactorOrNull,
    ValueRange,
    check_range,
    first,
    image_layer,
    needs_channels,
    needs_colors,
    needs_colors_or_grey,
    needs_sides,
    sides,
    warn_of_direct_calls,
)

_bits = Int(minimum=1, maximum=8)


class AutoContrastArgs(Record):
    value_range: ValueRange = (0, 255)


class ClaheArgs(Record):
    value_range: ValueRange = (0, 255)
    clip_limit: NonNegative = 4.0
    tile_grid_size: Annotated[tuple[int, ...], ListOf(Int(minimum=1), least=2, most=2)] = (8, 8)
    data_format: DataFormat = None


class EqualizationArgs(Record):
    value_range: ValueRange = (0, 255)
    bins: PositiveInt = 256
    data_format: DataFormat = None


class SolarizationArgs(Record):
    addition_factor: Factor = 0.0
    threshold_factor: Factor = 0.0
    value_range: ValueRange = (0, 255)
    seed: Seed = None


class RandomBrightnessArgs(Record):
    factor: SignedFactor
    value_range: ValueRange = (0, 255)
    seed: Seed = None


class RandomContrastArgs(Record):
    factor: Factor
    value_range: ValueRange = (0, 255)
    seed: Seed = None


class ColorArgs(Record):
    factor: Factor
    value_range: ValueRange = (0, 255)
    data_format: DataFormat = None
    seed: Seed = None


class SignedColorArgs(Record):
    factor: SignedFactor
    value_range: ValueRange = (0, 255)
    data_format: DataFormat = None
    seed: Seed = None


class RandomPosterizationArgs(Record):
    factor: Annotated[
        int | tuple[int, ...],
        Either(_bits, ListOf(_bits, least=2, most=2), phrase="an integer from 1 to 8, or a list of two"),
    ]
    value_range: ValueRange = (0, 255)
    data_format: DataFormat = None
    seed: Seed = None


class RandomInvertArgs(Record):
    factor: Factor = 1.0
    value_range: ValueRange = (0, 255)
    seed: Seed = None
    data_format: DataFormat = None


class RandomGrayscaleArgs(Record):
    factor: Rate = 0.5
    data_format: DataFormat = None
    seed: Seed = None


class RandomColorJitterArgs(Record):
    value_range: ValueRange = (0, 255)
    brightness_factor: SignedFactorOrNull = None
    contrast_factor: FactorOrNull = None
    saturation_factor: SignedFactorOrNull = None
    hue_factor: FactorOrNull = None
    seed: Seed = None
    data_format: DataFormat = None


def clahe(args: ClaheArgs, x: TensorType) -> TensorType:
    """The same shape, which must be known, and at least half of what the tiles fill."""
    check_range(args)
    needs_sides("ContrastLimitedAdaptiveHistogramEqualization", args, x)
    for side, tiles in zip(sides(args, x), args.tile_grid_size, strict=True):
        assert isinstance(side, int)
        pad = -side % tiles
        if pad > side:
            message = f"{tiles} tiles need {side + pad} pixels, more than twice the {side} there are: {x}"
            raise Reject("fails-when-run", message, argument="tile_grid_size")
    return x


def equalize(args: EqualizationArgs, x: TensorType) -> TensorType:
    """The same shape; channels are gone through one by one."""
    check_range(args)
    if not needs_channels("Equalization", args, x):
        raise Reject("shape-mismatch", f"Equalization needs a channel, its input has none: {x}", input=0)
    return x


def brightness(args: RandomBrightnessArgs, x: TensorType) -> TensorType:
    """The same shape."""
    check_range(args)
    if x.dtype == "bool":
        warn_of_direct_calls("RandomBrightness", x)
    return x


def contrast(args: RandomContrastArgs, x: TensorType) -> TensorType:
    """The same shape."""
    check_range(args)
    warn_of_direct_calls("RandomContrast", x)
    return x


def degenerate(args: SignedColorArgs, x: TensorType) -> TensorType:
    """The same shape, of three channels, which Keras itself checks."""
    check_range(args)
    needs_channels("RandomColorDegeneration", args, x)
    needs_colors("RandomColorDegeneration", args, x)
    return x


def hue(args: ColorArgs, x: TensorType) -> TensorType:
    """The same shape, of three channels."""
    check_range(args)
    needs_colors("RandomHue", args, x)
    return x


def saturation(args: SignedColorArgs, x: TensorType) -> TensorType:
    """The same shape, of three channels."""
    check_range(args)
    needs_colors("RandomSaturation", args, x)
    warn_of_direct_calls("RandomSaturation", x)
    return x


def jitter(args: RandomColorJitterArgs, x: TensorType) -> TensorType:
    """The same shape, of three channels where hue or saturation changes."""
    check_range(args)
    if args.saturation_factor is None and args.hue_factor is None:
        return x
    if first(args):
        message = "RandomColorJitter reads hue and saturation off the last axis, whatever `data_format` says"
        help = "use RandomHue and RandomSaturation"
        raise Reject("fails-when-run", message, argument="data_format", help=help)
    needs_colors("RandomColorJitter", args, x)
    return x


def grayscale(args: RandomGrayscaleArgs, x: TensorType) -> TensorType:
    """The same shape, of three channels or of one; Keras declares the dtype of the input."""
    if x.dtype == "string":
        raise Reject("dtype-mismatch", "RandomGrayscale cannot work on strings", input=0, dtype=x.dtype)
    needs_colors_or_grey("RandomGrayscale", args, x)
    return claimed(x.shape, x.dtype, x.shape, computing())


LAYERS = (
    image_layer("AutoContrast", AutoContrastArgs, "Stretches the values of each image to the whole range."),
    image_layer(
        "ContrastLimitedAdaptiveHistogramEqualization",
        ClaheArgs,
        "Evens out the values in each tile of an image, within a limit (CLAHE).",
        infer=clahe,
    ),
    image_layer(
        "Equalization",
        EqualizationArgs,
        "Evens out how often each value occurs in an image.",
        infer=equalize,
    ),
    image_layer(
        "Solarization",
        SolarizationArgs,
        "In training, inverts what is brighter than a random threshold.",
    ),
    image_layer(
        "RandomBrightness",
        RandomBrightnessArgs,
        "In training, makes images brighter or darker at random.",
        infer=brightness,
    ),
    image_layer(
        "RandomContrast",
        RandomContrastArgs,
        "In training, changes the contrast of images at random.",
        infer=contrast,
    ),
    image_layer(
        "RandomColorDegeneration",
        SignedColorArgs,
        "In training, mixes images with their grey versions.",
        infer=degenerate,
    ),
    image_layer("RandomHue", ColorArgs, "In training, shifts the hue at random.", infer=hue),
    image_layer(
        "RandomSaturation",
        SignedColorArgs,
        "In training, changes the saturation at random.",
        infer=saturation,
    ),
    image_layer("RandomSharpness", ColorArgs, "In training, sharpens or softens images at random."),
    image_layer(
        "RandomPosterization",
        RandomPosterizationArgs,
        "In training, leaves each channel `factor` bits.",
    ),
    image_layer("RandomInvert", RandomInvertArgs, "In training, inverts images at random."),
    image_layer(
        "RandomGrayscale",
        RandomGrayscaleArgs,
        "In training, makes a share of the images grey.",
        infer=grayscale,
        keeps_dtype=True,
    ),
    image_layer(
        "RandomColorJitter",
        RandomColorJitterArgs,
        "In training, changes brightness, contrast, saturation and hue at random.",
        infer=jitter,
    ),
)
