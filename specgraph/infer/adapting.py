"""Layers that training adapts to data: which they are, and where values come to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.graph.order import reads
from specgraph.ir.graph import Graph, GraphNode
from specgraph.ir.training import Training
from specgraph.rows.base import LEARNT

from .budget import needed
from .walk import ModelTypes


class Site(NamedTuple):
    """A place where values come to a layer that is adapted."""

    model: str
    """The model that has the layer."""
    node: GraphNode
    """The layer; where another use of it stands at this place, the layer whose weights that one uses."""
    path: tuple[str, ...]
    """From the model that the data go into: the nodes that call models, and the node at the end."""

    @property
    def layer(self) -> tuple[str, str]:
        """Its model and its name."""
        return self.model, self.node.name


def fed_models(training: Training, graphs: Mapping[str, Graph]) -> list[str]:
    """The models that data go into in training, each once."""
    from specgraph.graph.train import fed

    return sorted({fed(one.model, one.objective, graphs).name for one in training.phases})


def is_pending(node: GraphNode) -> bool:
    """Whether a layer must be adapted before it can work."""
    argument = LEARNT.get(node.target)
    return argument is not None and node.args is not None and getattr(node.args, argument) is None


def pending(models: Mapping[str, ModelTypes], names: Collection[str]) -> list[tuple[str, GraphNode]]:
    """The layers of these models, and of those they call, that must be adapted."""
    return [
        (name, node)
        for name, model in needed(models, names).items()
        for node in model.graph.nodes.values()
        if node.shares is None and is_pending(node)
    ]


def sites(name: str, models: Mapping[str, ModelTypes], path: tuple[str, ...] = ()) -> Iterator[Site]:
    """Where values come to such layers, each after those that it depends on."""
    graph = models[name].graph
    for node in graph.nodes.values():
        here = (*path, node.name)
        if node.kind == "model":
            yield from sites(node.target, models, here)
        elif is_pending(node):
            yield Site(name, graph.nodes[node.shares] if node.shares else node, here)


def above(graph: Graph, node: GraphNode) -> set[str]:
    """The names of all nodes that a node depends on."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        names = set(reads(waiting.pop())) - seen
        seen |= names
        waiting += [graph.nodes[name] for name in names]
    return seen


def check_places(names: Collection[str], models: Mapping[str, ModelTypes], report: Report) -> None:
    """Reports layers that would be adapted to values which training then changes.

    `models` stand each after those that it calls. A model is looked at at most twice: as the data come to it,
    and behind something trained.
    """
    if not pending(models, names):
        return
    trains: dict[str, bool] = {}
    for name, model in models.items():
        trains[name] = any(_trains(node, model, trains) for node in model.graph.nodes.values())
    reached: dict[str, dict[bool, GraphNode | None]] = {name: {False: None} for name in names}
    for name, model in reversed(list(models.items())):
        for behind in reached.get(name, {}).values():
            before: dict[str, GraphNode | None] = {}
            for node in model.graph.nodes.values():
                trained = behind or next((before[one] for one in reads(node) if before.get(one)), None)
                if node.kind == "model" and node.steps and pending(models, [node.target]):
                    _say_steps(node, report)
                elif node.kind == "model":
                    reached.setdefault(node.target, {}).setdefault(trained is not None, trained)
                elif trained is not None and is_pending(node):
                    _say(model.graph.nodes[node.shares] if node.shares else node, trained, report)
                before[node.name] = trained or (node if _trains(node, model, trains) else None)


def _trains(node: GraphNode, model: ModelTypes, trains: Mapping[str, bool]) -> bool:
    """Whether training changes a weight of a node; `trains` says so of models that are called."""
    if not node.trainable:
        return False
    if node.kind == "model":
        return trains.get(node.target, False)
    return any(weight.trainable for weight in model.weights.get(node.shares or node.name, ()))


def _say(node: GraphNode, trained: GraphNode, report: Report) -> None:
    message = f"{node.target} would be adapted to what an untrained `{trained.name}` makes"
    causes = [Label(trained.key.span, "training changes its weights")]
    help = f"put it before `{trained.name}`, or give `{LEARNT[node.target]}`"
    report.via = node.via
    report.say("needs-adapt", message, node.key.span, causes=causes, help=help, layer=node.name)
    report.via = ()


def _say_steps(node: GraphNode, report: Report) -> None:
    message = f"`{node.target}` has a layer to adapt to data, which cannot be done step by step"
    help = "put the layer before TimeDistributed, or say what it would learn"
    report.via = node.via
    report.say("needs-adapt", message, node.key.span, help=help, layer=node.name)
    report.via = ()


def refuse_pending(models: Mapping[str, ModelTypes], names: Collection[str], report: Report) -> None:
    """Reports layers that only training would adapt, where a model is made without it."""
    for name, node in pending(models, names):
        message = f"`{node.name}` is adapted to data when `{name}` is trained, and no data is read here"
        help = f"`specgraph train` makes a model that is adapted; or give `{LEARNT[node.target]}`"
        report.via = node.via
        report.say("needs-adapt", message, node.key.span, help=help, layer=node.name)
    report.via = ()
