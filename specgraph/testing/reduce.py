"""A failing graph made small: what does not lead to the failure goes, as long as it still fails.

In turn: only the nodes that the failing one depends on; an input in the place of what a node gives; a node
left out, its readers reading what it reads; arguments left to their defaults; named dims made numbers; the
batch left open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.spec.kinds import Bad

from .graphs import Graph, Node, Ref, changed, reads, sayable, types
from .hints.hint import BATCH

Fails = Callable[[Graph], bool]
SIZE = 8
"""What named dims become."""


def reduce_graph(graph: Graph, fails: Fails, node: str | None = None) -> Graph:
    """The smallest graph that was found which still fails; `node` is where the failure shows, if known."""
    if node is not None:
        cone = _cone(graph, {node})
        if cone is not None and fails(cone):
            graph = cone
    while True:
        size = _size(graph)
        smaller = next((one for one in _smaller(graph) if _size(one) < size and _still(one, fails)), None)
        if smaller is None:
            return graph
        graph = smaller


def _size(graph: Graph) -> tuple[int, ...]:
    """What goes down with every step, so that there is a last: nodes, what they say, sizes, inputs."""
    said = sum(len(node.values) + (node.policy is not None) for node in graph.nodes)
    open_sizes = sum(not isinstance(dim, int) for one in graph.inputs.values() for dim in one.shape[1:])
    fixed = sum(isinstance(one.shape[0], int) for one in graph.inputs.values())
    return len(graph.nodes), said, open_sizes, len(graph.inputs), fixed


def _still(graph: Graph, fails: Fails) -> bool:
    try:
        return bool(graph.nodes) and fails(graph)
    except Exception:
        return False


def _smaller(graph: Graph) -> Iterator[Graph]:
    yield from _without_outputs(graph)
    yield from _cut(graph)
    yield from _bypassed(graph)
    yield from _plainer(graph)
    yield from _closed(graph)
    yield from _of_any_batch(graph)


def _cone(graph: Graph, wanted: set[str]) -> Graph | None:
    """The nodes that some nodes depend on, those among them, and the inputs that these read."""
    needed = set(wanted)
    for node in reversed(graph.nodes):
        if node.name in needed:
            needed.update(ref.node for ref in reads(node))
            if node.shares is not None:
                needed.add(node.shares)
    nodes = tuple(node for node in graph.nodes if node.name in needed)
    inputs = {name: one for name, one in graph.inputs.items() if name in needed}
    return Graph(inputs, nodes) if nodes and inputs else None


def _without_outputs(graph: Graph) -> Iterator[Graph]:
    """One output less, and what only it needs."""
    outputs = [ref.node for ref in graph.outputs()]
    for name in outputs if len(outputs) > 1 else ():
        cone = _cone(graph, set(outputs) - {name})
        if cone is not None:
            yield cone


def _cut(graph: Graph) -> Iterator[Graph]:
    """An input in the place of a node, so that all before it goes; the last nodes first."""
    try:
        known = types(graph)
    except (Bad, Reject):
        return
    for node in reversed(graph.nodes[:-1]):
        if len(known[node.name]) != 1 or any(one.shares == node.name for one in graph.nodes):
            continue
        made = known[node.name][0]
        batches = {one.shape[0] for one in graph.inputs.values()}
        if made.real is not None or made.rank < 1 or made.shape[0] not in batches or not sayable(made):
            continue
        inputs = {**graph.inputs, node.name: TensorType(made.shape, made.dtype)}
        rest = Graph(inputs, tuple(one for one in graph.nodes if one.name != node.name))
        cone = _cone(rest, {ref.node for ref in rest.outputs()})
        if cone is not None:
            yield cone


def _bypassed(graph: Graph) -> Iterator[Graph]:
    """A node left out, its readers reading what it reads."""
    for node in graph.nodes:
        if (
            len(node.reads) == 1
            and not node.ports
            and not any(one.shares == node.name for one in graph.nodes)
        ):
            source = node.reads[0]
            rest = tuple(_rewired(one, node.name, source) for one in graph.nodes if one is not node)
            yield Graph(graph.inputs, rest)


def _rewired(node: Node, before: str, after: Ref) -> Node:
    def moved(ref: Ref) -> Ref:
        return after if ref.node == before else ref

    ports = {name: tuple(map(moved, refs)) for name, refs in node.ports.items()}
    return node._replace(reads=tuple(map(moved, node.reads)), ports=ports)


def _plainer(graph: Graph) -> Iterator[Graph]:
    """One argument less, or a policy less."""
    for node in graph.nodes:
        fields = node.row.fields()
        for name in node.values:
            if name in fields and not fields[name].required:
                values = {key: value for key, value in node.values.items() if key != name}
                yield changed(graph, node, values=values)
        if node.policy is not None:
            yield changed(graph, node, policy=None)


def _closed(graph: Graph) -> Iterator[Graph]:
    """An input without named dims."""
    for name, type_ in graph.inputs.items():
        shape = (type_.shape[0], *(dim if isinstance(dim, int) else SIZE for dim in type_.shape[1:]))
        if shape != type_.shape:
            yield Graph({**graph.inputs, name: TensorType(shape, type_.dtype)}, graph.nodes)


def _of_any_batch(graph: Graph) -> Iterator[Graph]:
    """The inputs without a fixed batch."""
    inputs = {name: one.with_shape(BATCH, *one.shape[1:]) for name, one in graph.inputs.items()}
    if inputs != graph.inputs:
        yield Graph(inputs, graph.nodes)
