"""Functions of images, single ones `(height, width, channels)` or batches of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.compare import at_least
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.arguments import DataFormat, PositiveInt, Seed
from specgraph.rows.base import Reject, demand, spread
from specgraph.rows.broadcast import may_agree, same_shape
from specgraph.rows.op import Op, fixed, need_rank, need_sizes
from specgraph.rows.windows import window_count
from specgraph.spec.kinds import Either, Int, ListOf, Number, Optional
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, INTS, Operand, Plain

_Size: TypeAlias = Annotated[tuple[int, ...], ListOf(Int(1), least=2, most=2)]
_MaybeInt: TypeAlias = Annotated[int | None, Optional(Int(0))]
_FillMode: TypeAlias = Literal["constant", "nearest", "wrap", "mirror", "reflect"]
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
    fill_value: float = 0.0
    data_format: DataFormat = None


class AffineArgs(Record):
    transform: Operand = None
    interpolation: Literal["bilinear", "nearest"] = "bilinear"
    fill_mode: Literal["constant", "nearest", "wrap", "reflect"] = "constant"
    fill_value: Plain = 0
    data_format: DataFormat = None


class PerspectiveArgs(Record):
    start_points: Operand = None
    end_points: Operand = None
    interpolation: Literal["bilinear", "nearest"] = "bilinear"
    fill_value: Plain = 0
    data_format: DataFormat = None


class PatchesArgs(Record):
    size: _Patch
    strides: _MaybePatch = None
    dilation_rate: _Patch = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = None


class MapArgs(Record):
    coordinates: Operand = None
    order: Annotated[int, Int(0, 1)]
    fill_mode: _FillMode = "constant"
    fill_value: Plain = 0


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


class ElasticArgs(Record):
    alpha: float = 20.0
    sigma: float = 5.0
    interpolation: Literal["bilinear", "nearest"] = "bilinear"
    fill_mode: _FillMode = "reflect"
    fill_value: float = 0.0
    seed: Seed = None
    data_format: DataFormat = None


class ScaleArgs(Record):
    output_shape: Annotated[tuple[int, ...], ListOf(Int(1), least=1)]
    scale: Operand = None
    translation: Operand = None
    spatial_dims: Annotated[tuple[int, ...], ListOf(Int(0), least=1)]
    method: Literal["linear", "cubic", "lanczos3", "lanczos5"]
    antialias: bool = True


class SsimArgs(Record):
    max_val: float = 1.0
    filter_size: PositiveInt = 11
    filter_sigma: float = 1.5
    k1: float = 0.01
    k2: float = 0.03
    data_format: DataFormat = None


def _axes(x: TensorType, data_format: str | None) -> tuple[int, int, int]:
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
    *_, channels = _axes(images, args.data_format)
    _check_channels(images, channels, (1, 3))
    need_sizes(images, channels)
    return _with(images, {channels: 1})


def colours(args: FormatArgs, images: TensorType) -> TensorType:
    """The same shape, of three channels."""
    *_, channels = _axes(images, args.data_format)
    if not is_float(images.dtype):
        message = f"needs floats, its input is {images.dtype}"
        raise Reject("dtype-mismatch", message, input=0, dtype=images.dtype)
    _check_channels(images, channels, (3,))
    return images


def resize(args: ResizeArgs, images: TensorType) -> TensorType:
    """`size` in the place of height and width."""
    height, width, _ = _axes(images, args.data_format)
    if args.crop_to_aspect_ratio and args.pad_to_aspect_ratio:
        raise Reject("bad-param", "either crops or pads", argument="pad_to_aspect_ratio")
    return _with(images, {height: args.size[0], width: args.size[1]})


def _same(args: Any, images: TensorType) -> TensorType:
    """The same shape."""
    _axes(images, args.data_format)
    return images


def elastic(args: ElasticArgs, images: TensorType) -> TensorType:
    """The same shape, of sizes that TensorFlow must know; of an open batch, one image comes out."""
    need_sizes(images, *_axes(images, args.data_format), *([0] if images.rank == 4 else []))
    if args.fill_mode == "mirror":
        message = "fails with `fill_mode: mirror`, though Keras lists it"
        raise Reject("fails-when-run", message, argument="fill_mode", help="use `reflect`")
    return images


def affine(args: AffineArgs, images: TensorType, transform: TensorType) -> TensorType:
    """The same shape; a transform is eight numbers, one for each image or for all."""
    _axes(images, args.data_format)
    need_rank(transform, 1, 2, input=1)
    message = f"needs eight numbers for a transform, it has {transform}"
    reject = Reject("fails-when-run", message, input=1)
    if transform.rank > images.rank - 2:
        raise reject
    may_agree(transform.shape[-1], 8, reject)
    if transform.rank == 2 and transform.shape[0] != 1:
        may_agree(transform.shape[0], images.shape[0], reject)
    return images


def perspective(
    args: PerspectiveArgs, images: TensorType, start_points: TensorType, end_points: TensorType
) -> TensorType:
    """The same shape; the points are four corners, for each image or for one."""
    _axes(images, args.data_format)
    for i, x in enumerate((start_points, end_points), start=1):
        need_rank(x, 2, 3, input=i)
        if x.shape[-2:] != (4, 2):
            message = f"needs four corners of two coordinates, it has {x}"
            raise Reject("shape-mismatch", message, input=i, label="not (…, 4, 2)")
    message = f"moves {start_points} to {end_points}, which must be of one shape"
    same_shape(start_points.shape, end_points.shape, Reject("shape-mismatch", message, input=2))
    reject = Reject("fails-when-run", f"needs corners for each of {images}, it has {start_points}", input=1)
    if start_points.rank != images.rank - 1:
        raise reject
    if start_points.rank == 3:
        may_agree(start_points.shape[0], images.shape[0], reject)
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


def map_coordinates(args: MapArgs, inputs: TensorType, coordinates: TensorType) -> TensorType:
    """`(...), (rank, ...)` -> the shape of the coordinates behind their first axis."""
    need_rank(coordinates, 2, input=1)
    message = f"needs a coordinate for each of {inputs.rank} axes, it has {coordinates}"
    if coordinates.shape[0] != inputs.rank:
        raise Reject("shape-mismatch", message, input=1, label=f"for {coordinates.shape[0]} axes")
    need_sizes(inputs)
    if args.fill_mode == "mirror" and 1 in inputs.shape:
        message = f"mirrors axes of at least two values: {inputs}"
        raise Reject("fails-when-run", message, argument="fill_mode")
    return inputs.with_shape(*coordinates.shape[1:])


def pad_images(args: PadArgs, images: TensorType) -> TensorType:
    """Height and width grown to a target, or by so much at both ends."""
    height, width, _ = _axes(images, args.data_format)
    tall = _grown(images, height, args.top_padding, args.bottom_padding, args.target_height, "height")
    wide = _grown(images, width, args.left_padding, args.right_padding, args.target_width, "width")
    return _with(images, {height: tall, width: wide})


def crop_images(args: CropArgs, images: TensorType) -> TensorType:
    """Height and width cut to a target, or by so much at both ends."""
    height, width, _ = _axes(images, args.data_format)
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


def scale_and_translate(
    args: ScaleArgs, images: TensorType, scale: TensorType, translation: TensorType
) -> TensorType:
    """`output_shape`, which differs from the input's shape on the spatial axes only."""
    said = f"({', '.join(map(str, args.output_shape))})"
    reject = Reject("fails-when-run", f"brings {images} to {said}", argument="output_shape")
    if len(args.output_shape) != images.rank or max(args.spatial_dims) >= images.rank:
        raise reject
    for axis, (size, want) in enumerate(zip(images.shape, args.output_shape, strict=True)):
        if axis not in args.spatial_dims:
            may_agree(size, want, reject)
    for i, x in enumerate((scale, translation), start=1):
        message = f"needs {len(args.spatial_dims)} numbers, one for each spatial axis, it has {x}"
        reject = Reject("fails-when-run", message, input=i)
        if x.rank != 1:
            raise reject
        may_agree(x.shape[0], len(args.spatial_dims), reject)
    return images.with_shape(*args.output_shape)


def sobel_edges(args: FormatArgs, images: TensorType) -> TensorType:
    """A last axis of two: how much values change along the height and the width."""
    need_rank(images, 4, 4)
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
    height, width, _ = _axes(image1, args.data_format)
    for axis in (height, width):
        size = image1.shape[axis]
        message = f"has a filter of {args.filter_size} on axis {axis} of {size}: {image1}"
        demand(
            at_least(size, args.filter_size), Reject("fails-when-run", message, argument="filter_size"), size
        )
    return made


_ONE = "(..., h, w, c) -> (..., h, w, c)"
_FLOATS_ONLY = (*BOOL, *INTS, *COMPLEX)


def _op(
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
    _op(
        "affine_transform",
        AffineArgs,
        affine,
        "Turns, scales, shears and moves images.",
        tensors=("images", "transform"),
        arrays=("transform",),
        fails_on=(*BOOL, *COMPLEX, "int8", "int16", "uint16", "uint32"),
    ),
    _op("crop_images", CropArgs, crop_images, "Cuts the edges off images."),
    _op(
        "elastic_transform",
        ElasticArgs,
        elastic,
        "Distorts images at random, smoothly.",
        fails_on=(*_FLOATS_ONLY, "float16"),
    ),
    _op(
        "extract_patches",
        PatchesArgs,
        patches,
        "Lays the patches of images out as channels.",
        "(..., h, w, c) -> (..., rows, columns, patch)",
        fails_on=_FLOATS_ONLY,
    ),
    _op(
        "extract_patches_3d",
        PatchesArgs,
        volumes,
        "Lays the patches of volumes out as channels.",
        "(..., d, h, w, c) -> (..., layers, rows, columns, patch)",
        tensors=("volumes",),
        fails_on=_FLOATS_ONLY,
    ),
    _op("gaussian_blur", BlurArgs, _same, "Blurs images.", fails_on=(*_FLOATS_ONLY, "float16")),
    _op("hsv_to_rgb", FormatArgs, colours, "Colours from hue, saturation and value to red, green and blue."),
    _op(
        "map_coordinates",
        MapArgs,
        map_coordinates,
        "The values of a tensor at places between its own.",
        "(...), (rank, ...) -> (...)",
        tensors=("inputs", "coordinates"),
        arrays=("coordinates",),
    ),
    _op("pad_images", PadArgs, pad_images, "Adds zeros around images.", fails_on=()),
    _op(
        "perspective_transform",
        PerspectiveArgs,
        perspective,
        "Moves the corners of images.",
        tensors=("images", "start_points", "end_points"),
        arrays=("start_points", "end_points"),
        fails_on=(*BOOL, *COMPLEX, "int8", "int16", "uint16", "uint32"),
    ),
    _op(
        "resize",
        ResizeArgs,
        resize,
        "Brings images to another size.",
        "(..., h, w, c) -> (..., *size, c)",
        fails_on=(*BOOL, *COMPLEX, "uint32"),
    ),
    _op(
        "rgb_to_grayscale",
        FormatArgs,
        grayscale,
        "Takes the colour out of images.",
        "(..., h, w, c) -> (..., h, w, 1)",
    ),
    _op("rgb_to_hsv", FormatArgs, colours, "Colours from red, green and blue to hue, saturation and value."),
    _op(
        "scale_and_translate",
        ScaleArgs,
        scale_and_translate,
        "Scales and moves images to another shape.",
        "(...), (n,), (n,) -> output_shape",
        tensors=("images", "scale", "translation"),
        arrays=("scale", "translation"),
        fails_on=_FLOATS_ONLY,
    ),
    _op(
        "sobel_edges",
        FormatArgs,
        sobel_edges,
        "How much neighbours differ along height and width.",
        "(batch, h, w, c) -> (batch, h, w, c, 2)",
        fails_on=_FLOATS_ONLY,
    ),
    _op(
        "ssim",
        SsimArgs,
        ssim,
        "How alike two images are in structure.",
        "(..., h, w, c), (..., h, w, c) -> (...)",
        tensors=("image1", "image2"),
        fails_on=(*COMPLEX, "float16"),
    ),
)
