"""Layers that cut, resize, turn, shift and bend images."""

from __future__ import annotations

from typing import Annotated, Literal

from specgraph.ir.compare import at_least
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import DataFormat, PositiveInt, Rate, Seed
from specgraph.rows.base import Reject, computing, demand, warn
from specgraph.spec.kinds import Choice, Either, ListOf, Number
from specgraph.spec.record import Record

from .images import (
    IMAGES,
    Factor,
    FillMode,
    Interpolation,
    SignedFactor,
    ValueRange,
    check_range,
    image_layer,
    needs_channels,
    needs_sides,
    sides,
    warn_of_direct_calls,
    with_sides,
)

_zoom = Number(above=-1, maximum=1)
Zoom = Annotated[
    float | tuple[float, ...],
    Either(
        _zoom,
        ListOf(_zoom, least=2, most=2),
        phrase="a number more than -1 and at most 1, or a list of two",
    ),
]


class CenterCropArgs(Record):
    height: PositiveInt
    width: PositiveInt
    data_format: DataFormat = None


class RandomCropArgs(Record):
    height: PositiveInt
    width: PositiveInt
    seed: Seed = None
    data_format: DataFormat = None


class ResizingArgs(Record):
    height: PositiveInt
    width: PositiveInt
    interpolation: Literal["nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5"] = "bilinear"
    crop_to_aspect_ratio: bool = False
    pad_to_aspect_ratio: bool = False
    fill_mode: Annotated[str, Choice("constant")] = "constant"
    fill_value: float = 0.0
    antialias: bool = False
    data_format: DataFormat = None


class RandomFlipArgs(Record):
    mode: Literal["horizontal", "vertical", "horizontal_and_vertical"] = "horizontal_and_vertical"
    seed: Seed = None
    data_format: DataFormat = None


class RandomRotationArgs(Record):
    factor: SignedFactor
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: Seed = None
    fill_value: float = 0.0
    data_format: DataFormat = None


class RandomTranslationArgs(Record):
    height_factor: SignedFactor
    width_factor: SignedFactor
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: Seed = None
    fill_value: float = 0.0
    data_format: DataFormat = None


class RandomZoomArgs(Record):
    height_factor: Zoom
    width_factor: Zoom | None = None
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: Seed = None
    fill_value: float = 0.0
    data_format: DataFormat = None


class RandomShearArgs(Record):
    x_factor: Factor = 0.0
    y_factor: Factor = 0.0
    interpolation: Interpolation = "bilinear"
    fill_mode: FillMode = "reflect"
    fill_value: float = 0.0
    data_format: DataFormat = None
    seed: Seed = None


class RandomPerspectiveArgs(Record):
    factor: Factor = 1.0
    scale: Rate = 1.0
    interpolation: Interpolation = "bilinear"
    fill_value: float = 0.0
    seed: Seed = None
    data_format: DataFormat = None


class RandomElasticTransformArgs(Record):
    factor: Factor = 1.0
    scale: Factor = 1.0
    interpolation: Interpolation = "bilinear"
    fill_mode: Literal["constant", "nearest", "wrap", "mirror", "reflect"] = "reflect"
    fill_value: float = 0.0
    value_range: ValueRange = (0, 255)
    seed: Seed = None
    data_format: DataFormat = None


def center_crop(args: CenterCropArgs, x: TensorType) -> TensorType:
    """`(batch, height, width, channels)` -> `(batch, args.height, args.width, channels)`.

    An image that is too small is resized, which gives float32 under any policy; only a size that Keras
    knows when it builds counts, so that an open one must be large enough.
    """
    made = with_sides(args, x, args.height, args.width)
    wanted = tuple(zip(sides(args, x), (args.height, args.width), strict=True))
    if any(isinstance(side, int) and side < size for side, size in wanted):
        return made if computing() == "float32" else made._replace(real=TensorType(made.shape, "float32"))
    for side, size in wanted:
        message = f"CenterCrop cuts {size} out of {side} without knowing whether there are so many: {x}"
        demand(at_least(side, size), Reject("fails-when-run", message, input=0), side)
    return made


def random_crop(args: RandomCropArgs, x: TensorType) -> TensorType:
    """In training `(batch, args.height, args.width, channels)`, which Keras declares; else images of the
    size that they had."""
    needs_sides("RandomCrop", args, x)
    made = with_sides(args, x, args.height, args.width)
    return made if made.shape == x.shape else made._replace(real=TensorType(x.shape, computing()))


def resize(args: ResizingArgs, x: TensorType) -> TensorType:
    """`(batch, height, width, channels)` -> `(batch, args.height, args.width, channels)`."""
    if args.crop_to_aspect_ratio and args.pad_to_aspect_ratio:
        message = "`crop_to_aspect_ratio` and `pad_to_aspect_ratio` exclude each other"
        raise Reject("fails-when-run", message, argument="pad_to_aspect_ratio")
    if x.dtype == "bool":
        warn_of_direct_calls("Resizing", x)
    elif args.pad_to_aspect_ratio:
        warn_of_direct_calls("Resizing", x, " with `pad_to_aspect_ratio`")
    return with_sides(args, x, args.height, args.width)


def shear(args: RandomShearArgs, x: TensorType) -> TensorType:
    """The same shape. Keras writes a number as two, of which it then takes the lower for out of range."""
    for name, value in (("x_factor", args.x_factor), ("y_factor", args.y_factor)):
        if isinstance(value, float) and value > 0:
            message = (
                f"Keras does not load a file with this layer: it saves {value:g} as [-{value:g}, {value:g}]"
            )
            warn(Reject("fails-when-run", message, argument=name, help=f"write [0, {value:g}]"))
    return x


def perspective(args: RandomPerspectiveArgs, x: TensorType) -> TensorType:
    """The same shape, which must be known."""
    needs_sides("RandomPerspective", args, x)
    return x


def elastic(args: RandomElasticTransformArgs, x: TensorType) -> TensorType:
    """The same shape, which must be known."""
    check_range(args)
    needs_sides("RandomElasticTransform", args, x)
    needs_channels("RandomElasticTransform", args, x)
    if args.fill_mode == "mirror":
        message = "`fill_mode: mirror` fails in training, though Keras lists it"
        raise Reject("fails-when-run", message, argument="fill_mode", help="use `reflect`")
    return x


_CUT = f"{IMAGES} -> (batch, args.height, args.width, channels)".replace("args.", "")

LAYERS = (
    image_layer(
        "CenterCrop",
        CenterCropArgs,
        "Cuts the middle out of images; one that is too small is resized.",
        infer=center_crop,
        shapes=_CUT,
    ),
    image_layer(
        "RandomCrop",
        RandomCropArgs,
        "In training, cuts each image at a random place; otherwise gives it as it is, at its own size.",
        infer=random_crop,
        shapes=_CUT,
    ),
    image_layer(
        "Resizing",
        ResizingArgs,
        "Brings images to another height and width.",
        infer=resize,
        shapes=_CUT,
    ),
    image_layer("RandomFlip", RandomFlipArgs, "In training, mirrors images at random."),
    image_layer("RandomRotation", RandomRotationArgs, "In training, turns images by a random angle."),
    image_layer("RandomTranslation", RandomTranslationArgs, "In training, shifts images at random."),
    image_layer("RandomZoom", RandomZoomArgs, "In training, zooms into images, or out of them, at random."),
    image_layer("RandomShear", RandomShearArgs, "In training, slants images at random.", infer=shear),
    image_layer(
        "RandomPerspective",
        RandomPerspectiveArgs,
        "In training, shows images as from another side.",
        infer=perspective,
    ),
    image_layer(
        "RandomElasticTransform",
        RandomElasticTransformArgs,
        "In training, bends images as if they were printed on rubber.",
        infer=elastic,
    ),
)
