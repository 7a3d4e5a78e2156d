"""A few layers over images."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint
from .images import images

_LAYERS = (
    "RandomFlip",
    "Equalization",
    {"Resizing": {"height": 4, "width": 5}},
    {"CenterCrop": {"height": 2, "width": 2}},
    {"Dense": {"units": 2}},
)


def fit(source: Source, draft: Draft) -> None:
    draft.values["layers"] = [source.choice(_LAYERS) for _ in range(source.integer(1, 3))]


HINTS = {"Pipeline": Hint(inputs=images, fit=fit)}
