"""A layer with a kernel that fits, and that LoRA has not taken apart."""

from __future__ import annotations

from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source
from specgraph.testing.values import nestable

from .hint import Draft, Hint
from .wrappers import draw_nested


def of_one(source: Source, row: Layer[Any]) -> list[TensorType]:
    """Types that one of the layers takes."""
    from specgraph.testing.rows import draw_inputs

    return list(draw_inputs(source, source.choice(nestable(row.args.fields()["layer"].kind))))


def fit(source: Source, draft: Draft) -> None:
    kind = draft.row.args.fields()["layer"].kind
    row, values = draw_nested(source, nestable(kind), draft.x)
    values.pop("lora_rank", None)
    draft.values["layer"] = {row.name: values}


HINTS = {"SpectralNormalization": Hint(inputs=of_one, fit=fit)}
