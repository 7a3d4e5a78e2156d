"""The pages of `specgraph explain`, a file for each group of codes."""

from __future__ import annotations

from specgraph.diagnostics.codes import BY_RULE

from . import claims, data, design, graph, reading, settings, shapes, sizes, training, values
from .page import Page

_FILES = (reading, shapes, sizes, values, claims, graph, settings, data, training, design)
_ALL: dict[str, Page] = {rule: page for one in _FILES for rule, page in one.PAGES.items()}
PAGES = {rule: _ALL[rule] for rule in sorted(_ALL, key=list(BY_RULE).index)}
"""In the order of the codes."""

__all__ = ["PAGES", "Page"]
