"""Kernels that fit."""

from __future__ import annotations

from specgraph.testing.source import Source

from .hint import Draft, Hint
from .windows import shrink_window


def fit(source: Source, draft: Draft) -> None:
    shrink_window(draft, "kernel_size")


HINTS = {f"{kind}Conv{n}D": Hint(fit=fit) for kind in ("Separable", "Depthwise") for n in (1, 2)}
