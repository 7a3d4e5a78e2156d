"""What a spec says of a column, where the data itself does not tell.

columns:
  label: {encoding: index, classes: 10}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from specgraph.ir.dim import Dim, named, unknown
from specgraph.ir.training import Column, Encoding, Facts
from specgraph.resolve.keys import Name
from specgraph.rows.policy import DTYPES
from specgraph.spec.catalog import RecordOf
from specgraph.spec.kinds import Bad, Choice, Either, Int, ListOf, MapOf, Number, Optional
from specgraph.spec.record import Record

from .source import DataError

_SIZE = Either(Int(1), Name(), phrase="a positive integer, or a name for a size that is open")
Shape: TypeAlias = Annotated[tuple[Any, ...] | None, Optional(ListOf(Optional(_SIZE)))]
Range: TypeAlias = Annotated[tuple[float, ...] | None, Optional(ListOf(Number(), least=2, most=2))]


class StatedArgs(Record):
    """What is known of a column."""

    shape: Annotated[Shape, "The sizes of one example, such as `[28, 28, 1]`; `[]` for a single value."] = (
        None
    )
    dtype: Annotated[str | None, Optional(Choice(*DTYPES)), "What its values are."] = None
    encoding: Annotated[
        Literal["onehot", "index", "binary", "float"] | None,
        "A row with one 1, a class's number, values 0 and 1, or any numbers.",
    ] = None
    classes: Annotated[int | None, Optional(Int(minimum=1)), "How many classes there are."] = None
    range: Annotated[Range, "The least and the greatest of its values."] = None

    def agree(self) -> None:
        if self.range is not None and self.range[0] > self.range[1]:
            low, high = self.range
            raise Bad(f"has a range from {low:g} to {high:g}, which is the wrong way round", ("range",))
        if self.encoding in ("float", "binary") and self.classes is not None:
            raise Bad(f"has `classes`, and values that are {self.encoding} have none", ("classes",))


def _args() -> type[Record]:
    return StatedArgs


STATED = MapOf(RecordOf(_args, "what is known of a column", "column"))
Columns: TypeAlias = Annotated[Any, Optional(STATED), "What is known of columns, by name."]


def column(args: StatedArgs) -> Column:
    """The column that is stated."""
    shape: tuple[Dim, ...] | None = None
    if args.shape is not None:
        sizes = [
            unknown() if one is None else named(one) if isinstance(one, str) else one for one in args.shape
        ]
        shape = tuple(sizes)
    return told(Column(shape, args.dtype), args, "")


def stated_facts(columns: Mapping[str, StatedArgs] | None) -> Facts | None:
    """What the spec alone says of columns."""
    return Facts({name: column(one) for name, one in columns.items()}) if columns else None


def told(known: Column, args: StatedArgs, name: str) -> Column:
    """What the data tells of a column, with what the spec says of it; `DataError` where they differ."""
    if name:
        given = column(args)
        _agrees(known, given, name)
    encoding: Encoding | None = args.encoding or known.encoding
    classes = args.classes or known.classes
    bounds = (args.range[0], args.range[1]) if args.range is not None else known.range
    if bounds is None and encoding == "index" and classes is not None:
        bounds = (0.0, classes - 1.0)
    if bounds is None and encoding in ("onehot", "binary"):
        bounds = (0.0, 1.0)
    return known._replace(encoding=encoding, classes=classes, range=bounds)


def _agrees(known: Column, given: Column, name: str) -> None:
    where = ("columns", name)
    if known.dtype is not None and given.dtype is not None and known.dtype != given.dtype:
        raise DataError(f"column `{name}` is {known.dtype}, not {given.dtype}", (*where, "dtype"))
    if known.shape is not None and given.shape is not None:
        pairs = zip(known.shape, given.shape, strict=False)
        differ = any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs)
        if differ or len(known.shape) != len(given.shape):
            shown = ", ".join(map(str, known.shape))
            raise DataError(f"an example of column `{name}` has the shape [{shown}]", (*where, "shape"))


def tell(facts: Facts, stated: Mapping[str, StatedArgs] | None) -> Facts:
    """The facts with what the spec says of columns; `DataError` for a column that is not there."""
    columns = dict(facts.columns)
    for name, args in (stated or {}).items():
        if name not in columns:
            from specgraph.diagnostics.report import did_you_mean

            _, help = did_you_mean(name, columns)
            listed = f"there are {', '.join(columns)}"
            raise DataError(
                f"there is no column `{name}`", ("columns", name), on_key=True, help=help or listed
            )
        columns[name] = told(columns[name], args, name)
    return facts._replace(columns=columns)
