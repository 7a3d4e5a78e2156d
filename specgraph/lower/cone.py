"""The part of a model that makes what comes into one of its layers."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from specgraph.infer.adapting import above
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import Graph, Ref

from .build import lower

if TYPE_CHECKING:
    import keras


def lower_above(models: Mapping[str, ModelTypes], name: str, path: Sequence[str]) -> keras.Model:
    """A model from the inputs of the model `name` to the first input of the layer at the end of `path`.

    `path` names the nodes that call further models, and then the layer. Weights are new ones, or pretrained.
    """
    whole = _key(0)
    return lower({**models, **_parts(models, name, path, 0)}, [whole])[whole]


def _parts(
    models: Mapping[str, ModelTypes], name: str, path: Sequence[str], depth: int
) -> dict[str, ModelTypes]:
    """What is needed of the models along the path, the innermost first."""
    graph = models[name].graph
    end = graph.nodes[path[0]]
    kept = {*graph.inputs, *above(graph, end)}
    nodes = {key: node for key, node in graph.nodes.items() if key in kept}
    output, inner = end.inputs[0], {}
    if len(path) > 1:
        inner = _parts(models, end.target, path[1:], depth + 1)
        nodes[end.name] = call = copy.copy(end)
        call.target = _key(depth + 1)
        output = Ref(end.name)
    part = Graph(f"above_{depth}", nodes, graph.inputs, [output], None, graph.section)
    return {**inner, _key(depth): models[name]._replace(graph=part)}


def _key(depth: int) -> str:
    """A name that no model of a file has."""
    return f"above {depth}"
