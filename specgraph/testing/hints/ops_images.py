"""Ops on images and windows: kernels and transforms as constants, margins that leave something over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint


def images(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    height, width = source.integer(3, 8), source.integer(3, 8)
    return [TensorType((BATCH, height, width, source.integer(1, 3)), "float32")]


def channels_first(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return [TensorType((BATCH, source.integer(1, 3), source.integer(3, 8), source.integer(3, 8)), "float32")]


def affine(source: Source, draft: Draft) -> None:
    draft.values["transform"] = source.choice(([1.0, 0.0, 2.0, 0.0, 1.0, 0.0, 0.0, 0.0], [[1.0] * 8]))


def cornered(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Images, and four corners of each before and after."""
    corners = TensorType((BATCH, 4, 2), "float32")
    return [*images(source, row), corners, corners]


def anywhere(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """A tensor of two or three axes, and where to look for values: one row for each axis."""
    return [TensorType((BATCH, *[source.integer(2, 6) for _ in range(source.integer(1, 2))]), "float32")]


def coordinates(source: Source, draft: Draft) -> None:
    count = source.integer(1, 4)
    draft.values["coordinates"] = [[0.5 * i for i in range(count)] for _ in range(draft.x.rank)]
    draft.values["order"] = source.integer(0, 1)


def margins(source: Source, draft: Draft) -> None:
    """Two of the three that say how an axis is cut or padded."""
    what = "cropping" if "crop" in draft.row.name else "padding"
    for start, end, size, dim in (("top", "bottom", "height", 1), ("left", "right", "width", 2)):
        names = [f"{start}_{what}", f"{end}_{what}", f"target_{size}"]
        for name in names:
            draft.values.pop(name, None)
        axis = dim + 1 if draft.first else dim
        known = draft.x.shape[axis] if axis < draft.x.rank else 1
        least = known if isinstance(known, int) else 3
        given = [
            source.integer(0, 1),
            source.integer(0, 1),
            max(1, least - 2) if what == "cropping" else least + 3,
        ]
        left_out = source.integer(0, 2)
        draft.values |= {
            name: value for i, (name, value) in enumerate(zip(names, given, strict=True)) if i != left_out
        }


def kernel(source: Source, draft: Draft) -> None:
    """A kernel of ones that goes with the channels."""
    spatial = [source.integer(1, 2) for _ in range(draft.x.rank - 2)]
    channels = draft.channels() or 1
    if draft.row.name == "ops.conv":
        draft.values["kernel"] = ones([*spatial, channels, source.integer(1, 3)])
    elif draft.row.name == "ops.depthwise_conv":
        draft.values["kernel"] = ones([*spatial, channels, source.integer(1, 2)])
    else:
        times = source.integer(1, 2)
        draft.values["depthwise_kernel"] = ones([*spatial, channels, times])
        pointwise = [1] * len(spatial)
        draft.values["pointwise_kernel"] = ones([*pointwise, channels * times, source.integer(1, 3)])


def ones(shape: Sequence[int]) -> Any:
    return 1.0 if not shape else [ones(shape[1:]) for _ in range(shape[0])]


def patches(source: Source, draft: Draft) -> None:
    draft.values["kernel_size"] = source.choice((1, 2, [2, 1]))


def columns(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Patches of 2 x 2 out of 4 x 4, one column each."""
    return [TensorType((BATCH, 4 * source.integer(1, 3), 9), "float32")]


def folded(source: Source, draft: Draft) -> None:
    draft.values |= {"output_size": [4, 4], "kernel_size": 2}
    for name in ("dilation", "padding", "stride"):
        draft.values.pop(name, None)


def blocks(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return [TensorType((BATCH, 4, 4, 4 * source.integer(1, 3)), "float32")]


def pairs(source: Source, draft: Draft) -> None:
    draft.values["block_size"] = 2


def scaled(source: Source, draft: Draft) -> None:
    """Images scaled along height and width."""
    batch, channels = (dim if isinstance(dim, int) else 1 for dim in (draft.x.shape[0], draft.x.shape[-1]))
    size = [source.integer(1, 6), source.integer(1, 6)]
    draft.values |= {"output_shape": [batch, *size, channels], "spatial_dims": [1, 2]}
    draft.values |= {"scale": [0.5, 2.0], "translation": [0.0, 1.0]}


HINTS = {
    "ops.image.scale_and_translate": Hint(images, scaled),
    "ops.image.affine_transform": Hint(images, affine),
    "ops.image.perspective_transform": Hint(cornered),
    "ops.image.map_coordinates": Hint(anywhere, coordinates),
    "ops.image.elastic_transform": Hint(images),
    "ops.image.crop_images": Hint(images, margins),
    "ops.image.pad_images": Hint(images, margins),
    "ops.conv": Hint(images, kernel),
    "ops.depthwise_conv": Hint(images, kernel),
    "ops.separable_conv": Hint(images, kernel),
    "ops.unfold": Hint(channels_first, patches),
    "ops.fold": Hint(columns, folded),
    "ops.depth_to_space": Hint(blocks, pairs),
    "ops.space_to_depth": Hint(blocks, pairs),
}
