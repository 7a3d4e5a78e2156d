"""Some nodes of a graph as a model that the others call, once or twice: it changes nothing of what comes out.

What is said of the flat graph, which is held against Keras by itself, must be said of the nested one, and
Keras must build it as it builds the flat one.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from specgraph.analysis import Analysis, analyze
from specgraph.diagnostics.edits import format_value
from specgraph.ir.tensor import TensorType

from .graph_oracle import (
    Built,
    Difference,
    Stopped,
    build_node,
    needs_values,
    of_the_whole,
    ours,
    tensor_of,
)
from .graphs import Graph, Node, Ref, input_line, item_line, known_types, reads, sayable
from .oracle import Refusal, Tensor, open_shape, without_values
from .source import Source

CALL, AGAIN = "called", "again"


class Nesting(NamedTuple):
    """The parts of a graph that is nested; refs across the border are those of the parts."""

    inputs: dict[str, Ref]
    """Of the inner model: what it is called with."""
    types: dict[str, TensorType]
    inside: tuple[Node, ...]
    gives: list[Ref]
    """The inner model's outputs, as the flat graph names them."""
    before: tuple[Node, ...]
    after: tuple[Node, ...]
    outputs: list[Ref]
    """Of the outer model."""
    again: bool
    """Whether the model is called once more, with the same."""

    def call(self, name: str, i: int) -> Ref:
        """An output of a call."""
        return Ref(name, i if len(self.gives) > 1 else None)


def window(source: Source, graph: Graph) -> frozenset[str]:
    """The names of some nodes in a row."""
    first = source.integer(0, len(graph.nodes) - 1)
    last = source.integer(first, len(graph.nodes) - 1)
    return frozenset(node.name for node in graph.nodes[first : last + 1])


def nest(graph: Graph, names: frozenset[str], again: bool = False) -> Nesting | None:
    """These nodes as a model; None where they are none, share others' weights, or get what no input is."""
    inside = [node for node in graph.nodes if node.name in names]
    outside = [node for node in graph.nodes if node.name not in names]
    if not inside or any(_parted(node, names) for node in graph.nodes):
        return None
    late: set[str] = set()
    for node in graph.nodes:
        after = node.shares in late or any(ref.node in names or ref.node in late for ref in reads(node))
        if after and node.name not in names:
            late.add(node.name)
    if any(ref.node in late for node in inside for ref in reads(node)):
        return None
    known = known_types(graph)
    given = list(dict.fromkeys(ref for node in inside for ref in reads(node) if ref.node not in names))
    types = [known[ref.node][ref.output or 0] for ref in given if ref.node in known]
    batches = {one.shape[0] for one in graph.inputs.values()}
    if len(types) < len(given) or not all(_enters(one, batches) for one in types):
        return None
    last = [_first(ref, known) for ref in graph.outputs()]
    used = dict.fromkeys(ref for node in outside for ref in reads(node) if ref.node in names)
    gives = [*used, *(ref for ref in last if ref.node in names and ref not in used)]
    inner = {ref: Ref(f"y{i}") for i, ref in enumerate(given)}
    outer = {ref: Ref(CALL, i if len(gives) > 1 else None) for i, ref in enumerate(gives)}
    return Nesting(
        {one.node: ref for ref, one in inner.items()},
        dict(zip((one.node for one in inner.values()), types, strict=True)),
        tuple(_moved(node, inner) for node in inside),
        gives,
        tuple(node for node in outside if node.name not in late),
        tuple(_moved(node, outer) for node in outside if node.name in late),
        [outer.get(ref, ref) for ref in last],
        again,
    )


def _parted(node: Node, names: frozenset[str]) -> bool:
    return node.shares is not None and (node.shares in names) != (node.name in names)


def _enters(type_: TensorType, batches: set[Any]) -> bool:
    """Whether an input of a model may have this type."""
    return type_.real is None and type_.rank > 0 and type_.shape[0] in batches and sayable(type_)


def _first(ref: Ref, known: Mapping[str, tuple[TensorType, ...]]) -> Ref:
    return Ref(ref.node, 0) if len(known.get(ref.node, ())) > 1 and ref.output is None else ref


def _moved(node: Node, to: Mapping[Ref, Ref]) -> Node:
    ports = {name: tuple(to.get(ref, ref) for ref in refs) for name, refs in node.ports.items()}
    return node._replace(reads=tuple(to.get(ref, ref) for ref in node.reads), ports=ports)


def spec(graph: Graph, nesting: Nesting) -> str:
    """The nested graph as a spec."""
    call = [str(ref) for ref in nesting.inputs.values()]
    names = [CALL, AGAIN] if nesting.again else [CALL]
    calls = [f"inner: {format_value({'name': name, 'from': call})}" for name in names]
    outputs = [*nesting.outputs]
    if nesting.again:
        outputs += [nesting.call(AGAIN, i) for i in range(len(nesting.gives))]
    items = [*map(item_line, nesting.before), *calls, *map(item_line, nesting.after)]
    lines = ["specgraph: 1", "models:"]
    lines += _model("inner", nesting.types, map(item_line, nesting.inside), nesting.gives)
    lines += _model("outer", graph.inputs, items, outputs)
    return "\n".join(lines) + "\n"


def _model(name: str, inputs: Mapping[str, TensorType], items: Any, outputs: list[Ref]) -> Iterator[str]:
    yield f"  {name}:"
    yield "    inputs:"
    yield from (f"      {input_line(one, type_)}" for one, type_ in inputs.items())
    yield "    layers:"
    yield from (f"      - {item}" for item in items)
    yield f"    outputs: {format_value([str(ref) for ref in outputs])}"


def compare_nested(graph: Graph, names: frozenset[str], again: bool = False) -> Difference | None:
    """Whether what we say of the nested graph is what we say of the flat one, and what Keras builds."""
    nesting = nest(graph, names, again)
    if nesting is None:
        return None
    mine = ours(graph)
    if isinstance(mine, dict) and not analyze(graph.spec()).ok:
        return None  # for a reason that no node tells by itself
    analysis = analyze(spec(graph, nesting))
    errors = [one for one in analysis.diagnostics if one.severity == "error"]
    if isinstance(mine, tuple):
        return None if errors else Difference("lenient", mine[0].name, f"nested, it is accepted: {mine[2]}")
    if any(map(of_the_whole, errors)):
        return None
    if errors:
        return Difference("strict", str(errors[0].layer), f"nested, validate says: {errors[0].message}")
    theirs = _declared(graph, nesting)
    if isinstance(theirs, Stopped):
        return Difference("lenient", theirs.node, f"nested, Keras says: {theirs.refusal}")
    return _differs(analysis, mine, theirs)


def _differs(
    analysis: Analysis, mine: Mapping[str, tuple[TensorType, ...]], theirs: Built
) -> Difference | None:
    for model in analysis.all_models.values():
        for name, types in model.types.items():
            said = [(str(one), one.dtype) for one in types]
            if name in mine and said != [(str(one), one.dtype) for one in mine[name]]:
                return Difference("differs", name, f"nested, validate says {said}")
            keras = [tuple(one) for one in theirs.tensors.get(name, ())]
            if keras and keras != [(open_shape(one), one.dtype) for one in types]:
                return Difference("differs", name, f"nested, we say {said}, Keras {keras}")
    count = sum(analysis.all_models["outer"].parameters())
    if count != theirs.parameters:
        return Difference("differs", "", f"nested, {count} parameters, Keras has {theirs.parameters}")
    return None


def _declared(graph: Graph, nesting: Nesting) -> Built | Stopped:
    """What Keras makes of the nested graph, without values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with without_values():
            found = _tried(graph, nesting)
        return _tried(graph, nesting) if needs_values(found) else found


def _tried(graph: Graph, nesting: Nesting) -> Built | Stopped:
    try:
        return _built(graph, nesting)
    except Exception as error:  # whatever Keras raises is its refusal
        return Stopped("", Refusal(type(error).__name__, str(error)))


def _built(graph: Graph, nesting: Nesting) -> Built:
    import keras

    layers: dict[str, Any] = {}
    inside = _inputs(nesting.types)
    for node in nesting.inside:
        inside[node.name] = build_node(node, inside, layers)
    inner = keras.Model(
        [inside[name][0] for name in nesting.inputs],
        [inside[ref.node][ref.output or 0] for ref in nesting.gives],
    )
    made = _inputs(graph.inputs)
    for node in nesting.before:
        made[node.name] = build_node(node, made, layers)
    given = [made[ref.node][ref.output or 0] for ref in nesting.inputs.values()]
    for name in (CALL, AGAIN) if nesting.again else (CALL,):
        made[name] = keras.tree.flatten(inner(given if len(given) > 1 else given[0]))
    for node in nesting.after:
        made[node.name] = build_node(node, made, layers)
    keras.Model(
        [made[name][0] for name in graph.inputs], [made[ref.node][ref.output or 0] for ref in nesting.outputs]
    )
    count = sum(int(np.prod(one.shape)) for layer in layers.values() for one in layer.weights)
    said: dict[str, tuple[Tensor, ...]] = {
        name: tuple(map(tensor_of, tensors)) for name, tensors in {**inside, **made}.items()
    }
    return Built(said, count, inner)


def _inputs(types: Mapping[str, TensorType]) -> dict[str, list[Any]]:
    import keras

    found = {}
    for name, type_ in types.items():
        batch, *shape = open_shape(type_)
        found[name] = [keras.Input(shape, batch_size=batch, dtype=type_.dtype, name=name)]
    return found
