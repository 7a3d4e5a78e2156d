"""Means and variances for every value, or for each feature."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint


def fit(source: Source, draft: Draft) -> None:
    last = draft.x.shape[-1]
    values = draft.values
    values["mean"], values["variance"] = 0.5, 2
    if isinstance(last, int) and source.chance(2):
        values["axis"] = -1
        values["mean"], values["variance"] = [0.5] * last, [2] * last
    elif draft.get("axis") != -1 or not isinstance(last, int):
        values["axis"] = None


HINTS = {"Normalization": Hint(fit=fit)}
