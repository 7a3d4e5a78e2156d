"""Images, mostly of three colours, and ranges that go up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint

_FAIL_ON_INTS = ("RandomContrast", "RandomSaturation", "RandomBrightness", "Resizing")


def images(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Three channels at the end and, so that either place is right, often three rows too."""
    height = 3 if source.chance(2) else source.integer(2, 8)
    dtype = "uint8" if source.chance(6) and row.name not in _FAIL_ON_INTS else "float32"
    return (TensorType((BATCH, height, source.integer(2, 8), 3), dtype),)


def fit(source: Source, draft: Draft) -> None:
    """Ranges that go up, odd kernels, few tiles, and no two things that exclude each other."""
    values = draft.values
    if "value_range" in values:
        values["value_range"] = source.choice(([0, 255], [0, 1], [-1, 1]))
    if "kernel_size" in values:
        values["kernel_size"] = source.choice((1, 3, [3, 1]))
    if "tile_grid_size" in values or draft.row.name.startswith("ContrastLimited"):
        values["tile_grid_size"] = [source.integer(1, 2), source.integer(1, 2)]
    if "pad_to_aspect_ratio" in values:
        values.pop("crop_to_aspect_ratio", None)
    if draft.row.name == "RandomColorJitter" or (draft.first and draft.x.shape[1] != 3):
        values.pop("data_format", None)


def shear(source: Source, draft: Draft) -> None:
    """Two bounds, since Keras saves a number as two that it does not load."""
    fit(source, draft)
    for name in ("x_factor", "y_factor"):
        if name in draft.values:
            draft.values[name] = [0, 0.2]


IMAGES = Hint(inputs=images, fit=fit)
SHEARED = Hint(inputs=images, fit=shear)
