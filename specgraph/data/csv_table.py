"""A CSV file read without numpy: its numbers, and the words of the columns that hold words."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from .paths import Where, find, open_regular
from .source import DataError, Place, too_large

PREFIX = 1 << 18
"""Bytes that are read to learn what a file holds; a file that is no longer is known whole."""
WHOLE = 1 << 53
"""Integers up to here are exact as floats."""
MISSING = frozenset(["", "nan", "na", "n/a", "null", "?"])
"""What is written for a value that is not there, in letters of any size."""


class Table(NamedTuple):
    """What was read."""

    names: tuple[str, ...]
    """Of all columns of the file."""
    numbers: array[float]
    """Those of the columns that are read as numbers, row by row."""
    words: dict[str, list[str]]
    """The other columns that were asked for, as they stand in the file."""
    rows: int
    whole: bool
    """Whether the file was read to its end."""


class Wanted(NamedTuple):
    """What is to be read of a file."""

    delimiter: str
    header: bool
    features: tuple[str, ...] | None
    """Columns of numbers; None for all that are not `words`."""
    words: tuple[str, ...]
    drop: bool
    """Whether rows that lack a value are left out."""
    separate: tuple[str, ...] = ()
    """Those of `words` that are no labels."""
    classes: Mapping[str, Sequence[str]] = MappingProxyType({})
    """For labels that are words all that there are, none of which stands for a value that is not there."""

    def lacks(self, name: str, word: str) -> bool:
        """Whether a column's value is not there, or is written as one that is not."""
        word = word.strip()
        return word.lower() in MISSING and not (word and word in self.classes.get(name, ()))


def read_table(place: Place, written: str, where: Where, wanted: Wanted, *, whole: bool) -> Table:
    """A file's columns; of a long file, unless `whole`, those of its first rows. `DataError` at a fault."""
    path = find(place, written, where)
    with open_regular(path, where) as file:
        size = file.seek(0, 2)
        if whole and size > place.limits.data_bytes:
            raise too_large(size, place, where)
        file.seek(0)
        head = file.read() if whole else file.read(PREFIX + 1)
    complete = whole or len(head) <= PREFIX
    if not complete:
        head = head[: head.rfind(b"\n") + 1]
        if not head:
            raise DataError(f"'{written}' has no line that ends within {PREFIX:,} bytes", where)
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"'{written}' is no UTF-8 text: byte {error.start:,} is 0x{head[error.start]:02X}"
        raise DataError(message, where) from None
    reader = _Reader(written, where, wanted)
    try:
        return reader.read(csv.reader(io.StringIO(text, newline=""), delimiter=wanted.delimiter), complete)
    except csv.Error as error:
        raise DataError(f"'{written}' cannot be read as CSV: {error}", where) from None


class _Reader:
    def __init__(self, written: str, where: Where, wanted: Wanted) -> None:
        self.written = written
        self.where = where
        self.wanted = wanted

    def read(self, rows: Iterator[list[str]], complete: bool) -> Table:
        first = next(rows, None)
        while first == []:
            first = next(rows, None)
        if first is None:
            raise self._bad("is empty")
        names = tuple(first) if self.wanted.header else tuple(f"c{i}" for i in range(len(first)))
        if len(set(names)) < len(names):
            twice = next(name for i, name in enumerate(names) if name in names[:i])
            raise self._bad(f"has two columns `{twice}`", help="`header: false` if it has no line of names")
        separate = self._places(names, self.wanted.separate, "separate")
        words = self._places(names, [name for name in self.wanted.words if name not in separate], "labels")
        words |= separate
        features = self.wanted.features
        if features is None:
            features = tuple(name for name in names if name not in self.wanted.words)
        places = self._places(names, features, "features")
        table = Table(names, array("d"), {name: [] for name in words}, 0, complete)
        if not self.wanted.header:
            table = self._add(table, [first], places, words, 1)
        return self._add(table, rows, places, words, 2)

    def _places(self, names: Sequence[str], wanted: Sequence[str], argument: str) -> dict[str, int]:
        for name in wanted:
            if name not in names:
                from specgraph.diagnostics.report import did_you_mean

                _, help = did_you_mean(name, names)
                listed = f"it has {', '.join(names[:20])}"
                message = f"there is no column `{name}` in '{self.written}'"
                raise DataError(message, (argument,), help=help or listed)
        return {name: names.index(name) for name in wanted}

    def _add(
        self,
        table: Table,
        rows: Iterator[list[str]] | list[list[str]],
        places: dict[str, int],
        words: dict[str, int],
        start: int,
    ) -> Table:
        numbers, count, width = table.numbers, table.rows, len(table.names)
        features = list(places.values())
        held = [(table.words[name], place) for name, place in words.items()]
        for line, row in enumerate(rows, start):
            if len(row) != width:
                if not row:
                    continue
                raise self._bad(f"has {len(row)} values in row {line:,}, and {width} columns")
            try:
                values = [float(row[place]) for place in features]
                lacking = not all(-1e308 <= one <= 1e308 for one in values)
            except ValueError:
                lacking = True
            if lacking or any(row[place].strip().lower() in MISSING for _, place in held):
                gap = self._gap(row, [*places.items(), *words.items()])
                if gap is not None and self.wanted.drop:
                    continue
                if gap is not None:
                    raise self._lacks(gap, row[{**places, **words}[gap]].strip(), line)
                if lacking:
                    raise self._fault(row, line, places)
            numbers.extend(values)
            for column, place in held:
                column.append(row[place].strip())
            count += 1
        return table._replace(rows=count)

    def _gap(self, row: list[str], places: list[tuple[str, int]]) -> str | None:
        """The first column that lacks its value."""
        return next((name for name, place in places if self.wanted.lacks(name, row[place])), None)

    def _lacks(self, name: str, word: str, line: int) -> DataError:
        help = "`missing: drop` leaves such rows out"
        if word and name in self.wanted.words and name not in self.wanted.separate:
            help += f"; if '{word}' is a class, `categories` lists it"
        return self._bad(f"lacks a value in row {line:,}", help=help)

    def _fault(self, row: list[str], line: int, places: dict[str, int]) -> DataError:
        for name, place in places.items():
            try:
                if abs(float(row[place])) <= 1e308:
                    continue
            except ValueError:
                pass
            message = f"has no number, but '{row[place][:40]}', in row {line:,} of column `{name}`"
            listed = (
                f"`features` lists the columns of numbers, `labels` and `separate` may hold words: {name}"
            )
            return self._bad(message, help=listed)
        return self._bad(f"cannot be read in row {line:,}")

    def _bad(self, message: str, help: str | None = None) -> DataError:
        return DataError(f"'{self.written}' {message}", self.where, help=help)
