"""Noise shapes that spread over the input."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint


def spread_noise(source: Source, draft: Draft) -> None:
    """Every axis its own noise, or one for all; null where the size is not known."""
    if draft.get("noise_shape") is not None:
        draft.values["noise_shape"] = [
            1 if source.chance(2) else dim if isinstance(dim, int) and source.chance(2) else None
            for dim in draft.x.shape
        ]


HINTS = {"Dropout": Hint(fit=spread_noise), "AlphaDropout": Hint(fit=spread_noise)}
