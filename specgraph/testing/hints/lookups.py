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
    dtype = "int64" if source.chance(6) else "string"  # which are turned back into words
    return (TensorType((BATCH, *sizes(source, source.integer(1, 3))), dtype),)


def texts(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, 1), "string"),)


def _vocabulary(source: Source, draft: Draft, tokens: list[Any]) -> None:
    values = draft.values
    values["vocabulary"] = tokens
    for name in ("idf_weights", "mask_token", "oov_token", "num_oov_indices", "salt", "max_tokens", "invert"):
        values.pop(name, None)
    padded = values.pop("pad_to_max_tokens", False)
    if values.get("output_mode") == "tf_idf":
        values["idf_weights"] = [0.5] * len(tokens)
    if source.chance(4):
        values["max_tokens"] = len(tokens) + source.integer(4, 6)
        values["pad_to_max_tokens"] = padded


def _others(source: Source, draft: Draft, mask: Any, unseen: Any) -> None:
    """What stands for tokens that are not in the vocabulary, and for none."""
    values = draft.values
    if source.chance(4):
        values["mask_token"] = mask
    if source.chance(4):
        values["oov_token"] = unseen
    if source.chance(4):
        values["num_oov_indices"] = source.integer(1, 3)


def _inverted(draft: Draft) -> None:
    """Numbers into tokens, which goes with neither counts nor several numbers for what is not known."""
    for name in ("output_mode", "idf_weights", "num_oov_indices", "pad_to_max_tokens"):
        draft.values.pop(name, None)
    draft.values["invert"] = True


def words(source: Source, draft: Draft) -> None:
    _vocabulary(source, draft, source.choice((["a", "b"], ["a b", "c", "d"])))
    _others(source, draft, "none", "other")
    if draft.x.dtype != "string":
        _inverted(draft)


def numbers(source: Source, draft: Draft) -> None:
    _vocabulary(source, draft, source.choice(([0, 1, 2], [7, 0])))
    _others(source, draft, -3, -2)
    if source.chance(6):
        _inverted(draft)


def vectors(source: Source, draft: Draft) -> None:
    _vocabulary(source, draft, source.choice((["a", "b"], ["a b", "c", "d"])))
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
