"""T11. An Embedding is asked for rows that it does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import GraphNode, Ref
from specgraph.rows.ids import ids_of
from specgraph.source.text import Span

from .activation import nested
from .mend import fixed, write

if TYPE_CHECKING:
    from specgraph.ir.training import Feed, Phase

_SAME = frozenset(
    ["Reshape", "Flatten", "Permute", "Identity", "RepeatVector", "ops.reshape", "ops.expand_dims",
     "ops.squeeze", "ops.transpose", "ops.cast", "ops.ravel", "Concatenate", "ops.get_item", "ops.slice"]
)  # fmt: skip
DEEP = 50


class Ids(NamedTuple):
    """What integers come, and where the spec says so."""

    low: float
    high: float
    span: Span
    words: str


Call: TypeAlias = "tuple[str, int, tuple[tuple[str, Ids], ...]]"
"""A model, what feeds it, and the ids that it is called with, by input."""


def check(models: Mapping[str, ModelTypes], phases: Sequence[Phase], report: Report) -> None:
    """Every Embedding of every model whose ids are known, called models included, with all data it is fed."""
    seen: set[Call] = set()
    for name, model in models.items():
        feeds = {id(phase.feed): phase.feed for phase in phases if phase.model == name}
        for feed in feeds.values() or [None]:
            _check(model, {}, feed, report, seen)


def _check(
    model: ModelTypes, given: Mapping[str, Ids], feed: Feed | None, report: Report, seen: set[Call]
) -> None:
    known = (model.graph.name, id(feed), tuple(given.items()))
    if known in seen:
        return
    seen.add(known)
    flow = _Flow(model, given, feed)
    for node in model.graph.nodes.values():
        if node.kind == "model":
            inner = model.layers_weights[node.target]
            found = [flow.ids(ref) for ref in node.inputs]
            pairs = zip(inner.graph.inputs, found, strict=False)
            _check(inner, {name: one for name, one in pairs if one is not None}, None, report, seen)
            continue
        path, args = nested(node)
        rows = getattr(args, "input_dim", None) if "Embedding" in _kind(node) else None
        if rows is None or getattr(args, "reverse", False) or not node.inputs:
            continue
        ids = flow.ids(node.inputs[0])
        if ids is not None and (ids.high >= rows or ids.low < 0):
            _say(node, path, rows, ids, report)


def _kind(node: GraphNode) -> str:
    """The layer, or the innermost that a wrapper holds."""
    target: str = node.target
    args: Any = node.args
    while hasattr(args, "layer") and hasattr(args.layer, "row"):
        target, args = args.layer.row.name, args.layer.args
    return target if target in ("Embedding", "ReversibleEmbedding") else ""


class _Flow:
    """The integers in a model that is called with some ids, or fed."""

    def __init__(self, model: ModelTypes, given: Mapping[str, Ids], feed: Feed | None) -> None:
        self.model = model
        self.given = given
        self.feed = feed
        self.known: dict[tuple[str, int], Ids | None] = {}
        """By output, so that each is asked once."""

    def ids(self, ref: Ref, far: int = DEEP) -> Ids | None:
        """The integers that an output may hold; None where nothing says."""
        key = (ref.node, ref.output)
        if key not in self.known:
            self.known[key] = self._ids(self.model.graph.nodes[ref.node], far)
        return self.known[key]

    def _ids(self, node: GraphNode, far: int) -> Ids | None:
        if node.kind == "input":
            return self._declared(node) or self.given.get(node.name)
        count = ids_of(node.target, node.args)
        if count is not None:
            return Ids(0, count - 1, node.key.span, f"gives ids from 0 to {count - 1}")
        if node.target not in _SAME or not far:
            return None
        found = [one for one in (self.ids(ref, far - 1) for ref in node.inputs[:8]) if one is not None]
        return max(found, key=lambda one: one.high) if found else None

    def _declared(self, node: GraphNode) -> Ids | None:
        if node.range is not None:
            low, high = node.range
            value = node.item.get("range") if hasattr(node.item, "get") else None
            span = (value or node.item).span
            return Ids(low, high, span, f"`{node.name}` has ids from {low:g} to {high:g}")
        column = self.feed.fed(node.name) if self.feed is not None else None
        if column is None or self.feed is None:
            return None
        range_ = column.range
        if range_ is None and column.encoding == "index" and column.classes is not None:
            range_ = (0.0, column.classes - 1.0)
        if range_ is None:
            return None
        words = f"`{node.name}` gets ids from {range_[0]:g} to {range_[1]:g}"
        return Ids(*range_, self.feed.node.span, words)


def _say(node: GraphNode, path: tuple[str, ...], rows: int, ids: Ids, report: Report) -> None:
    if ids.low < 0:
        message = f"ids begin at {ids.low:g}, an Embedding has rows from 0"
        help = "shift the ids so that they begin at 0"
        fix = None
    else:
        need = int(ids.high) + 1
        message = f"ids go to {ids.high:g}, `{node.name}` has {rows} rows, for 0 to {rows - 1}"
        help = f"`input_dim: {need}`"
        fix = fixed(f"set `input_dim: {need}`", write(node, (*path, "input_dim"), need), safe=True)
    place = node.argument("input_dim") or node.key
    report.via = node.via
    report.say(
        "embedding-range", message, place.span, causes=[Label(ids.span, ids.words)], help=help, fix=fix,
        layer=node.name,
    )  # fmt: skip
    report.via = ()
