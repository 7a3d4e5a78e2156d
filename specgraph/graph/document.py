"""The models of a spec, in the order in which they use each other."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph
from specgraph.limits import Limits
from specgraph.resolve.blocks import Block, Home
from specgraph.resolve.unreached import Reach
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar

from .build import Builder
from .dims import read_dims
from .modules import Module, Section
from .sections import MODEL
from .steps import AROUND, HELD, check_sharing

if TYPE_CHECKING:
    from specgraph.data.source import Place
    from specgraph.ir.training import Training


class Document(NamedTuple):
    """A spec's name and models; `graphs` has each model after those it calls, imported ones too."""

    name: str
    graphs: dict[str, Graph]
    doc: str = ""
    several: bool = False
    """Whether the file has a `models:` section, even of one."""
    own: tuple[str, ...] = ()
    """The models that the file itself has."""
    training: Training | None = None
    """The `train` section, where there is one and nothing in it is at fault."""


def read_document(
    module: Module,
    sections: Mapping[str, Section],
    report: Report,
    limits: Limits,
    root: str | os.PathLike[str] | None = None,
    plugins: Collection[str] = (),
    place: Place | None = None,
) -> Document:
    """The graphs of a file's models, and of all that they call."""
    facts = module.root.get("dims")
    dims = read_dims(module.substitution.apply(facts) if facts is not None else None, report)
    wanted = _wanted(module.own, sections)
    graphs: dict[str, Graph] = {}
    used = 0
    reach = Reach()
    for name in _order(wanted):
        section = sections[name]
        builder = Builder(name, graphs, section.home, section.params, report, limits, dims, used, reach)
        graphs[name] = builder.build(_resolved(section))
        used += len(graphs[name].nodes) - len(graphs[name].inputs)
    _check_calls(graphs, report, limits)
    check_sharing(graphs, report)
    if module.home.blocks or reach.dead():
        from .left_out import check_left_out

        check_left_out(module, sections, reach, report, limits)
    for key in dims.unused():
        message = f"no input has a dim `{key.value}`"
        report.say("unused-param", message, key.span, severity="warning")
    training = None
    if "train" in module.root.entries:
        from specgraph.data.source import Place

        place = place or Place.of(module.root.source.path, root, limits, plugins)
        training = _training(module, graphs, report, place)
    return Document(module.name, graphs, module.doc, module.several, tuple(module.own), training)


def _training(module: Module, graphs: dict[str, Graph], report: Report, place: Place) -> Training | None:
    from .train import read_train

    node = module.substitution.apply(module.root.entries["train"][1])
    own = [name for name in module.own if name in graphs]
    return read_train(node, graphs, own, report, place) if own else None


def _check_calls(graphs: Mapping[str, Graph], report: Report, limits: Limits) -> None:
    """Reports models whose calls of others, each of which Keras runs through, come to too many layers."""
    sizes: dict[str, int] = {}
    for name, graph in graphs.items():
        called = [node for node in graph.nodes.values() if node.kind == "model"]
        own = len(graph.nodes) - len(graph.inputs) - len(called)
        size = own + sum(sizes.get(node.target, 1) for node in called)
        if size > limits.layers and called:
            message = f"with the models that it calls, `{name}` has more than {limits.layers:,} layers"
            help = "the limit is named `layers`; a trusted file may raise it"
            report.say("limit", message, called[0].key.span, help=help)
        sizes[name] = min(size, limits.layers)


def _resolved(section: Section) -> MapNode:
    """A model's section with its params replaced, but for `layers`, whose blocks have params of their own."""
    node = section.node
    entries = {
        name: (key, value if name in ("doc", "name", "layers") else section.params.apply(value))
        for name, (key, value) in node.entries.items()
        if name in MODEL
    }
    return MapNode(node.source, node.start, node.end, entries, node.flow)


def _wanted(own: list[str], sections: Mapping[str, Section]) -> dict[str, set[str]]:
    """Each model that is needed, with those that it calls."""
    calls: dict[str, set[str]] = {}
    waiting = list(reversed(own))
    while waiting:
        name = waiting.pop()
        if name not in calls:
            calls[name] = _called(sections[name]) & sections.keys()
            waiting += sorted(calls[name])
    return {name: calls[name] for name in sections if name in calls}


def _order(calls: Mapping[str, set[str]]) -> list[str]:
    """Models after those they call; models in a cycle come last, and `Builder` says so."""
    waiting = {name: set(called) for name, called in calls.items()}
    callers: dict[str, list[str]] = {}
    for name, called in waiting.items():
        for other in called:
            callers.setdefault(other, []).append(name)
    order = [name for name, called in waiting.items() if not called]
    for name in order:  # grows as it is walked
        for caller in callers.get(name, ()):
            waiting[caller].remove(name)
            if not waiting[caller]:
                order.append(caller)
    return [*order, *(name for name, called in waiting.items() if called)]


def _called(section: Section) -> set[str]:
    """The models that a model's items name, those in the blocks that it uses among them."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[tuple[Node | None, Home]] = [(section.node.get("layers"), section.home)]
    while waiting:
        layers, home = waiting.pop()
        for key in _keys(layers):
            if key in home.models:
                found.add(home.models[key])
            block: Block | None = home.blocks.get(key)
            if block is not None and id(block) not in seen:
                seen.add(id(block))
                waiting.append((block.layers, block.home))
    return found


def _keys(node: Node | None) -> Iterator[str]:
    """The keys of the items of a list, and of the lists within them."""
    waiting = list(node.items) if isinstance(node, ListNode) else []
    while waiting:
        item = waiting.pop()
        if isinstance(item, Scalar):
            yield str(item.value)
        elif isinstance(item, ListNode):
            waiting += item.items
        else:
            yield from item.entries
            around = item.get(AROUND)
            held = around.get(HELD) if isinstance(around, MapNode) else None
            if isinstance(held, Scalar):
                yield str(held.value)
            waiting += [value for _, value in item if not isinstance(value, Scalar)]
