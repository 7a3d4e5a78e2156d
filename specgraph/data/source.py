"""What a data source is."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from specgraph.ir.training import Facts
from specgraph.limits import DEFAULT, Limits
from specgraph.spec.catalog import Entry
from specgraph.spec.record import Record


class Place(NamedTuple):
    """Where a spec's files lie."""

    folder: Path | None
    """That of the spec, from which paths start; None for a text that is no file."""
    root: Path | None
    """No file outside is read, symlinks followed first; None for `folder`."""
    limits: Limits = DEFAULT
    plugins: tuple[str, ...] = ()
    """Entry points that the user allows."""
    told: Mapping[str, Facts] = MappingProxyType({})
    """What sources held when a run was trained, by `specgraph.data.index.key`, for where they are gone."""

    @classmethod
    def of(
        cls,
        file: Path | None,
        root: str | os.PathLike[str] | None,
        limits: Limits = DEFAULT,
        plugins: Collection[str] = (),
        folder: Path | None = None,
    ) -> Place:
        """The place of a spec's file, whose data may lie in another `folder`."""
        if folder is not None:
            folder = folder.resolve()
        elif file is not None:
            folder = Path(file).resolve().parent
        return cls(folder, Path(root).resolve() if root is not None else folder, limits, tuple(plugins))


class DataError(Exception):
    """A source that cannot be used: `path` leads to the argument at fault, `help` says how to mend it."""

    def __init__(
        self,
        message: str,
        path: tuple[str | int, ...] = (),
        *,
        rule: str = "data-source",
        help: str | None = None,
        on_key: bool = False,
    ) -> None:
        super().__init__(message)
        self.on_key = on_key
        """Whether the key at the end of `path` is at fault, not its value."""
        self.message, self.path, self.rule, self.help = message, path, rule, help


def too_large(size: int, place: Place, path: tuple[str | int, ...], instead: str = "") -> DataError:
    """That data would take more memory than is allowed."""
    message = f"the data takes {size:,} bytes of memory, more than {place.limits.data_bytes:,}"
    help = f"the limit is named `data_bytes`; a trusted spec may raise it{', ' if instead else ''}{instead}"
    return DataError(message, path, rule="limit", help=help)


class Lazy(Protocol):
    """A column that is read piece by piece."""

    shape: tuple[int, ...]
    """The examples come first."""
    dtype: str

    def read(self, rows: Any) -> Any:
        """An array of some examples, by an array of their numbers; `DataError` where they cannot be read."""


class Loaded(NamedTuple):
    """Examples in memory, or ways to get at them: each column has the examples along its first axis."""

    train: Mapping[str, Any]
    """Numpy arrays by column, or `Lazy` ones."""
    held_out: Mapping[str, Any] | None = None
    """The source's own test part."""


class Source(NamedTuple):
    """One kind of source; its arguments are those of the spec.

    `facts` imports nothing heavy and reads no more than the headers of files; `load` may import anything.
    Both raise `DataError`.
    """

    name: str
    args: type[Record]
    facts: Callable[[Any, Place], Facts | None]
    """None where only loading would tell."""
    load: Callable[[Any, Place], Loaded]
    doc: str = ""

    @property
    def entry(self) -> Entry:
        """The source as the catalogue has it."""
        return Entry(self.name, self.args, (), self.doc)
