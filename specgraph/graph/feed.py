"""A data section read: its source asked what it holds, its columns given to inputs and outputs."""

from __future__ import annotations

from specgraph.data.source import DataError, Place
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph
from specgraph.ir.training import Facts, Feed
from specgraph.source.nodes import MapNode, Node
from specgraph.spec.catalog import Named
from specgraph.spec.kinds import Bad

from .items import say_bad
from .train_settings import DataArgs


def read_feed(
    args: DataArgs, node: Node, model: Graph, objective: Named, report: Report, place: Place
) -> Feed | None:
    """What feeds the model; None, with a diagnostic, where that is not clear."""
    from specgraph.data.index import BY_NAME

    inner = node.get("source") if isinstance(node, MapNode) else None
    where = inner if inner is not None else node
    source = BY_NAME[args.source.name]
    try:
        facts = source.facts(args.source.args, place)
    except DataError as error:
        path = (args.source.name, *error.path) if isinstance(where, MapNode) else ()
        bad = Bad(error.message, path, rule=error.rule, help=error.help)
        say_bad(bad, where, "the data", report, None)
        return None
    inputs = dict(args.inputs or {})
    targets = dict(args.targets or {})
    return Feed(args.source, inputs, targets, dict(args.steps or {}), args.take, facts, where)


__all__ = ("Facts", "read_feed")
