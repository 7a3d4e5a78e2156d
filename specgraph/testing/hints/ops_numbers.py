"""Ops of algebra and of networks: square matrices, statistics for each channel, lengths of sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint, sizes


def square(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    size = source.integer(1, 5)
    return [TensorType((BATCH, size, size), source.choice(("float32", "float64")))]


def least_squares(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    dtype = source.choice(("float32", "float64"))
    right = (BATCH,) if source.chance(2) else (BATCH, source.integer(1, 3))
    return [TensorType((BATCH, source.integer(1, 4)), dtype), TensorType(right, dtype)]


def features(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return [TensorType((BATCH, *sizes(source, source.integer(1, 3))), source.choice(("float32", "float16")))]


def moments(source: Source, draft: Draft) -> None:
    last = draft.x.shape[-1]
    count = last if isinstance(last, int) else 1
    draft.values |= {"axis": -1, "mean": [0.0] * count, "variance": [1.0] * count}
    for name in ("offset", "scale"):
        if name in draft.values:
            draft.values[name] = [1.0] * count


def transcripts(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Targets and outputs, and how long each is."""
    steps, length = source.integer(3, 6), TensorType((BATCH,), "int32")
    return [
        TensorType((BATCH, source.integer(1, 3)), "int32"),
        TensorType((BATCH, steps, source.integer(2, 5)), "float32"),
        length,
        length,
    ]


def outputs(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return [
        TensorType((BATCH, source.integer(2, 5), source.integer(2, 4)), "float32"),
        TensorType((BATCH,), "int32"),
    ]


def signal(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return [TensorType((BATCH,), source.choice(("float32", "int32")))]


def pattern(source: Source, draft: Draft) -> None:
    draft.values["x2"] = source.choice(([1.0], [1.0, 2.0], [0.5, 0.0, -1.0]))


def matrix(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Square where the batch is fixed, and of that size."""
    return [TensorType((BATCH, source.integer(2, 4)), source.choice(("float32", "float64")))]


HINTS = {
    "ops.lu_factor": Hint(matrix),
    "ops.inv": Hint(square),
    "ops.det": Hint(square),
    "ops.lstsq": Hint(least_squares),
    "ops.batch_normalization": Hint(features, moments),
    "ops.ctc_loss": Hint(transcripts),
    "ops.ctc_decode": Hint(outputs),
    "ops.correlate": Hint(signal, pattern),
    "ops.vander": Hint(signal),
}
