"""Data that an installed package brings, for whoever allows the package.

A package has an entry point in the group `specgraph.data`, which leads to a module with a tuple `SOURCES` of
`Source` rows, or to the tuple itself:

    [project.entry-points."specgraph.data"]
    acme = "acme_layers.data"

A source's `load` may be a generator that yields examples, each a mapping of columns to values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from specgraph.ir.training import Facts
from specgraph.spec.catalog import check_fields
from specgraph.spec.kinds import Anything, Bad, MapOf, Optional, Str
from specgraph.spec.record import Record

from .collecting import collected
from .source import DataError, Loaded, Place, Source
from .stated import Columns, stated_facts, tell


class PluginArgs(Record):
    name: Annotated[str, Str(), "The plugin, which `--plugin` must allow."]
    source: Annotated[str | None, "Which of its sources, where it has several."] = None
    arguments: Annotated[Any, Optional(MapOf(Anything())), "What the source takes."] = None
    columns: Columns = None


def _source(args: PluginArgs, place: Place) -> tuple[Source, Any]:
    """The plugin's source, and its checked arguments."""
    from specgraph.plugins import DATA, PluginError, load

    if args.name not in place.plugins:
        message = f"plugin `{args.name}` is not allowed, and its code is not run"
        raise DataError(message, ("name",), help=f"`--plugin {args.name}` allows it, where you trust it")
    try:
        rows = load(args.name, DATA, "SOURCES", ("specgraph.layers",))
    except PluginError as error:
        raise DataError(str(error), ("name",)) from None
    if not isinstance(rows, tuple | list) or not rows or not all(isinstance(row, Source) for row in rows):
        raise DataError(f"plugin `{args.name}` brings no data sources", ("name",))
    names = {row.name: row for row in rows}
    wanted = args.source or (rows[0].name if len(rows) == 1 else None)
    if wanted not in names:
        listed = f"there are {', '.join(names)}"
        if wanted is None:
            raise DataError(
                f"plugin `{args.name}` has several sources", ("name",), help=f"`source`: {listed}"
            )
        raise DataError(f"plugin `{args.name}` has no source `{wanted}`", ("source",), help=listed)
    found = names[wanted]
    try:
        return found, check_fields(found.args, args.arguments, found.name)
    except Bad as bad:
        path = ("arguments", *bad.path)
        raise DataError(bad.message, path, rule=bad.rule, help=bad.help, on_key=bad.on_key) from None


def _facts(args: PluginArgs, place: Place) -> Facts | None:
    source, given = _source(args, place)
    found = _guarded(args, lambda: source.facts(given, place))
    if found is not None:
        return tell(found, args.columns)
    return stated_facts(args.columns)


def _load(args: PluginArgs, place: Place) -> Loaded:
    source, given = _source(args, place)
    found = _guarded(args, lambda: source.load(given, place))
    if isinstance(found, Loaded):
        return found
    if isinstance(found, Iterator):
        return Loaded(_guarded(args, lambda: collected(found, place, "arguments")))
    raise DataError(f"source `{source.name}` gave {type(found).__name__}, not examples", ("name",))


def _guarded(args: PluginArgs, call: Any) -> Any:
    """What a plugin's code gives; what it raises is told as its fault."""
    try:
        return call()
    except DataError:
        raise
    except Exception as error:
        message = f"plugin `{args.name}` failed: {type(error).__name__}: {error}"
        raise DataError(message[:400], ("name",)) from error


SOURCES = (
    Source("plugin", PluginArgs, _facts, _load, "Examples that an installed package makes; see `--plugin`."),
)
