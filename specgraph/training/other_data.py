"""Data that a user has besides the spec's: a file or folder, a source in words, or arrays; fed as its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from specgraph.data.index import source as source_of
from specgraph.data.matching import match
from specgraph.data.source import DataError, Place
from specgraph.data.step_catalog import rule
from specgraph.graph.data_shapes import describe, difference, fitted
from specgraph.ir.graph import Graph
from specgraph.ir.training import Column, Facts, Feed
from specgraph.limits import Limits
from specgraph.spec.catalog import Named
from specgraph.spec.kinds import Bad

from .objective import replaced

KINDS = {".npz": "npz", ".npy": "npy", ".csv": "csv"}
"""Sources of files, by the ends of their names."""
COLORS = {1: "grayscale", 3: "rgb", 4: "rgba"}


class Other(NamedTuple):
    """Data besides the spec's, and what it feeds."""

    feed: Feed
    place: Place
    given: Any = None
    """The arrays themselves, where Python code passes them."""


def other_data(data: Any, graph: Graph, feed: Feed | None, outputs: Sequence[str], home: Place) -> Other:
    """What a user's data feed the model with; `DataError` where that is not clear, or does not fit.

    `data` is a path, the name of a source, a source with its arguments (`{csv: {file: x.csv}}`), or what
    `specgraph.training.given` takes of arrays. Columns that go where those of the spec's feed go get the
    same steps. With no `outputs`, labels need not be there. `home` is where the spec's own files lie.
    """
    limits = home.limits
    if isinstance(data, str | Path):
        source, place = _source(str(data), graph, feed, bool(outputs), limits)
        facts, given = source_of(source.name).facts(source.args, place), None
    else:
        given = _by_name(data, graph)
        source, place = _named("arrays", {"columns": {}}), Place(None, None, limits)
        facts = _facts_of(given)
    found = fitted(_fed(source, facts, graph, _ranged(feed), outputs), graph)
    _check(found, graph)
    return Other(found, place, given)


def _ranged(feed: Feed | None) -> Feed | None:
    """The spec's feed, whose steps say the range that they scale from: other data may not tell it."""
    if feed is None or not any(feed.steps.values()):
        return feed
    columns = feed.source_facts.columns if feed.source_facts is not None else {}
    return feed._replace(
        steps={name: _with_range(steps, columns.get(name)) for name, steps in feed.steps.items()}
    )


def _with_range(steps: Sequence[Named], column: Column | None) -> tuple[Named, ...]:
    found = []
    for step in steps:
        args: Any = step.args
        if step.name == "scale" and args.range is args.by is None and column is not None and column.range:
            step = step._replace(args=replaced(args, range=tuple(column.range)), alias=None)
        found.append(step)
        try:
            column = rule(step, column) if column is not None else None
        except DataError:
            column = None
    return tuple(found)


def _by_name(data: Any, graph: Graph) -> dict[str, Any]:
    """Arrays by column; one alone is the only input's, and the second of a pair the only output's."""
    from specgraph.training.given import loaded_from

    names = [*graph.inputs, *(one.node for one in graph.outputs)]
    alone = not isinstance(data, Mapping | tuple)
    known = {name: Column() for name in names} if alone or len(names) == 2 else {}
    return dict(loaded_from(data, known).train)


def _facts_of(columns: Mapping[str, Any]) -> Facts:
    def column(array: Any) -> Column:
        dtype = "string" if array.dtype.kind in "US" else str(array.dtype)
        return Column(tuple(array.shape[1:]), dtype)

    return Facts({name: column(one) for name, one in columns.items()})


def _source(
    text: str, graph: Graph, feed: Feed | None, labelled: bool, limits: Limits
) -> tuple[Named, Place]:
    path = Path(text)
    kind = "image_folder" if path.is_dir() else KINDS.get(path.suffix.lower())
    if kind is None or not (path.exists() or text.endswith(tuple(KINDS))):
        return _in_words(text, limits), Place(Path.cwd(), Path.cwd(), limits)
    try:
        folder = path.resolve().parent
    except (OSError, RuntimeError) as error:
        raise DataError(f"'{text}' cannot be used: {error}") from None
    place = Place(folder, folder, limits)
    values = _like(feed, kind)
    name = path.resolve().name
    if kind == "npy":
        if len(graph.inputs) != 1:
            raise DataError(f"the model has {len(graph.inputs)} inputs, which a .npz file can hold")
        values = {"files": {graph.inputs[0]: name}}
    elif kind == "image_folder":
        values = {**(values or _images(graph)), "folder": name}
    else:
        values = {**values, "file": name}
    if kind == "csv" and not labelled:
        values = _without_labels(values, path)
    return _named(kind, values), place


def _like(feed: Feed | None, kind: str) -> dict[str, Any]:
    """The arguments of the spec's own source, where it is of this kind; its files are others."""
    if feed is None or feed.source.name != kind:
        return {}
    return {name: value for name, value in feed.source.args.given_values() if name not in ("test", "arrays")}


def _images(graph: Graph) -> dict[str, Any]:
    """Size and colour of the images that the model takes."""
    for name in graph.inputs:
        type_ = graph.nodes[name].type
        if type_ is not None and type_.rank == 4:
            height, width, channels = type_.shape[1:]
            if isinstance(height, int) and isinstance(width, int) and channels in COLORS:
                return {"size": [height, width], "color": COLORS[int(str(channels))]}
    help = "name the size: `{image_folder: {folder: …, size: [64, 64]}}`"
    raise DataError("the model has no input for images of a known size", help=help)


def _without_labels(values: dict[str, Any], path: Path) -> dict[str, Any]:
    """The arguments for a file that may lack what is to be predicted."""
    labels = values.get("labels")
    listed = [labels] if isinstance(labels, str) else list(labels or ())
    try:
        with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
            header = file.readline(1 << 16)
    except OSError as error:
        raise DataError(f"cannot read '{path}': {error.strerror or error}") from None
    words = [one.strip().strip('"') for one in header.rstrip("\r\n").split(values.get("delimiter", ","))]
    there = [name for name in listed if name in words]
    return {name: value for name, value in values.items() if name not in ("labels", "categories")} | (
        {"separate": [*values.get("separate", ()), *there]} if there else {}
    )


def _named(kind: str, values: Mapping[str, Any]) -> Named:
    return Named(kind, source_of(kind).args.checked(dict(values)), None, "sources")


def _in_words(text: str, limits: Limits) -> Named:
    """A source by its name, or with its arguments."""
    from specgraph.data.index import SOURCES
    from specgraph.source import Source, SourceError, read
    from specgraph.spec.catalog import OneOf

    try:
        value = read(Source(text, "<data>"), limits).data()
        found: Named = OneOf("a data source", lambda: SOURCES).check(value)
    except SourceError as error:
        raise DataError(f"'{text}' is no file, and no data source: {error}") from None
    except Bad as bad:
        where = "".join(f"`{one}`: " for one in bad.path)
        raise DataError(f"'{text}' is no file, and as a data source it {where}{bad.message}") from None
    return found


def _fed(source: Named, facts: Facts | None, graph: Graph, feed: Feed | None, outputs: Sequence[str]) -> Feed:
    """Columns for the inputs and outputs, those of the spec's feed where they are there."""
    if facts is None:
        raise DataError(f"what `{source.name}` holds is known only once it is loaded", help="name a file")
    columns = facts.columns
    inputs, targets = (
        {name: column for name, column in (side if feed else {}).items() if column in columns}
        for side in ((feed.inputs, feed.targets) if feed else ({}, {}))
    )
    targets = {name: column for name, column in targets.items() if name in outputs}
    labels = [name for name in facts.labels if name not in inputs.values()]
    found = match(columns, labels, graph.inputs, outputs, inputs, targets)
    for name in (*found.open_inputs, *found.open_targets):
        listed = ", ".join(describe(*one) for one in list(columns.items())[:20])
        what = "input" if name in found.open_inputs else "output"
        raise DataError(f"it is not clear which column is for {what} `{name}`: the data has {listed}")
    steps = (
        _steps(found.inputs, feed.inputs, feed) | _steps(found.targets, feed.targets, feed) if feed else {}
    )
    stepped = _stepped(facts, steps)
    return Feed(source, found.inputs, found.targets, steps, None, stepped, graph.section, facts)


def _steps(mine: Mapping[str, str], its: Mapping[str, str], feed: Feed) -> dict[str, tuple[Any, ...]]:
    """What is done to columns, as to those that went to the same places."""
    return {column: feed.steps[its[name]] for name, column in mine.items() if its.get(name) in feed.steps}


def _stepped(facts: Facts, steps: Mapping[str, tuple[Any, ...]]) -> Facts:
    """The columns after their steps."""
    columns = dict(facts.columns)
    for name, listed in steps.items():
        made: Column = columns[name]
        for step in listed:
            try:
                made = rule(step, made)
            except DataError as error:
                message = f"column `{name}`: step `{step.name}`: {error.message}"
                raise DataError(message, help=error.help) from None
        columns[name] = made
    return facts._replace(columns=columns)


def _check(feed: Feed, graph: Graph) -> None:
    """`DataError` for a column of another shape or dtype than its input has."""
    sizes: dict[str, tuple[int, str]] = {}
    for name, column in feed.inputs.items():
        assert feed.facts is not None
        wrong = difference(feed.facts.columns[column], graph.nodes[name], sizes)
        if wrong is not None:
            raise DataError(f"input `{name}`: {wrong[0]}", help=wrong[1])
