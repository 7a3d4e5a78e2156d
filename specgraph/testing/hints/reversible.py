"""Inputs as wide as the layer reads."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint


def fit(source: Source, draft: Draft) -> None:
    last = draft.x.shape[-1]
    if isinstance(last, int) and last > 0 and draft.x.rank > 1:
        draft.values["units" if draft.get("reverse") else "input_dim"] = last


HINTS = {"ReversibleDense": Hint(fit=fit)}
