"""Strings and integers, and vocabularies that go with everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint, sizes


def integers(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, *sizes(source, source.integer(1, 3))), source.choice(("int32", "int64"))),)


def strings(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, *sizes(source, source.integer(1, 3))), "string"),)


def texts(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, 1), "string"),)


def _vocabulary(draft: Draft, tokens: list[Any]) -> None:
    values = draft.values
    values["vocabulary"] = tokens
    for name in ("idf_weights", "mask_token", "oov_token", "num_oov_indices", "salt", "max_tokens", "invert"):
        values.pop(name, None)
    values.pop("pad_to_max_tokens", None)
    if values.get("output_mode") == "tf_idf":
        values["idf_weights"] = [0.5] * len(tokens)


def words(source: Source, draft: Draft) -> None:
    _vocabulary(draft, source.choice((["a", "b"], ["a b", "c", "d"])))


def numbers(source: Source, draft: Draft) -> None:
    _vocabulary(draft, source.choice(([0, 1, 2], [7, 0])))


def vectors(source: Source, draft: Draft) -> None:
    words(source, draft)
    values = draft.values
    if values.get("output_mode") == "one_hot":
        values["split"] = None
    if values.get("output_mode", "int") != "int":
        values.pop("output_sequence_length", None)
    elif values.get("split", "") is not None:
        values["output_sequence_length"] = source.integer(1, 4)


HINTS = {
    "IntegerLookup": Hint(inputs=integers, fit=numbers),
    "StringLookup": Hint(inputs=strings, fit=words),
    "TextVectorization": Hint(inputs=texts, fit=vectors),
}
