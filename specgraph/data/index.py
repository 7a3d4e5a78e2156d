"""All data sources, by name."""

from __future__ import annotations

from specgraph.spec.catalog import Catalog

from . import builtin
from .source import Source

BY_NAME: dict[str, Source] = {one.name: one for one in (*builtin.SOURCES,)}
SOURCES = Catalog("a data source", "sources", [one.entry for one in BY_NAME.values()])
