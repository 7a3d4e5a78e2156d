"""Columns from files of numpy arrays, and columns that Python code hands over.

data: {npz: {file: digits.npz, columns: {y: {encoding: index, classes: 10}}}}
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, NamedTuple

from specgraph.ir.training import Column, Facts
from specgraph.spec.kinds import Int, ListOf, MapOf, Optional, Str
from specgraph.spec.record import Record

from .headers import BadFile, Header, read_npy, read_npz
from .paths import Where, find, open_regular
from .source import DataError, Loaded, Place, Source, too_large
from .stated import STATED, Columns, stated_facts, tell

AFFIXES = (("_train", "_test"), ("train_", "test_"))
"""How names tell the arrays to train on from those of a test part."""


class NpzArgs(Record):
    file: Annotated[str, Str(), "Its path from the spec's folder."]
    test: Annotated[str | None, "A file with the same arrays, which are held out."] = None
    arrays: Annotated[
        tuple[str, ...] | None,
        Optional(ListOf(Str(), least=1)),
        "Which arrays are columns; by default all, `x_train` and `x_test` being the two parts of `x`.",
    ] = None
    columns: Columns = None


class NpyArgs(Record):
    files: Annotated[Any, MapOf(Str()), "For each column its file, by its path from the spec's folder."]
    test: Annotated[Any, Optional(MapOf(Str())), "The same of what is held out."] = None
    columns: Columns = None


class ArraysArgs(Record):
    columns: Annotated[Any, STATED, "What each column will hold."]
    examples: Annotated[int | None, Optional(Int(minimum=1)), "How many examples there will be."] = None
    test: Annotated[int | None, Optional(Int(minimum=1)), "How many will be held out."] = None


class Held(NamedTuple):
    """Where a column's values are."""

    path: Path
    array: str
    """Its name within a .npz file; of a .npy file empty."""
    header: Header
    where: Where
    """The argument that names the file."""


class Parts(NamedTuple):
    """The columns of the training part, and of the test part."""

    train: dict[str, Held]
    test: dict[str, Held]


def _read(place: Place, written: str, where: Where, *, several: bool) -> dict[str, Held]:
    """The arrays of a .npz file, or of a .npy file the only one; single numbers are no columns."""
    path = find(place, written, where)
    try:
        with open_regular(path, where) as file:
            size = file.seek(0, 2)
            file.seek(0)
            headers = read_npz(file) if several else {"": read_npy(file, size)}
    except BadFile as bad:
        raise DataError(f"'{written}' cannot be used: {bad}", where) from None
    except OSError as error:
        raise DataError(f"cannot read '{written}': {error.strerror or error}", where) from None
    return {name: Held(path, name, one, where) for name, one in headers.items() if one.shape}


def _npz_parts(args: NpzArgs, place: Place) -> Parts:
    found = _chosen(_read(place, args.file, ("file",), several=True), args)
    if args.test is not None:
        return _checked(Parts(found, _chosen(_read(place, args.test, ("test",), several=True), args)))
    for affixes in AFFIXES:
        train, test = (_without(affix, found) for affix in affixes)
        if train and (args.arrays is None or len(train) + len(test) == len(found)):
            return _checked(Parts(train, test))
    return _checked(Parts(found, {}))


def _chosen(found: dict[str, Held], args: NpzArgs) -> dict[str, Held]:
    for i, name in enumerate(args.arrays or ()):
        if name not in found:
            listed = f"it has {', '.join(list(found)[:20])}"
            raise DataError(f"there is no array `{name}` in '{args.file}'", ("arrays", i), help=listed)
    return {name: found[name] for name in args.arrays or found}


def _without(affix: str, found: dict[str, Held]) -> dict[str, Held]:
    """The arrays whose names have an affix, by their names without it."""
    if affix.startswith("_"):
        return {name.removesuffix(affix): one for name, one in found.items() if name.endswith(affix)}
    return {name.removeprefix(affix): one for name, one in found.items() if name.startswith(affix)}


def _npy_parts(args: NpyArgs, place: Place) -> Parts:
    train, test = (
        {
            name: held
            for name, file in (files or {}).items()
            for held in _read(place, file, (key, name), several=False).values()
        }
        for key, files in (("files", args.files), ("test", args.test))
    )
    return _checked(Parts(train, test))


def _checked(parts: Parts) -> Parts:
    """The parts, whose columns must agree."""
    for part in parts:
        counts = {name: held.header.shape[0] for name, held in part.items()}
        if len(set(counts.values())) > 1:
            listed = ", ".join(f"`{name}` {count:,}" for name, count in list(counts.items())[:6])
            where = list(part.values())[-1].where
            help = "`arrays` says which are columns" if where in (("file",), ("test",)) else None
            raise DataError(f"columns have different numbers of examples: {listed}", where, help=help)
    train, test = parts
    if not train:
        raise DataError("there are no columns")
    if not next(iter(train.values())).header.shape[0]:
        raise DataError("there are no examples", next(iter(train.values())).where)
    for name in {**train, **test} if test else ():
        here, there = train.get(name), test.get(name)
        if here is None or there is None:
            where = (here or test[name]).where
            raise DataError(f"column `{name}` is only in one of the two parts", where)
        if here.header.shape[1:] != there.header.shape[1:] or here.header.dtype != there.header.dtype:
            raise DataError(f"column `{name}` is not alike in the two parts", there.where)
    return parts


def _facts(parts: Parts, stated: Any) -> Facts:
    columns = {name: Column(held.header.shape[1:], held.header.dtype) for name, held in parts.train.items()}
    counts = [next(iter(part.values())).header.shape[0] if part else None for part in parts]
    return tell(Facts(columns, counts[0], counts[1]), stated)


def _npz_held(args: NpzArgs, place: Place) -> Parts:
    """The parts, which must fit into memory."""
    parts = _npz_parts(args, place)
    held = [*parts.train.values(), *parts.test.values()]
    size = sum(one.header.bytes for one in held)
    if size > place.limits.data_bytes:
        raise too_large(size, place, ("file",), "or `npy` files, of which only parts are held in memory")
    return parts


def _npz_facts(args: NpzArgs, place: Place) -> Facts:
    return _facts(_npz_held(args, place), args.columns)


def _npy_facts(args: NpyArgs, place: Place) -> Facts:
    return _facts(_npy_parts(args, place), args.columns)


def _load_npz(args: NpzArgs, place: Place) -> Loaded:
    parts = _npz_held(args, place)
    _facts(parts, args.columns)
    return _loaded(parts, place)


def _load_npy(args: NpyArgs, place: Place) -> Loaded:
    return _loaded(_npy_parts(args, place), place)


def _loaded(parts: Parts, place: Place) -> Loaded:
    train, test = ({name: _values(held, place) for name, held in part.items()} for part in parts)
    return Loaded(train, test or None)


def _values(held: Held, place: Place) -> Any:
    """The array of a column; one that is too large for memory stays in its file."""
    import numpy as np

    try:
        if not held.array and held.header.bytes > place.limits.data_bytes:
            return Mapped(np.load(held.path, mmap_mode="r", allow_pickle=False))
        with open_regular(held.path, held.where) as file:
            found: Any = np.load(file, allow_pickle=False)
            values = found[held.array] if held.array else found
    except DataError:
        raise
    except Exception as error:  # what numpy and zipfile raise on broken files is no closed list
        raise DataError(f"cannot read '{held.path.name}': {error}", held.where) from None
    if values.shape != held.header.shape:
        raise DataError(f"'{held.path.name}' was changed while it was read", held.where)
    return values if values.dtype.isnative else values.astype(values.dtype.newbyteorder("="))


class Mapped:
    """A column that stays in its .npy file."""

    def __init__(self, array: Any) -> None:
        self.array = array
        self.shape: tuple[int, ...] = array.shape
        self.dtype = array.dtype.newbyteorder("=").name

    def read(self, rows: Any) -> Any:
        """Some of its examples."""
        return self.array[rows].astype(self.dtype, copy=False)


def _declared(args: ArraysArgs, place: Place) -> Facts:
    known = stated_facts(args.columns) or Facts({})
    return known._replace(examples=args.examples, held_out=args.test)


def _not_here(args: ArraysArgs, place: Place) -> Loaded:
    raise DataError(
        "is passed from Python, and there is none here",
        help='`specgraph.train(spec, data={"x": x, "y": y})`',
    )


SOURCES = (
    Source("npz", NpzArgs, _npz_facts, _load_npz, "Arrays of one `.npz` file, each a column."),
    Source("npy", NpyArgs, _npy_facts, _load_npy, "A `.npy` file for each column."),
    Source(
        "arrays",
        ArraysArgs,
        _declared,
        _not_here,
        "Data that Python code passes to `specgraph.train`; the spec says what it will hold.",
    ),
)
