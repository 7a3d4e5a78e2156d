"""What a phase does not train: set before it, and checked after it not to have moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from specgraph.infer.selection import Chosen, Leaf

from .checkpoint import as_numpy
from .errors import TrainError

if TYPE_CHECKING:
    import keras


class Layers:
    """The Keras layers of a file's models, and which of them the spec itself lets train."""

    def __init__(self, models: Mapping[str, keras.Model]) -> None:
        self.models = dict(models)
        self._own: list[tuple[Any, bool]] = [
            (one, one.trainable) for one in _all(models.values()) if hasattr(one, "trainable")
        ]
        self._trainable = {id(one): flag for one, flag in self._own}
        self._inside: dict[tuple[str, str], dict[str, Any]] = {}

    def __getitem__(self, leaf: Leaf) -> Any:
        """The Keras layer; an op without weights may have none."""
        model, node, inner = leaf.key
        found = self.models[model].get_layer(node)
        if not inner:
            return found
        where = (model, node)
        if where not in self._inside:
            self._inside[where] = {one.name: one for one in found._flatten_layers(include_self=False)}
        return self._inside[where][inner]

    def set(self, chosen: Chosen) -> None:
        """Lets train what the phase has chosen, and nothing else of the models that it is about."""
        for one, flag in self._own:
            one.trainable = flag
        for leaf in chosen.unique():
            if leaf.key in chosen.trained:
                for outer in self._around(leaf):
                    if not outer.trainable:
                        _open(outer)
        for leaf in chosen.unique():
            layer = self._layer(leaf)
            if layer is None:
                continue
            if leaf.key not in chosen.trained:
                layer.trainable = False
            elif leaf.key in chosen.asked and not self._trainable[id(layer)]:
                layer.trainable = True
            else:
                for inner in layer._flatten_layers():
                    inner.trainable = self._trainable.get(id(inner), True)

    def _around(self, leaf: Leaf) -> Iterator[Any]:
        """The models and networks that a layer is within, outermost first."""
        model, node, inner = leaf.key
        yield self.models[model]
        if inner:
            network = self.models[model].get_layer(node)
            yield network
            target = self[leaf]
            for one in network._flatten_layers(include_self=False):
                if any(each is target for each in one._flatten_layers(include_self=False)):
                    yield one

    def _layer(self, leaf: Leaf) -> Any:
        """The layer if it can be frozen: those with weights, and those that are layers of Keras at all."""
        try:
            found = self[leaf]
        except ValueError:  # an op, whose operation has another name, if it is an operation at all
            return None
        return found if hasattr(found, "_flatten_layers") else None

    def frozen(self, chosen: Chosen) -> dict[str, list[Any]]:
        """The variables that a phase may not change, by the path of their layer."""
        found: dict[str, list[Any]] = {}
        for leaf in chosen.unique():
            layer = None if leaf.key in chosen.trained else self._layer(leaf)
            if layer is not None and layer.weights:
                states = {id(one) for one in _states(layer)}
                found[leaf.name] = [one for one in layer.weights if id(one) not in states]
        return found


def _open(layer: Any) -> None:
    """Lets a container train, without what it holds."""
    held = [(one, one.trainable) for one in layer._flatten_layers(include_self=False)]
    layer.trainable = True
    for one, flag in held:
        one.trainable = flag


def _all(models: Any) -> Iterator[Any]:
    """Every layer, those that hold others before these."""
    seen: set[int] = set()
    for model in models:
        waiting = [model]
        while waiting:
            one = waiting.pop(0)
            if id(one) not in seen:
                seen.add(id(one))
                yield one
                waiting += one._flatten_layers(include_self=False, recursive=False)


def _states(layer: Any) -> Iterator[Any]:
    """What stateful recurrent layers remember of the batch before, which is no weight."""
    import keras

    for one in layer._flatten_layers():
        yield from keras.tree.flatten(getattr(one, "states", None) or [])


class Seal:
    """Digests of variables that may not change."""

    def __init__(self, variables: Mapping[str, list[Any]]) -> None:
        self._variables = dict(variables)
        self._before = {name: [_digest(one) for one in held] for name, held in self._variables.items()}

    def check(self, phase: str) -> None:
        """`TrainError` if any has changed, were it by a bit."""
        for name, held in self._variables.items():
            for one, before in zip(held, self._before[name], strict=True):
                if _digest(one) != before:
                    message = f"phase `{phase}` changed {one.path}, although `{name}` is frozen"
                    help = "a layer that changes its weights by itself cannot be frozen; let it train"
                    raise TrainError(message, help=help)


def _digest(variable: Any) -> bytes:
    import numpy as np

    array = np.ascontiguousarray(as_numpy(variable))
    return blake2b(array.view(np.uint8).data if array.ndim else array.tobytes(), digest_size=16).digest()
