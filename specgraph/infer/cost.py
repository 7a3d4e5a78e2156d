"""What a model costs: parameters, multiplications, bytes; symbolic where sizes are open."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from specgraph.ir.dim import Dim, product

from .budget import BYTES, weight_bytes
from .walk import ModelTypes


class Cost(NamedTuple):
    """Of one model; `flops` and `activation_bytes` are for one example.

    `flops` counts two operations, a multiplication and an addition, for each product with a kernel and of
    tensors with each other; what works value by value does not count (see `rows.work`). `activation_bytes`
    are those of all tensors between layers, as training keeps them.
    """

    parameters: int
    trainable: int
    flops: Dim
    weight_bytes: int
    activation_bytes: Dim
    layers: int


def cost(model: ModelTypes) -> Cost:
    """The cost of a sound model; one that it calls twice works twice, and has its weights once."""
    trainable, frozen = model.parameters()
    flops, activations, layers = _run(model)
    return Cost(trainable + frozen, trainable, flops, _bytes(model, set()), activations, layers)


def _run(model: ModelTypes) -> tuple[Dim, Dim, int]:
    flops: Dim = 0
    activations: Dim = 0
    layers = 0
    for name, node in model.graph.nodes.items():
        made = [one.truth for one in model.types.get(name, ())]
        if node.kind == "model":
            inner = _run(model.layers_weights[node.target])
            if node.steps:
                [ref] = node.inputs
                times = product(model.types[ref.node][ref.output].shape[1 : 1 + node.steps])
                inner = (inner[0] * times, inner[1] * times, inner[2])
            flops, activations, layers = flops + inner[0], activations + inner[1], layers + inner[2]
            continue
        for one in made:
            activations = activations + product(one.shape[1:]) * BYTES.get(one.dtype, 4)
        if node.kind == "layer" and node.args is not None:
            layers += 1
            inputs = [model.types[ref.node][ref.output].truth for ref in node.inputs]
            weights = model.weights.get(node.shares or name, [])
            flops = flops + node.row.work(node.args, inputs, made, weights) * 2
    return flops, activations, layers


def _bytes(model: ModelTypes, seen: set[str]) -> int:
    total = sum(weight_bytes(one) for weights in model.weights.values() for one in weights)
    for node in model.graph.nodes.values():
        if node.kind == "model" and node.target not in seen:
            seen.add(node.target)
            total += _bytes(model.layers_weights[node.target], seen)
    return total


def parameters_of(model: ModelTypes, name: str) -> int:
    """The values of a layer's own weights."""
    return sum(prod(one.shape) for one in model.weights.get(name, ()))
