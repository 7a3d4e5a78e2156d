"""T11. An Embedding is asked for rows that it does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import GraphNode, Ref
from specgraph.ir.training import Phase
from specgraph.source.text import Span

from .activation import nested
from .mend import fixed, write

_SAME = frozenset(
    ["Reshape", "Flatten", "Permute", "Identity", "RepeatVector", "ops.reshape", "ops.expand_dims",
     "ops.squeeze", "ops.transpose", "ops.cast", "ops.ravel", "Concatenate", "ops.get_item", "ops.slice"]
)  # fmt: skip
_HASHES = frozenset(["Hashing", "HashedCrossing"])
DEEP = 50


class Ids(NamedTuple):
    """What integers come, and where the spec says so."""

    low: float
    high: float
    span: Span
    words: str


def check(models: Mapping[str, ModelTypes], phases: Mapping[str, Phase], report: Report) -> None:
    """Every Embedding of every model whose ids are known, called models included."""
    for name, model in models.items():
        _check(model, {}, phases.get(name), report, set())


def _check(
    model: ModelTypes,
    given: Mapping[str, Ids],
    phase: Phase | None,
    report: Report,
    seen: set[tuple[str, tuple[Ids, ...]]],
) -> None:
    known = (model.graph.name, tuple(given.values()))
    if known in seen:
        return
    seen.add(known)
    for node in model.graph.nodes.values():
        if node.kind == "model":
            inner = model.layers_weights[node.target]
            found = [_ids(model, ref, given, phase) for ref in node.inputs]
            pairs = zip(inner.graph.inputs, found, strict=False)
            _check(inner, {name: one for name, one in pairs if one is not None}, None, report, seen)
            continue
        path, args = nested(node)
        rows = getattr(args, "input_dim", None) if "Embedding" in _kind(node) else None
        if rows is None or getattr(args, "reverse", False) or not node.inputs:
            continue
        ids = _ids(model, node.inputs[0], given, phase)
        if ids is not None and (ids.high >= rows or ids.low < 0):
            _say(node, path, rows, ids, report)


def _kind(node: GraphNode) -> str:
    """The layer, or the innermost that a wrapper holds."""
    target: str = node.target
    args: Any = node.args
    while hasattr(args, "layer") and hasattr(args.layer, "row"):
        target, args = args.layer.row.name, args.layer.args
    return target if target in ("Embedding", "ReversibleEmbedding") else ""


def _ids(model: ModelTypes, ref: Ref, given: Mapping[str, Ids], phase: Phase | None) -> Ids | None:
    """The integers that an output may hold; None where nothing says."""
    for _ in range(DEEP):
        node = model.graph.nodes[ref.node]
        if node.kind == "input":
            return _declared(node, phase) or given.get(node.name)
        count = _numbers(node)
        if count is not None:
            return Ids(0, count - 1, node.key.span, f"gives ids from 0 to {count - 1}")
        if node.target not in _SAME or not node.inputs:
            return None
        if len(node.inputs) > 1:
            parts = [_ids(model, one, given, phase) for one in node.inputs[:8]]
            found = [one for one in parts if one is not None]
            return max(found, key=lambda one: one.high) if found else None
        ref = node.inputs[0]
    return None


def _declared(node: GraphNode, phase: Phase | None) -> Ids | None:
    if node.range is not None:
        low, high = node.range
        value = node.item.get("range") if hasattr(node.item, "get") else None
        span = (value or node.item).span
        return Ids(low, high, span, f"`{node.name}` has ids from {low:g} to {high:g}")
    column = phase.feed.fed(node.name) if phase is not None and phase.feed is not None else None
    if column is None or phase is None or phase.feed is None:
        return None
    range_ = column.range
    if range_ is None and column.encoding == "index" and column.classes is not None:
        range_ = (0.0, column.classes - 1.0)
    if range_ is None:
        return None
    words = f"`{node.name}` gets ids from {range_[0]:g} to {range_[1]:g}"
    return Ids(*range_, phase.feed.node.span, words)


def _numbers(node: GraphNode) -> int | None:
    """How many numbers a layer gives out that turns things into ids."""
    args: Any = node.args
    if getattr(args, "output_mode", None) != "int":
        return None
    if node.target in _HASHES:
        return int(args.num_bins)
    if node.target == "Discretization":
        return len(args.bin_boundaries) + 1 if args.bin_boundaries else args.num_bins
    if node.target in ("StringLookup", "IntegerLookup", "TextVectorization"):
        if args.vocabulary:
            outside = getattr(args, "num_oov_indices", 1)
            masked = 1 if getattr(args, "mask_token", "") is not None else 0
            return len(args.vocabulary) + outside + masked
        return int(args.max_tokens) if args.max_tokens else None
    return None


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
