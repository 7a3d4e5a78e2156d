"""Columns from CSV files.

data: {csv: {file: wine.csv, labels: kind}}
"""

from __future__ import annotations

from array import array
from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.training import Column, Facts, label
from specgraph.spec.kinds import Bad, Bool, Either, ListOf, MapOf, Optional, Str
from specgraph.spec.record import Record

from .csv_table import WHOLE, Table, Wanted, read_table
from .source import DataError, Loaded, Place, Source
from .stated import Columns, tell

FEATURES = "features"
"""The column that all numbers of a row make up."""

_NAMES = Either(Str(), ListOf(Str(), least=1), phrase="a column's name, or a list of names")
Names: TypeAlias = Annotated[Any, Optional(_NAMES)]


class CsvArgs(Record):
    file: Annotated[str, Str(), "Its path from the spec's folder."]
    test: Annotated[str | None, "A file with the same columns, whose rows are held out."] = None
    labels: Annotated[Names, "The columns to be predicted: numbers, or words, each of which is a class."] = (
        None
    )
    features: Annotated[
        tuple[str, ...] | None,
        Optional(ListOf(Str(), least=1)),
        "The columns that make up `features`; by default all others.",
    ] = None
    separate: Annotated[Names, "Columns that stay by themselves, of shape [1]: numbers, or strings."] = None
    categories: Annotated[
        Any, Optional(MapOf(ListOf(Str(), least=1))), "For labels that are words the classes in their order."
    ] = None
    header: Annotated[bool, Bool(), "Whether the first row has the names; else they are c0, c1, …"] = True
    delimiter: Annotated[str, Str(), "What stands between values."] = ","
    missing: Annotated[Literal["error", "drop"], "What is done with rows that lack a value."] = "error"
    columns: Columns = None

    def agree(self) -> None:
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n\0':
            raise Bad("has a `delimiter` that is not one character", ("delimiter",))
        named = [*_listed(self.labels), *(self.features or ()), *_listed(self.separate)]
        twice = next((name for i, name in enumerate(named) if name in named[:i]), None)
        if twice is not None:
            raise Bad(f"names column `{twice}` twice among labels, features and separate")


def _listed(names: Any) -> tuple[str, ...]:
    return () if names is None else (names,) if isinstance(names, str) else tuple(names)


def _wanted(args: CsvArgs) -> Wanted:
    words = (*_listed(args.labels), *_listed(args.separate))
    drop, separate = args.missing == "drop", _listed(args.separate)
    return Wanted(args.delimiter, args.header, args.features, words, drop, separate, args.categories or {})


def _read(args: CsvArgs, place: Place, *, whole: bool) -> tuple[Table, Table | None]:
    train = read_table(place, args.file, ("file",), _wanted(args), whole=whole)
    if not train.rows:
        raise DataError(f"'{args.file}' has no rows", ("file",))
    if args.test is None:
        return train, None
    wanted = _wanted(args)
    if args.features is None:
        named = tuple(name for name in train.names if name not in wanted.words)
        wanted = wanted._replace(features=named)
    return train, read_table(place, args.test, ("test",), wanted, whole=whole)


def _dtype(args: CsvArgs, name: str, words: list[str]) -> str:
    """`int64`, `float32` or `string`: what a column's values are, as far as they are known."""
    stated = (args.columns or {}).get(name)
    if args.categories and name in args.categories:
        return "string"
    if stated is not None and stated.dtype in ("int64", "float32", "string"):
        return str(stated.dtype)
    for kind, dtype in ((int, "int64"), (float, "float32")):
        try:
            for word in words:
                kind(word)
            return dtype
        except ValueError:
            continue
    return "string"


def _facts(args: CsvArgs, place: Place) -> Facts:
    train, test = _read(args, place, whole=False)
    columns: dict[str, Column] = {}
    width = len(train.numbers) // train.rows
    if width:
        known = train.whole and (test is None or test.whole)
        both = train.numbers if test is None else train.numbers + test.numbers
        columns[FEATURES] = Column((width,), "float32", "float", None, _range(both) if known else None)
    labels = _listed(args.labels)
    for name, words in train.words.items():
        columns[name] = _column(args, name, words, train.whole, name in labels)
    count = train.rows if train.whole else None
    held_out = test.rows if test is not None and test.whole else None
    return tell(Facts(columns, count, held_out, labels), args.columns)


def _kept(args: CsvArgs, name: str, dtype: str) -> str:
    """The dtype of a separate column: whole numbers are floats too, unless the spec says otherwise."""
    stated = (args.columns or {}).get(name)
    return "float32" if dtype == "int64" and (stated is None or stated.dtype is None) else dtype


def _range(numbers: array[float]) -> tuple[float, float]:
    return min(numbers), max(numbers)


def _column(args: CsvArgs, name: str, words: list[str], whole: bool, predicted: bool) -> Column:
    dtype = _dtype(args, name, words)
    if not predicted:
        bounds = (min(map(float, words)), max(map(float, words))) if whole and dtype != "string" else None
        return Column((1,), _kept(args, name, dtype), None, None, bounds)
    if dtype == "string":
        classes = len(_classes(args, name, words)) if whole or name in (args.categories or {}) else None
        return label(classes)
    numbers = [float(word) for word in words]
    return Column(
        (),
        dtype,
        "float" if dtype == "float32" else None,
        None,
        (min(numbers), max(numbers)) if whole else None,
    )


def _classes(args: CsvArgs, name: str, words: list[str]) -> list[str]:
    return list((args.categories or {}).get(name) or sorted(set(words)))


def _load(args: CsvArgs, place: Place) -> Loaded:
    import numpy as np

    train, test = _read(args, place, whole=True)
    head, _ = _read(args, place, whole=False)
    parts = []
    for table in (train, test):
        if table is None:
            continue
        made: dict[str, Any] = {}
        if train.numbers:
            numbers = np.frombuffer(table.numbers, dtype="float64").astype("float32")
            made[FEATURES] = numbers.reshape(table.rows, -1)
        for name, words in table.words.items():
            dtype = _dtype(args, name, head.words[name])
            if name in _listed(args.labels):
                made[name] = _label(name, words, dtype, _classes(args, name, train.words[name]))
            else:
                made[name] = _numbers(name, words, dtype, _kept(args, name, dtype))[:, None]
        parts.append(made)
    return Loaded(parts[0], parts[1] if test is not None else None)


def _label(name: str, words: list[str], dtype: str, classes: list[str]) -> Any:
    import numpy as np

    if dtype != "string":
        return _numbers(name, words, dtype, dtype)
    index = {word: i for i, word in enumerate(classes)}
    unknown = next((word for word in words if word not in index), None)
    if unknown is not None:
        listed = f"there are {', '.join(classes[:20])}"
        raise DataError(f"column `{name}` has '{unknown[:40]}', which is no class", ("labels",), help=listed)
    return np.array([index[word] for word in words], dtype="int64")


def _numbers(name: str, words: list[str], dtype: str, wanted: str) -> Any:
    """The values of a column whose first rows hold values of this dtype."""
    import numpy as np

    if dtype == "string":
        return np.array(words, dtype="str")
    kind = int if dtype == "int64" else float
    try:
        values = [kind(word) for word in words]
        if all(abs(one) < (WHOLE if kind is int else 1e308) for one in values):
            return np.array(values, dtype=wanted)
    except ValueError:
        pass
    odd = next((word for word in words if not _is(kind, word)), "a number that is too large")
    message = f"column `{name}` has '{odd[:40]}' further down, and its first rows are {dtype}"
    raise DataError(
        message, ("file",), help=f"`columns: {{{name}: {{dtype: float32}}}}`, or string, says what it holds"
    )


def _is(kind: Any, word: str) -> bool:
    try:
        kind(word)
    except ValueError:
        return False
    return True


SOURCES = (
    Source("csv", CsvArgs, _facts, _load, "Rows of a CSV file: numbers, and labels that may be words."),
)
