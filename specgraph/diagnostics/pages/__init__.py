"""The pages of `specgraph explain`, a file for each group of codes."""

from __future__ import annotations

from . import claims, graph, reading, settings, shapes, sizes, values
from .page import Page

PAGES: dict[str, Page] = {
    **reading.PAGES,
    **shapes.PAGES,
    **sizes.PAGES,
    **values.PAGES,
    **claims.PAGES,
    **graph.PAGES,
    **settings.PAGES,
}

__all__ = ["PAGES", "Page"]
