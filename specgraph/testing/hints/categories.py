"""Integers below the number of categories, bounds that go up, masks of the input's kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint, sizes


def ints(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, *sizes(source, source.integer(1, 3))), source.choice(("int32", "int64"))),)


def floats(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, *sizes(source, source.integer(1, 3))), source.choice(("float32", "int32"))),)


def any_kind(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, *sizes(source, source.integer(1, 3))), source.choice(("string", "int32"))),)


def pairs(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    x = TensorType((BATCH, 1) if source.chance(2) else (BATCH,), source.choice(("string", "int32")))
    return (x, x)


def tokens(source: Source, draft: Draft) -> None:
    draft.values["num_tokens"] = source.integer(1, 6)


def bins(source: Source, draft: Draft) -> None:
    draft.values.pop("num_bins", None)
    draft.values["bin_boundaries"] = source.choice(([0], [0, 0.5, 2], [-1, 1]))


def mask(source: Source, draft: Draft) -> None:
    if "mask_value" in draft.values:
        draft.values["mask_value"] = "a" if draft.x.dtype == "string" else 0


HINTS = {
    "CategoryEncoding": Hint(inputs=ints, fit=tokens),
    "Discretization": Hint(inputs=floats, fit=bins),
    "Hashing": Hint(inputs=any_kind, fit=mask),
    "HashedCrossing": Hint(inputs=pairs),
}
