"""Images that are large enough; never weights, which would be downloaded."""

from __future__ import annotations

from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint


def images(source: Source, row: Layer[Any]) -> list[TensorType]:
    sides = [source.choice((75, 96, 100, 331)) for _ in range(2)]
    return [TensorType((BATCH, *sides, source.choice((3, 1, 4))))]


def fit(source: Source, draft: Draft) -> None:
    draft.values["weights"] = None
    if not all(isinstance(dim, int) for dim in draft.x.shape[1:]):
        draft.values["include_top"] = False


HINT = Hint(inputs=images, fit=fit)
