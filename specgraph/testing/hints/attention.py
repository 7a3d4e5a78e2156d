"""Queries, values and keys that share what is multiplied, and masks over their steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.spec.record import Record
from specgraph.testing.source import Source

from .hint import BATCH, Hint, PortTypes, sizes


def attending(source: Source, row: Layer[Any]) -> list[TensorType]:
    """Sequences, seldom of images; with a key of its own, the value has any width."""
    lead: list[Dim] = [source.integer(1, 3)] if source.chance(6) else []
    steps, width, looked_at = sizes(source, 3, 6)
    shapes = [[steps, width], [looked_at, width]]
    if source.chance(3):
        shapes = [[steps, width], [looked_at, source.integer(1, 6)], [looked_at, width]]
    dtype = source.choice(("float16", "float64")) if source.chance(8) else "float32"
    return [TensorType((BATCH, *lead, *shape), dtype) for shape in shapes]


def over_steps(source: Source, args: Record, inputs: Sequence[TensorType]) -> PortTypes:
    """A mask for the query and one for the value, of sequences."""
    if inputs[0].rank != 3:
        return {}
    return {"mask": tuple(TensorType(x.shape[:-1], "bool") for x in inputs[:2])}


HINTS = dict.fromkeys(("Attention", "AdditiveAttention"), Hint(inputs=attending, ports=over_steps))
