"""All data sources, by name; the module of one is imported where a spec names it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from specgraph.ir.training import Facts
from specgraph.spec.catalog import Catalog, Entry, Named

from .source import DataError, Place, Source

HOMES = {
    "digits": "builtin",
    "mnist_5000": "builtin",
    "japanese_vowels": "builtin",
    "iris": "builtin",
    "wine": "builtin",
    "breast_cancer": "builtin",
    "diabetes": "builtin",
    "npz": "arrays",
    "npy": "arrays",
    "arrays": "arrays",
    "csv": "csv_source",
    "image_folder": "image_folder",
    "keras": "keras_sets",
    "tfds": "hubs",
    "huggingface": "hubs",
    "plugin": "plugin",
}
"""For each source the module that has it in its `SOURCES`."""


def source(name: str) -> Source:
    """The source of a name; KeyError if there is none."""
    rows = import_module(f"specgraph.data.{HOMES[name]}").SOURCES
    found: Source = next(row for row in rows if row.name == name)
    return found


def key(named: Named) -> str:
    """A use of a source in a word."""
    return f"{named.name} {named.args!r}"


def facts_of(named: Named, place: Place) -> Facts | None:
    """What a source is known to hold; where it is gone, what it held when a run was trained."""
    try:
        return source(named.name).facts(named.args, place)
    except DataError:
        if key(named) not in place.told:
            raise
        return place.told[key(named)]


def sources() -> Iterator[Source]:
    """All of them."""
    return map(source, HOMES)


class SourceCatalog(Catalog):
    """Makes an entry where it is asked for."""

    def __init__(self) -> None:
        super().__init__("a data source", "sources", [])

    def names(self) -> list[str]:
        return list(HOMES)

    def find(self, name: str) -> Entry:
        return source(name).entry if name in HOMES else super().find(name)

    def whole(self) -> Catalog:
        """With all entries."""
        return Catalog(self.what, self.module, [one.entry for one in sources()])

    def bare_names(self) -> list[str]:
        return self.whole().bare_names()


SOURCES = SourceCatalog()
