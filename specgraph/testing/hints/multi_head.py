"""Sequences of any widths, heads that divide, and masks only where they fit the scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.spec.record import Record
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint, PortTypes, divisors, sizes


def attending(source: Source, row: Layer[Any]) -> list[TensorType]:
    """Query and value, which differ along axis 1 and in their width; sometimes a key of its own."""
    wide = row.name == "MultiHeadAttention" and source.chance(4)
    others = sizes(source, 1, 3) if wide else []
    steps, looked_at, width, its_width, key_width = sizes(source, 5, 5)
    if row.name == "GroupQueryAttention":
        its_width = width
    shapes: list[list[Dim]] = [[steps, *others, width], [looked_at, *others, its_width]]
    if source.chance(3):
        shapes.append([looked_at, *others, key_width])
    dtype = source.choice(("float16", "float64", "int32")) if source.chance(8) else "float32"
    return [TensorType((BATCH, *shape), dtype) for shape in shapes]


def fit(source: Source, draft: Draft) -> None:
    """Axes that are there; no causal mask over several; no flash attention, which no CPU has."""
    axes = [1]
    if draft.row.name == "MultiHeadAttention":
        axes = source.choice(([1], [1, 2], [2, 1])) if draft.x.rank == 4 else [1]
        if draft.values.get("attention_axes") is not None:
            draft.values["attention_axes"] = axes if source.chance(2) or len(axes) > 1 else axes[0]
        else:
            axes = list(range(1, draft.x.rank - 1))
    else:
        draft.values["num_key_value_heads"] = source.choice(divisors(draft.get("num_query_heads")))
    if len(axes) > 1:
        draft.values.pop("use_causal_mask", None)
        draft.values.pop("sliding_window", None)
    if draft.get("flash_attention"):
        del draft.values["flash_attention"]


def masks(source: Source, args: Record, inputs: Sequence[TensorType]) -> PortTypes:
    """Masks over steps, of sequences; some for each pair of steps."""
    if inputs[0].rank != 3:
        return {}
    query, value = (TensorType(x.shape[:2], "bool") for x in inputs[:2])
    pairs = TensorType((query.shape[0], query.shape[1], value.shape[1]), "bool")
    made: dict[str, Any] = {"value_mask": value, "key_mask": value, "attention_mask": pairs}
    if "num_query_heads" in args.fields():
        made["query_mask"] = query
    return {name: made[name] for name in source.some(tuple(made), 2)}


HINTS = dict.fromkeys(
    ("MultiHeadAttention", "GroupQueryAttention"), Hint(inputs=attending, fit=fit, ports=masks)
)
