"""A layer with a kernel that fits, and that LoRA has not taken apart."""

from __future__ import annotations

from specgraph.testing.source import Source
from specgraph.testing.values import nestable

from .hint import Draft, Hint
from .wrappers import draw_nested


def fit(source: Source, draft: Draft) -> None:
    kind = draft.row.args.fields()["layer"].kind
    row, values = draw_nested(source, nestable(kind), draft.x)
    values.pop("lora_rank", None)
    draft.values["layer"] = {row.name: values}


HINTS = {"SpectralNormalization": Hint(fit=fit)}
