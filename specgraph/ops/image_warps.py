"""Functions that move what is in images: to other places, along other axes, at random."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import DataFormat, NonNegative, Seed
from specgraph.rows.base import Reject
from specgraph.rows.broadcast import may_agree, same_shape
from specgraph.rows.op import need_rank, need_sizes
from specgraph.spec.kinds import Int, ListOf
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, NO_FLOATS, Operand, Plain
from .images import image_axes, image_op

_FillMode: TypeAlias = Literal["constant", "nearest", "wrap", "mirror", "reflect"]


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


class MapArgs(Record):
    coordinates: Operand = None
    order: Annotated[int, Int(0, 1)]
    fill_mode: _FillMode = "constant"
    fill_value: Plain = 0


class ElasticArgs(Record):
    alpha: float = 20.0
    sigma: NonNegative = 5.0
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


def elastic(args: ElasticArgs, images: TensorType) -> TensorType:
    """The same shape, of sizes that TensorFlow must know; of an open batch, one image comes out."""
    need_sizes(images, *image_axes(images, args.data_format), *([0] if images.rank == 4 else []))
    if args.fill_mode == "mirror":
        message = "fails with `fill_mode: mirror`, though Keras lists it"
        raise Reject("fails-when-run", message, argument="fill_mode", help="use `reflect`")
    return images


def affine(args: AffineArgs, images: TensorType, transform: TensorType) -> TensorType:
    """The same shape; a transform is eight numbers, one for each image or for all."""
    image_axes(images, args.data_format)
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
    image_axes(images, args.data_format)
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


LAYERS = (
    image_op(
        "affine_transform",
        AffineArgs,
        affine,
        "Turns, scales, shears and moves images.",
        tensors=("images", "transform"),
        arrays=("transform",),
        fails_on=(*BOOL, *COMPLEX, "int8", "int16", "uint16", "uint32"),
    ),
    image_op(
        "elastic_transform",
        ElasticArgs,
        elastic,
        "Distorts images at random, smoothly.",
        fails_on=(*NO_FLOATS, "float16"),
    ),
    image_op(
        "map_coordinates",
        MapArgs,
        map_coordinates,
        "The values of a tensor at places between its own.",
        "(...), (rank, ...) -> (...)",
        tensors=("inputs", "coordinates"),
        arrays=("coordinates",),
    ),
    image_op(
        "perspective_transform",
        PerspectiveArgs,
        perspective,
        "Moves the corners of images.",
        tensors=("images", "start_points", "end_points"),
        arrays=("start_points", "end_points"),
        fails_on=(*BOOL, *COMPLEX, "int8", "int16", "uint16", "uint32"),
    ),
    image_op(
        "scale_and_translate",
        ScaleArgs,
        scale_and_translate,
        "Scales and moves images to another shape.",
        "(...), (n,), (n,) -> output_shape",
        tensors=("images", "scale", "translation"),
        arrays=("scale", "translation"),
        fails_on=NO_FLOATS,
    ),
)
