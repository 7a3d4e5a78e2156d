"""Layers that training adapts to data: which they are, and where values come to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph, GraphNode
from specgraph.ir.training import Training

from .budget import needed
from .walk import ModelTypes

LEARNT = {
    "Normalization": "mean",
    "Discretization": "bin_boundaries",
    "IntegerLookup": "vocabulary",
    "StringLookup": "vocabulary",
    "TextVectorization": "vocabulary",
}
"""Layers with `adapt`, and the argument that stands for what it finds."""


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


def within(names: Iterable[str], graphs: Mapping[str, Graph]) -> set[str]:
    """These models and all that they call."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in graphs:
            found.add(name)
            waiting += [node.target for node in graphs[name].nodes.values() if node.kind == "model"]
    return found


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


def above(graph: Graph, node: GraphNode) -> Iterator[GraphNode]:
    """All nodes that a node depends on."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        for ref in (*one.inputs, *(ref for refs in one.ports.values() for ref in refs)):
            if ref.node not in seen:
                seen.add(ref.node)
                waiting.append(graph.nodes[ref.node])
                yield graph.nodes[ref.node]


def check_adapted(names: Iterable[str], models: Mapping[str, ModelTypes], report: Report) -> None:
    """Reports layers that would be adapted to values which training then changes."""
    for name in names:
        for site in sites(name, models):
            inner = name
            for part in site.path:
                model = models[inner]
                here = model.graph.nodes[part]
                trained = next((one for one in above(model.graph, here) if _trains(one, model)), None)
                if trained is not None:
                    node = site.node
                    message = f"{node.target} would be adapted to what an untrained `{trained.name}` makes"
                    causes = [Label(trained.key.span, "training changes its weights")]
                    help = f"put it before `{trained.name}`, or give `{LEARNT[node.target]}`"
                    report.via = node.via
                    report.say(
                        "needs-adapt", message, node.key.span, causes=causes, help=help, layer=node.name
                    )
                    report.via = ()
                    break
                inner = here.target


def _trains(node: GraphNode, model: ModelTypes) -> bool:
    if not node.trainable:
        return False
    if node.kind == "model":
        inner = model.layers_weights[node.target]
        return any(_trains(one, inner) for one in inner.graph.nodes.values())
    owner = node.shares or node.name
    return any(weight.trainable for weight in model.weights.get(owner, ()))


def refuse_pending(models: Mapping[str, ModelTypes], names: Collection[str], report: Report) -> None:
    """Reports layers that only training would adapt, where a model is made without it."""
    for name, node in pending(models, names):
        message = f"`{node.name}` is adapted to data when `{name}` is trained, and no data is read here"
        help = f"`specgraph train` makes a model that is adapted; or give `{LEARNT[node.target]}`"
        report.via = node.via
        report.say("needs-adapt", message, node.key.span, help=help, layer=node.name)
    report.via = ()
