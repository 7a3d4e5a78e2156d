"""Values of arguments by kind: legal ones, often those at a boundary, and ones just outside.

A value is plain data, as a spec says it: lists and one-key mappings, no records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeAlias

from specgraph.layers import LAYERS
from specgraph.layers.conv import PerAxisOrNull
from specgraph.layers.nested import LayerKind
from specgraph.ops.slicing import Index
from specgraph.rows.base import Layer
from specgraph.rows.constants import Scalar, Tensor
from specgraph.spec.catalog import Entry, OneOf
from specgraph.spec.kinds import (
    Anything,
    Bad,
    Bool,
    Choice,
    Either,
    Int,
    Kind,
    ListOf,
    MapOf,
    NameIn,
    Number,
    Optional,
    PerAxis,
    Str,
)
from specgraph.spec.record import Field, Record

from .source import Source

Pick: TypeAlias = Callable[[Source], Any]

SPAN = 5
"""How far above the least value an int is drawn; large ones make large weights."""
_NUMBERS = (0, 1, 0.5, 0.1, 2, 0.25, 1e-3, 0.99, 10, -0.5, -1, -3.25)


def legal(kind: Kind) -> Pick:
    """A function that draws values which the kind takes; TypeError for a kind not known here."""
    for cls in type(kind).__mro__:
        if cls in _LEGAL:
            return _LEGAL[cls](kind)
    raise TypeError(f"no values are known for {type(kind).__name__}; add it to specgraph.testing.values")


def near_misses(kind: Kind) -> list[Any]:
    """Values that the kind refuses, each one step from a legal one."""
    for cls in type(kind).__mro__:
        if cls in _NEAR:
            return [value for value in _NEAR[cls](kind) if not takes(kind, value)]
    return []


def takes(kind: Kind, value: Any) -> bool:
    """Whether the kind takes the value."""
    try:
        kind.check(value)
    except Bad:
        return False
    return True


def fields_of(fields: Iterable[Field], most: int) -> Pick:
    """Draws the required fields and up to `most` of the others, as a mapping."""
    required = [(field.name, legal(field.kind)) for field in fields if field.required]
    others = [(field.name, legal(field.kind)) for field in fields if not field.required]

    def pick(source: Source) -> dict[str, Any]:
        return {name: draw(source) for name, draw in (*required, *source.some(others, most))}

    return pick


def _int(kind: Int) -> Pick:
    low, high = _span(kind)
    ends = [] if kind.maximum is None or kind.maximum <= high else [kind.maximum]

    def pick(source: Source) -> int:
        return source.choice(ends) if ends and source.chance(8) else source.integer(low, high)

    return pick


def _span(kind: Int) -> tuple[int, int]:
    if kind.minimum is None:
        high = 3 if kind.maximum is None else kind.maximum
        return high - SPAN, high
    high = kind.minimum + SPAN
    return kind.minimum, high if kind.maximum is None else min(high, kind.maximum)


def _number(kind: Number) -> Pick:
    ends = [end for end in (kind.minimum, kind.maximum) if end is not None]
    inside = [kind.above + 1e-3] if kind.above is not None else []
    inside += [kind.below - 1e-3] if kind.below is not None else []
    options = [one for one in (*_NUMBERS, *ends, *inside) if takes(kind, one)]
    return lambda source: source.choice(options)


def _choice(kind: Choice) -> Pick:
    return lambda source: source.choice(kind.values)


def _name_in(kind: NameIn) -> Pick:
    return lambda source: source.choice(kind.names())


def _optional(kind: Optional) -> Pick:
    inner = legal(kind.kind)
    return lambda source: None if source.chance(4) else inner(source)


def _list(kind: ListOf) -> Pick:
    item = legal(kind.item)
    most = kind.least + 2 if kind.most is None else min(kind.most, kind.least + 2)
    return lambda source: [item(source) for _ in range(source.integer(kind.least, most))]


def _either(kind: Either) -> Pick:
    picks = [legal(one) for one in kind.kinds]
    return lambda source: source.choice(picks)(source)


def _map(kind: MapOf) -> Pick:
    item = legal(kind.item)
    return lambda source: {name: item(source) for name in source.some(("a", "b", "c"), 2)}


def _per_axis(kind: PerAxis) -> Pick:
    """Small windows: they are to fit small inputs, and their product is a weight's size."""
    low = kind.item.minimum or 0
    axes = kind.axes or 1

    def pick(source: Source) -> Any:
        if source.chance(3):
            return [source.integer(low, low + 2) for _ in range(axes)]
        return source.integer(low, low + 2)

    return pick


def _per_axis_or_null(kind: PerAxisOrNull) -> Pick:
    inner = _per_axis(kind)
    return lambda source: None if source.chance(6) else inner(source)


def _one_of(kind: OneOf) -> Pick:
    """Entries with no required argument by one of their names too."""
    made: dict[str, Pick] = {}

    def pick(source: Source) -> Any:
        entry = source.choice(kind.catalog().entries)
        if entry.name not in made:
            made[entry.name] = _entry(entry)
        return made[entry.name](source)

    return pick


def _entry(entry: Entry) -> Pick:
    args = fields_of(entry.args.fields().values(), 2)
    names = (entry.name, *entry.aliases)
    bare = not any(field.required for field in entry.args.fields().values())

    def pick(source: Source) -> Any:
        name = source.choice(names)
        return name if bare and not source.chance(2) else {name: args(source)}

    return pick


_PARTS = (0, -1, 1, ":", "1:", ":-1", "::2", "::-1", "-2:", ":2", "...", None)


def _index(kind: Index) -> Pick:
    """Mostly of all examples, and at most once `...`."""

    def pick(source: Source) -> Any:
        if source.chance(6):
            return source.choice(_PARTS)
        parts = [source.choice(_PARTS) for _ in range(source.integer(0, 3))]
        tail = [part for i, part in enumerate(parts) if part != "..." or "..." not in parts[:i]]
        return [":" if not source.chance(6) else source.choice((0, "1:", None)), *tail]

    return pick


def _layer(kind: LayerKind) -> Pick:
    """Any layer that the kind takes and that holds none itself; hints choose one that fits."""

    def pick(source: Source) -> Any:
        row = source.choice(nestable(kind))
        return {row.name: fields_of(row.fields().values(), 2)(source)}

    return pick


def nestable(kind: LayerKind) -> Sequence[Layer[Any]]:
    """The rows that a nested layer may be of, those that nest a layer left out."""
    key = (type(kind), kind.having, kind.only, kind.cells)
    if key not in _nestable:
        _nestable[key] = [row for row in LAYERS.values() if _fits(kind, row)]
    return _nestable[key]


_nestable: dict[tuple[Any, ...], Sequence[Layer[Any]]] = {}


_PREPARING = ("image_", "audio", "categories", "lookups", "pipeline", "statistics")


def prepares_data(row: Layer[Any]) -> bool:
    """Whether a row is of the families that come before a model: slow to run, and choosy of their input."""
    return LAYERS.homes.get(row.name, "").rpartition(".")[2].startswith(_PREPARING)


def _fits(kind: LayerKind, row: Layer[Any]) -> bool:
    if prepares_data(row) or row.keras_name != row.name or row.inputs != (1, 1) or holds_layers(row.args):
        return False
    return takes(kind, {row.name: fields_of(row.fields().values(), 0)(Source(lambda low, high: low))})


def holds_layers(args: type[Record]) -> bool:
    """Whether an argument is a layer."""
    return any(_names_layers(field.kind) for field in args.fields().values())


def _names_layers(kind: Kind) -> bool:
    inner = [kind.kind] if isinstance(kind, Optional) else [kind.item] if isinstance(kind, ListOf) else []
    return isinstance(kind, LayerKind) or any(map(_names_layers, inner))


_LEGAL: dict[type[Kind], Callable[[Any], Pick]] = {
    Anything: lambda kind: lambda source: source.choice((0, 1.5, True, "a", None)),
    Bool: lambda kind: lambda source: source.choice((False, True)),
    Choice: _choice,
    Either: _either,
    Index: _index,
    Int: _int,
    LayerKind: _layer,
    ListOf: _list,
    MapOf: _map,
    NameIn: _name_in,
    Number: _number,
    OneOf: _one_of,
    Optional: _optional,
    PerAxis: _per_axis,
    Scalar: lambda kind: lambda source: source.choice((0, 1, 0.5, -2, 3)),
    Tensor: lambda kind: lambda source: source.choice((1, 0.5, True, [1, 2], [[0.5], [2.0]])),
    PerAxisOrNull: _per_axis_or_null,
    Str: lambda kind: lambda source: source.choice(("a", "b_1", "été")),
}


def _near_int(kind: Int) -> list[Any]:
    ends = [kind.minimum - 1] if kind.minimum is not None else []
    ends += [kind.maximum + 1] if kind.maximum is not None else []
    some = kind.minimum if kind.minimum is not None else kind.maximum or 0
    return [*ends, some + 0.5, float(some), str(some), True, None]


def _near_number(kind: Number) -> list[Any]:
    ends = [end for end in (kind.above, kind.below) if end is not None]
    ends += [kind.minimum - 1e-3, kind.minimum - 1] if kind.minimum is not None else []
    ends += [kind.maximum + 1e-3, kind.maximum + 1] if kind.maximum is not None else []
    return [*ends, float("nan"), float("inf"), "0.5", True, None]


def _near_choice(kind: Choice) -> list[Any]:
    words = [one for one in kind.values if isinstance(one, str)]
    return [*(word + "s" for word in words[:2]), *(word.upper() for word in words[:1]), 0, True, None]


def _near_name(kind: NameIn) -> list[Any]:
    name = kind.names()[0]
    return [name + "s", name[:-1], 1, None]


def _near_list(kind: ListOf) -> list[Any]:
    filled = list(islice(_fill(kind.item), max(kind.least, 1)))
    short = [filled[1:]] if kind.least else []
    long = [list(islice(_fill(kind.item), kind.most + 1))] if kind.most is not None else []
    return [*short, *long, *([one, *filled[1:]] for one in near_misses(kind.item)), *filled[:1], None]


def _fill(kind: Kind) -> Iterable[Any]:
    """Legal values, the simplest of the kind over and over."""
    pick = legal(kind)
    while True:
        yield pick(Source(lambda low, high: low))


def _near_either(kind: Either) -> list[Any]:
    return [value for one in kind.kinds for value in near_misses(one)]


def _near_per_axis(kind: PerAxis) -> list[Any]:
    items = ListOf(kind.item, least=kind.axes or 1, most=kind.axes)
    return [*_near_int(kind.item), *_near_list(items)]


def _near_one_of(kind: OneOf) -> list[Any]:
    entry = kind.catalog().entries[0]
    return [entry.name + "s", {entry.name: {"no_such": 1}}, {entry.name + "s": {}}, 1, {}]


_NEAR: dict[type[Kind], Callable[[Any], list[Any]]] = {
    Bool: lambda kind: [0, 1, "true", None],
    Choice: _near_choice,
    Either: _near_either,
    Index: lambda kind: ["1", "1:2:3:4", "::0", 0.5, True, ["...", "..."], {}],
    Int: _near_int,
    LayerKind: lambda kind: ["Denses", {"Lambda": {}}, {"Dense": {"unit": 1}}, 1, {}],
    ListOf: _near_list,
    MapOf: lambda kind: [{"a": value} for value in near_misses(kind.item)] + [[], 1],
    NameIn: _near_name,
    Number: _near_number,
    OneOf: _near_one_of,
    Optional: lambda kind: near_misses(kind.kind),
    PerAxis: _near_per_axis,
    Scalar: lambda kind: ["1", True, None],
    Tensor: lambda kind: ["1", [[1], 2], [True, 1], []],
    Str: lambda kind: [1, True, None],
}
