"""A query and a value with as many features, and a key with as many steps as the value."""

from __future__ import annotations

from typing import Any

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint


def looking(source: Source, row: Layer[Any]) -> list[TensorType]:
    """`(batch, T, d)`, `(batch, S, d)`, and perhaps a key `(batch, S, d)`."""
    steps, others, width = (source.integer(1, 6) for _ in range(3))
    shapes: list[tuple[Dim, ...]] = [(steps, width), (others, width)]
    if source.chance(3):
        shapes.append((others, width))
    dtype = source.choice(("float16", "float64", "bfloat16")) if source.chance(8) else "float32"
    return [TensorType((BATCH, *shape), dtype) for shape in shapes]


def no_flash(source: Source, draft: Draft) -> None:
    draft.values.pop("flash_attention", None)


HINTS = {"Attention": Hint(inputs=looking), "AdditiveAttention": Hint(inputs=looking)}
