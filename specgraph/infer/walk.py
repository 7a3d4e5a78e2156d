"""Walks a graph in order and asks each row for the types it makes.

A node that fails poisons what reads it: those nodes get no types, and nothing more is said of them.
"""

from __future__ import annotations

from typing import NamedTuple

from specgraph.diagnostics.report import Report
from specgraph.ir.compare import equal
from specgraph.ir.graph import Graph, GraphNode, Ref
from specgraph.ir.tensor import TensorType
from specgraph.layers import LAYERS
from specgraph.layers.apply import apply, weights
from specgraph.layers.base import Condition, Reject, Weight, conditions

from .causes import explain


class ModelTypes(NamedTuple):
    """What is inferred of one model: types and weights by node, and which outputs it has."""

    graph: Graph
    types: dict[str, tuple[TensorType, ...]]
    weights: dict[str, list[Weight]]
    outputs: tuple[TensorType, ...] | None
    """None where an output could not be inferred."""
    layers_weights: dict[str, ModelTypes]
    """The models of the file that this one calls, by name."""

    def parameters(self) -> tuple[int, int]:
        """(trainable, non-trainable) parameter counts; a model called twice counts once."""
        return _count(self, set(), True)


def _count(model: ModelTypes, seen: set[str], trainable: bool) -> tuple[int, int]:
    train = frozen = 0
    for name, node in model.graph.nodes.items():
        if node.kind == "model":
            if node.target not in seen:
                seen.add(node.target)
                inner = _count(model.layers_weights[node.target], seen, trainable and node.trainable)
                train, frozen = train + inner[0], frozen + inner[1]
            continue
        for weight in model.weights.get(name, ()):
            size = 1
            for dim in weight.shape:
                size *= dim
            if weight.trainable and node.trainable and trainable:
                train += size
            else:
                frozen += size
    return train, frozen


class Walk:
    """The inference of one model."""

    def __init__(self, graph: Graph, models: dict[str, ModelTypes], report: Report) -> None:
        self.graph = graph
        self.models = models
        self.report = report
        self.types: dict[str, tuple[TensorType, ...]] = {}
        self.weights: dict[str, list[Weight]] = {}

    def run(self) -> ModelTypes:
        for node in self.graph.nodes.values():
            self._node(node)
        outputs = [self._resolve(ref, None) for ref in self.graph.outputs]
        found = tuple(one for one in outputs if one is not None)
        whole = found if found and len(found) == len(outputs) else None
        return ModelTypes(self.graph, self.types, self.weights, whole, self.models)

    def _node(self, node: GraphNode) -> None:
        if node.kind == "input":
            if node.type is not None:
                self.types[node.name] = (node.type,)
            return
        if node.kind == "layer" and node.args is None:
            return
        inputs = [self._resolve(ref, node) for ref in node.inputs]
        known = [one for one in inputs if one is not None]
        if len(known) != len(inputs) or (not inputs and not self.graph.sound):
            return
        found: list[Condition] = []
        token = conditions.set(found)
        try:
            made = self._apply(node, known)
        except Reject as reject:
            explain(reject, node, self, self.report)
        else:
            if made is not None:
                self.types[node.name] = made
        finally:
            conditions.reset(token)
        for condition in found:
            explain(condition.reject, node, self, self.report, condition.verdict)

    def _apply(self, node: GraphNode, inputs: list[TensorType]) -> tuple[TensorType, ...] | None:
        if node.kind == "model":
            return self._call(node, inputs)
        row = LAYERS[node.target]
        assert node.args is not None
        ports = {}
        for port, refs in node.ports.items():
            types = [self._resolve(ref, node) for ref in refs]
            ports[port] = tuple(one for one in types if one is not None)
            if len(ports[port]) != len(types):
                return None
        made = apply(row, node.args, inputs, node.dtype, ports)
        self.weights[node.name] = weights(row, node.args, inputs, node.dtype)
        return made

    def _call(self, node: GraphNode, inputs: list[TensorType]) -> tuple[TensorType, ...] | None:
        model = self.models.get(node.target)
        if model is None or model.outputs is None:
            return None
        wanted = [model.types[name][0] for name in model.graph.inputs if name in model.types]
        if len(inputs) != len(wanted):
            message = f"model `{node.target}` takes {len(wanted)} inputs, it is given {len(inputs)}"
            raise Reject("merge-arity", message)
        for i, (given, want) in enumerate(zip(inputs, wanted, strict=True)):
            pairs = list(zip(given.shape[1:], want.shape[1:], strict=False))
            if given.rank != want.rank or any(equal(a, b).kind == "never" for a, b in pairs):
                message = f"model `{node.target}` takes {want}, it is given {given}"
                raise Reject("shared-weights-shape", message, input=i)
        return model.outputs

    def _resolve(self, ref: Ref, node: GraphNode | None) -> TensorType | None:
        types = self.types.get(ref.node)
        if types is None:
            return None
        if ref.output >= len(types) or (len(types) > 1 and not ref.explicit):
            self._say_output(ref, node, len(types))
            return None
        return types[ref.output]

    def _say_output(self, ref: Ref, node: GraphNode | None, count: int) -> None:
        place = ref.span or (node.key.span if node is not None else self.graph.nodes[ref.node].key.span)
        if count == 1:
            message = f"`{ref.node}` has one output, there is no `{ref.node}.{ref.output}`"
        elif ref.explicit:
            message = f"`{ref.node}` has {count} outputs, from `{ref.node}.0` to `{ref.node}.{count - 1}`"
        else:
            message = f"`{ref.node}` has {count} outputs; one must be chosen"
        help = f"`from: {ref.node}.0` is the first" if count > 1 else f"write `{ref.node}`"
        self.report.say("multi-output-misuse", message, place, help=help, layer=node.name if node else None)


def infer(graph: Graph, models: dict[str, ModelTypes], report: Report) -> ModelTypes:
    """The types and weights of every node that can be inferred; faults go to the report."""
    return Walk(graph, models, report).run()
