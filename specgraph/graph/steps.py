"""TimeDistributed around a model of the file: a call of it on each step, and no layer that holds one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph, GraphNode
from specgraph.source.nodes import MapNode, Node, Scalar
from specgraph.source.text import Span

from .items import COMMON, check_arguments

AROUND = "TimeDistributed"
HELD = "layer"


class Held(NamedTuple):
    """A model within TimeDistributed, or within several."""

    key: Scalar
    """Where the model is named."""
    arguments: list[tuple[Scalar, Node]]
    """What is said of it there, and should be nothing."""
    steps: int
    """How many are around it, each of which takes an axis."""


def held_model(body: Node | None, models: Mapping[str, str]) -> Held | None:
    """The model that the arguments of TimeDistributed name; None if it holds a layer, or nothing sound."""
    steps = 1
    while isinstance(body, MapNode):
        held = body.get(HELD)
        if isinstance(held, Scalar):
            return Held(held, [], steps) if held.value in models else None
        if not isinstance(held, MapNode) or len(held.entries) != 1:
            return None
        [(key, value)] = held
        if key.value in models:
            return Held(key, list(value) if isinstance(value, MapNode) else [], steps)
        body = (
            value if key.value == AROUND and isinstance(value, MapNode) and len(value.entries) == 1 else None
        )
        steps += 1
    return None


def check_call(
    held: Held | None,
    entries: Iterable[tuple[Scalar, Node]],
    target: object,
    owner: Span,
    report: Report,
    layer: str | None,
) -> bool:
    """Whether a call of a model has no arguments, but those of every layer; if it has, they are reported."""
    what = f"model `{target}`"
    said = [(what, entries, COMMON)]
    if held is not None:
        said = [(AROUND, entries, (*COMMON, HELD)), (what, held.arguments, ())]
    checked = [check_arguments({}, given, name, owner, report, layer, skip) for name, given, skip in said]
    return None not in checked


def check_sharing(graphs: Mapping[str, Graph], report: Report) -> None:
    """Reports models that TimeDistributed holds while something else calls them in the same model.

    Keras saves a model once for each that holds it, and loads as many, not one that they share. `graphs`
    stand each after those that it calls.
    """
    if not any(node.steps for graph in graphs.values() for node in graph.nodes.values()):
        return
    uses: dict[str, dict[str, dict[Holder, GraphNode]]] = {}
    said: set[str] = set()
    for name, graph in graphs.items():
        mine = uses[name] = _uses(graph, uses)
        for target, holders in mine.items():
            if target not in said and len(holders) > 1 and any(one.layer for one in holders):
                said.add(target)
                _say(target, list(holders.values()), report)


class Holder(NamedTuple):
    """What calls a model: a graph itself, or a layer of it."""

    graph: str
    layer: str | None


def _uses(
    graph: Graph, uses: Mapping[str, Mapping[str, Mapping[Holder, GraphNode]]]
) -> dict[str, dict[Holder, GraphNode]]:
    """For each model that a graph or those below it call, what calls it, with the node in this graph."""
    found: dict[str, dict[Holder, GraphNode]] = {}
    for node in graph.nodes.values():
        if node.kind != "model":
            continue
        layer = (node.shares or node.name) if node.steps else None
        found.setdefault(node.target, {}).setdefault(Holder(graph.name, layer), node)
        for target, holders in uses.get(node.target, {}).items():
            for holder in holders:
                found.setdefault(target, {}).setdefault(holder, node)
    return found


def _say(target: str, nodes: Sequence[GraphNode], report: Report) -> None:
    first, second = nodes[:2]
    message = f"`{first.name}` and `{second.name}` share `{target}`, which Keras would not once it is saved"
    causes = [Label(first.key.span, "one use of it")]
    help = "use the same TimeDistributed again, by `reuse`, or make the steps examples, by `ops.reshape`"
    report.via = second.via
    report.say("fails-when-run", message, second.key.span, causes=causes, help=help, layer=second.name)
    report.via = ()
