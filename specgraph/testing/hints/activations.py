"""Axes that are there, the batch left out."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint
from .masks import over_values


def share_axes(source: Source, draft: Draft) -> None:
    shared = draft.get("shared_axes")
    if shared is None:
        return
    last = draft.x.rank - 1
    listed = shared if isinstance(shared, list) else [shared]
    made = sorted({min(axis, last) for axis in listed} | draft.unknown_axes())
    if last == 0 or not made:
        del draft.values["shared_axes"]
    else:
        draft.values["shared_axes"] = made if isinstance(shared, list) else made[0]


HINTS = {"PReLU": Hint(fit=share_axes), "Softmax": Hint(ports=over_values)}
