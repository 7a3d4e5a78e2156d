"""All data sources, by name."""

from __future__ import annotations

from specgraph.spec.catalog import Catalog

from . import arrays, builtin, csv_source, hubs, image_folder, keras_sets, plugin
from .source import Source

_FILES = (builtin, arrays, csv_source, image_folder, keras_sets, hubs, plugin)

BY_NAME: dict[str, Source] = {row.name: row for one in _FILES for row in one.SOURCES}
SOURCES = Catalog("a data source", "sources", [one.entry for one in BY_NAME.values()])
