"""Functions of images, single ones `(height, width, channels)` or batches of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.compare import at_least
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.arguments import DataFormat, PositiveInt
from specgraph.rows.base import Reject, demand, spread
from specgraph.rows.broadcast import may_agree
from specgraph.rows.op import Op, fixed, need_rank, need_sizes
from specgraph.rows.windows import window_count
from specgraph.spec.kinds import Either, Int, ListOf, Number, Optional
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, NO_FLOATS, Plain, check_filler

_Size: TypeAlias = Annotated[tuple[int, ...], ListOf(Int(1), least=2, most=2)]
_MaybeInt: TypeAlias = Annotated[int | None, Optional(Int(0))]
_PATCH = Either(Int(1), ListOf(Int(1), least=2, most=3), phrase="a positive integer, or two or three of them")
_Patch: TypeAlias = Annotated[int | tuple[int, ...], _PATCH]
_MaybePatch: TypeAlias = Annotated[int | tuple[int, ...] | None, Optional(_PATCH)]
_Sigmas: TypeAlias = Annotated[tuple[float, ...], ListOf(Number(above=0), least=2, most=2)]


class FormatArgs(Record):
    data_format: DataFormat = None


class ResizeArgs(Record):
    size: _Size
    interpolation: Literal["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"] = "bilinear"
    antialias: bool = False
    crop_to_aspect_ratio: bool = False
    pad_to_aspect_ratio: bool = False
    fill_mode: Literal["constant"] = "constant"
    fill_value: Plain = 0.0
    data_format: DataFormat = None


class PatchesArgs(Record):
    size: _Patch
    strides: _MaybePatch = None
    dilation_rate: _Patch = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None


class PadArgs(Record):
    top_padding: _MaybeInt = None
    left_padding: _MaybeInt = None
    bottom_padding: _MaybeInt = None
    right_padding: _MaybeInt = None
    target_height: _MaybeInt = None
    target_width: _MaybeInt = None
    data_format: DataFormat = None


class CropArgs(Record):
    top_cropping: _MaybeInt = None
    left_cropping: _MaybeInt = None
    bottom_cropping: _MaybeInt = None
    right_cropping: _MaybeInt = None
    target_height: _MaybeInt = None
    target_width: _MaybeInt = None
    data_format: DataFormat = None


class BlurArgs(Record):
    kernel_size: _Size = (3, 3)
    sigma: _Sigmas = (1.0, 1.0)
    data_format: DataFormat = None


class SsimArgs(Record):
    max_val: float = 1.0
    filter_size: PositiveInt = 11
    filter_sigma: float = 1.5
    k1: float = 0.01
    k2: float = 0.03
    data_format: DataFormat = None


def image_axes(x: TensorType, data_format: str | None) -> tuple[int, int, int]:
    """The axes of height, width and channels; rejects what is no image, or batch of images."""
    need_rank(x, 3, 4)
    if data_format == "channels_first":
        return x.rank - 2, x.rank - 1, x.rank - 3
    return x.rank - 3, x.rank - 2, x.rank - 1


def _with(x: TensorType, sizes: dict[int, Dim]) -> TensorType:
    return x.with_shape(*(sizes.get(axis, dim) for axis, dim in enumerate(x.shape)))


def _check_channels(x: TensorType, axis: int, allowed: tuple[int, ...]) -> None:
    size = x.shape[axis]
    message = f"needs {' or '.join(map(str, allowed))} channels, its input has {size}: {x}"
    if isinstance(size, int) and size not in allowed:
        raise Reject("shape-mismatch", message, input=0, label=f"{size} channels")
    if not isinstance(size, int) and len(allowed) == 1:
        may_agree(size, allowed[0], Reject("shape-mismatch", message, input=0))


def grayscale(args: FormatArgs, images: TensorType) -> TensorType:
    """One channel in the place of three."""
    *_, channels = image_axes(images, args.data_format)
    _check_channels(images, channels, (1, 3))
    need_sizes(images, channels)
    return _with(images, {channels: 1})


def colours(args: FormatArgs, images: TensorType) -> TensorType:
    """The same shape, of three channels."""
    *_, channels = image_axes(images, args.data_format)
    if not is_float(images.dtype):
        message = f"needs floats, its input is {images.dtype}"
        raise Reject("dtype-mismatch", message, input=0, dtype=images.dtype)
    _check_channels(images, channels, (3,))
    return images


def resize(args: ResizeArgs, images: TensorType) -> TensorType:
    """`size` in the place of height and width."""
    height, width, _ = image_axes(images, args.data_format)
    if args.crop_to_aspect_ratio and args.pad_to_aspect_ratio:
        raise Reject("bad-param", "either crops or pads", argument="pad_to_aspect_ratio")
    if args.pad_to_aspect_ratio:
        check_filler(args.fill_value, images.dtype, "fill_value")
    return _with(images, {height: args.size[0], width: args.size[1]})


def _same(args: Any, images: TensorType) -> TensorType:
    """The same shape."""
    image_axes(images, args.data_format)
    return images


def patches(args: PatchesArgs, images: TensorType) -> TensorType:
    """`(..., *space, channels)` -> `(..., *windows, values of a patch)`."""
    size = (args.size,) * 2 if isinstance(args.size, int) else args.size
    return _patches(args, size, images)


def volumes(args: PatchesArgs, volumes: TensorType) -> TensorType:
    """The same of volumes."""
    size = (args.size,) * 3 if isinstance(args.size, int) else args.size
    return _patches(args, size, volumes)


def _patches(args: PatchesArgs, size: tuple[int, ...], x: TensorType) -> TensorType:
    count = len(size)
    need_rank(x, count + 1, count + 2)
    first = x.rank - count - 1
    channels = first if args.data_format == "channels_first" else x.rank - 1
    begin = first + 1 if args.data_format == "channels_first" else first
    values = fixed(x.shape[channels], x, channels)
    strides = spread(args.size if args.strides is None else args.strides, count)
    dilation = spread(args.dilation_rate, count)
    sizes: dict[int, Dim] = {}
    for axis, (k, s, d) in enumerate(zip(size, strides, dilation, strict=False), start=begin):
        reach = d * (k - 1) + 1
        message = f"has patches that span {reach} on axis {axis}, which has {x.shape[axis]}: {x}"
        if args.padding == "valid":
            facts: Any = {
                "axis": axis,
                "size": x.shape[axis],
                "reach": reach,
                "space": x.shape[begin : begin + count],
            }
            demand(
                at_least(x.shape[axis], reach),
                Reject("window-too-large", message, argument="size", **facts),
                x.shape[axis],
            )
        sizes[axis] = window_count(x.shape[axis], k, s, d, args.padding)
        values *= k
    for name, given in (("strides", strides), ("dilation_rate", dilation)):
        if len(given) != count:
            raise Reject(
                "bad-param", f"has {count} spatial axes", argument=name, label=f"{len(given)} values"
            )
    if max(strides) > 1 and max(dilation) > 1:
        raise Reject("fails-when-run", "cannot combine strides with dilation", argument="dilation_rate")
    sizes[channels] = values
    return _with(x, sizes)


def pad_images(args: PadArgs, images: TensorType) -> TensorType:
    """Height and width grown to a target, or by so much at both ends."""
    height, width, _ = image_axes(images, args.data_format)
    tall = _grown(images, height, args.top_padding, args.bottom_padding, args.target_height, "height")
    wide = _grown(images, width, args.left_padding, args.right_padding, args.target_width, "width")
    return _with(images, {height: tall, width: wide})


def crop_images(args: CropArgs, images: TensorType) -> TensorType:
    """Height and width cut to a target, or by so much at both ends."""
    height, width, _ = image_axes(images, args.data_format)
    tall = _cut(images, height, args.top_cropping, args.bottom_cropping, args.target_height, "height")
    wide = _cut(images, width, args.left_cropping, args.right_cropping, args.target_width, "width")
    return _with(images, {height: tall, width: wide})


def _two_of_three(first: int | None, last: int | None, target: int | None, what: str) -> None:
    if (first, last, target).count(None) != 1:
        raise Reject("bad-param", f"needs two of three: what goes at both ends, and the target {what}")


def _grown(
    x: TensorType, axis: int, first: int | None, last: int | None, target: int | None, what: str
) -> Dim:
    _two_of_three(first, last, target, what)
    size = x.shape[axis]
    if target is None:
        return size + (first or 0) + (last or 0)
    edge = (first or 0) + (last or 0)
    message = f"pads a {what} of {size} by {edge} and more to {target}: {x}"
    reject = Reject("shape-mismatch", message, argument=f"target_{what}", label=f"{what} {target}")
    demand(at_least(target - size - edge, 0), reject, size)
    need_sizes(x, axis)
    return target


def _cut(x: TensorType, axis: int, first: int | None, last: int | None, target: int | None, what: str) -> Dim:
    _two_of_three(first, last, target, what)
    size, edge = x.shape[axis], (first or 0) + (last or 0)
    if target is None:
        fixed(size, x, axis)
        message = f"cuts {edge} from a {what} of {size}: {x}"
        demand(at_least(size, edge), Reject("crop-too-large", message, axis=axis, size=size, cut=edge), size)
        return size - edge
    message = f"cuts a {what} of {size} by {edge} to {target}: {x}"
    reject = Reject("shape-mismatch", message, argument=f"target_{what}", label=f"{what} {target}")
    demand(at_least(size, target + edge), reject, size)
    if first is None:
        need_sizes(x, axis)
    return target


def sobel_edges(args: FormatArgs, images: TensorType) -> TensorType:
    """A last axis of two: how much values change along the height and the width."""
    need_rank(images, 4, 4)
    for axis in image_axes(images, args.data_format)[:2]:
        size = images.shape[axis]
        message = f"mirrors a value beside each edge, axis {axis} has {size}: {images}"
        demand(at_least(size, 2), Reject("fails-when-run", message, axis=axis), size)
    return images.with_shape(*images.shape, 2)


def ssim(args: SsimArgs, image1: TensorType, image2: TensorType) -> TensorType:
    """A number for each image."""
    for i, x in enumerate((image1, image2)):
        need_rank(x, 3, 4, input=i)
    made = image1.with_shape(*image1.shape[: image1.rank - 3])
    reject = Reject("fails-when-run", f"compares {image1} with {image2}, which must be of one shape", input=1)
    if image1.rank != image2.rank:
        raise reject
    for a, b in zip(image1.shape, image2.shape, strict=True):
        may_agree(a, b, reject)
    height, width, _ = image_axes(image1, args.data_format)
    for axis in (height, width):
        size = image1.shape[axis]
        message = f"has a filter of {args.filter_size} on axis {axis} of {size}: {image1}"
        demand(
            at_least(size, args.filter_size), Reject("fails-when-run", message, argument="filter_size"), size
        )
    return made


_ONE = "(..., h, w, c) -> (..., h, w, c)"


def image_op(
    name: str,
    args: Any,
    rule: Any,
    doc: str,
    shapes: str = _ONE,
    fails_on: tuple[str, ...] = COMPLEX,
    **more: Any,
) -> Op[Any]:
    more = {"tensors": ("images",), **more}
    return Op(name=f"image.{name}", args=args, rule=rule, doc=doc, shapes=shapes, fails_on=fails_on, **more)


LAYERS = (
    image_op("crop_images", CropArgs, crop_images, "Cuts the edges off images."),
    image_op(
        "extract_patches",
        PatchesArgs,
        patches,
        "Lays the patches of images out as channels.",
        "(..., h, w, c) -> (..., rows, columns, patch)",
        fails_on=NO_FLOATS,
    ),
    image_op(
        "extract_patches_3d",
        PatchesArgs,
        volumes,
        "Lays the patches of volumes out as channels.",
        "(..., d, h, w, c) -> (..., layers, rows, columns, patch)",
        tensors=("volumes",),
        fails_on=NO_FLOATS,
    ),
    image_op("gaussian_blur", BlurArgs, _same, "Blurs images.", fails_on=(*NO_FLOATS, "float16")),
    image_op(
        "hsv_to_rgb", FormatArgs, colours, "Colours from hue, saturation and value to red, green and blue."
    ),
    image_op("pad_images", PadArgs, pad_images, "Adds zeros around images.", fails_on=()),
    image_op(
        "resize",
        ResizeArgs,
        resize,
        "Brings images to another size.",
        "(..., h, w, c) -> (..., *size, c)",
        fails_on=(*BOOL, *COMPLEX, "uint32"),
    ),
    image_op(
        "rgb_to_grayscale",
        FormatArgs,
        grayscale,
        "Takes the colour out of images.",
        "(..., h, w, c) -> (..., h, w, 1)",
    ),
    image_op(
        "rgb_to_hsv", FormatArgs, colours, "Colours from red, green and blue to hue, saturation and value."
    ),
    image_op(
        "sobel_edges",
        FormatArgs,
        sobel_edges,
        "How much neighbours differ along height and width.",
        "(batch, h, w, c) -> (batch, h, w, c, 2)",
        fails_on=NO_FLOATS,
    ),
    image_op(
        "ssim",
        SsimArgs,
        ssim,
        "How alike two images are in structure.",
        "(..., h, w, c), (..., h, w, c) -> (...)",
        tensors=("image1", "image2"),
        fails_on=(*COMPLEX, "float16"),
    ),
)
