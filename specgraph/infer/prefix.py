"""The part of a model that a phase of training need not compute again in each epoch, known without Keras.

It is frozen, the same in training as in inference, and fed straight from data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from specgraph.applications.base import Application
from specgraph.ir.dim import Dim
from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Layer, Weight

from .selection import Key
from .steady import unsteady
from .walk import ModelTypes

SHALLOW, DEEP = 1, 2
"""What comes straight from data without weights, or through frozen ones."""
Frozen = Callable[[Key], bool]
"""Whether the weights of a layer are frozen."""


class Prefix(NamedTuple):
    """The steady beginning of a model."""

    layers: int
    """How many there are in it, those inside networks counted one by one."""
    work: Dim
    """Multiplications of one example in it."""
    all_work: Dim
    """Multiplications of one example in the whole model."""
    stops: tuple[str, ...] = ()
    """Why it goes no further: where the first reason stands is where it ends."""

    def pays(self) -> bool:
        """Whether a step takes noticeably less without it; what is trained works thrice, there and back."""
        head, whole = (one if isinstance(one, int) else None for one in (self.work, self.all_work))
        return head is None or whole is None or head > 0.05 * (3 * (whole - head) + head)


def prefix(model: ModelTypes, frozen: Frozen) -> Prefix:
    """The prefix of a sound model; one of no layers where nothing with weights is frozen first."""
    run = _Run(model, frozen)
    run.model(model, [SHALLOW] * len(model.graph.inputs), ())
    return Prefix(run.layers, run.work, run.all_work, tuple(run.stops))


class _Run:
    """A walk over a model and all that it calls."""

    def __init__(self, model: ModelTypes, frozen: Frozen) -> None:
        self.frozen = frozen
        self.layers = 0
        self.work: Dim = 0
        self.all_work: Dim = 0
        self.stops: list[str] = []

    def model(self, model: ModelTypes, inputs: list[int], path: tuple[str, ...]) -> list[int]:
        """The states of a model's outputs, 0 for what changes, from those of its inputs."""
        states: dict[str, list[int]] = {}
        given = dict(zip(model.graph.inputs, inputs, strict=True))
        for name, node in model.graph.nodes.items():
            refs = [*node.inputs, *(ref for port in node.ports.values() for ref in port)]
            above = [states[ref.node][ref.output] for ref in refs]
            here = (*path, node.shares or name)
            if node.kind == "input":
                states[name] = [given[name]]
            elif node.kind == "model" and node.steps:
                states[name] = self._each_step(model.layers_weights[node.target], above, (*path, node.target))
            elif node.kind == "model":
                states[name] = self.model(model.layers_weights[node.target], above, (*path, node.target))
            elif isinstance(node.row, Application):
                states[name] = [self._network(model, node, above[0], here)]
            else:
                states[name] = self._layer(model, node, above, here)
        return [states[ref.node][ref.output] for ref in model.graph.outputs]

    def _each_step(self, model: ModelTypes, inputs: list[int], path: tuple[str, ...]) -> list[int]:
        """A model within TimeDistributed, which is known as a whole or not at all."""
        before = self.layers, self.work
        states = self.model(model, inputs, path)
        if not all(states):
            self.layers, self.work = before
        return states

    def _layer(
        self, model: ModelTypes, node: GraphNode, above: list[int], path: tuple[str, ...]
    ) -> list[int]:
        made = [one.truth for one in model.types[node.name]]
        inputs = [model.types[ref.node][ref.output].truth for ref in node.inputs]
        weights = model.weights.get(node.shares or node.name, [])
        work = node.row.work(node.args, inputs, made, weights)
        key = (model.graph.name, node.shares or node.name, "")
        state = self._one(node.row, node.args, weights, above, work, path, key)
        batch = all(one.rank and not isinstance(one.batch, int) for one in made)
        return [state if batch else 0] * len(made)

    def _network(self, model: ModelTypes, node: GraphNode, above: int, path: tuple[str, ...]) -> int:
        """The layers inside a network, as if they were the model's own."""
        ref = node.inputs[0]
        net = node.row.inside(node.args, model.types[ref.node][ref.output].declared, node.dtype)
        states = {net.image: above}
        for inner in net.nodes.values():
            if inner.made is not None:
                row, args, weights = inner.made.row, inner.made.args, inner.made.weights
                work = row.work(args, [one.type for one in inner.inputs], [inner.type], weights)
                up = [states[one] for one in inner.inputs]
                key = (model.graph.name, node.shares or node.name, inner.name)
                states[inner] = self._one(row, args, weights, up, work, (*path, inner.name), key)
        return states[net.output]

    def _one(
        self,
        row: Layer[Any],
        args: Any,
        weights: Iterable[Weight],
        above: list[int],
        work: Dim,
        path: tuple[str, ...],
        key: Key,
    ) -> int:
        weights = list(weights)
        self.all_work = self.all_work + work
        if not above or not all(above):
            return 0
        still = self.frozen(key)
        why = unsteady(row, args, still)
        if why is None and not still and any(one.trainable for one in weights):
            why = "is trained"
        if why is not None:
            self.stops.append(f"`{'/'.join(path)}` {why}")
            return 0
        if DEEP not in above and not weights:
            return SHALLOW
        self.layers += 1
        self.work = self.work + work
        return DEEP
