"""A row and its arguments -> a Keras layer."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from specgraph.infer.networks import unwrapped
from specgraph.rows.base import Layer
from specgraph.spec.record import Record

from .values import arguments


def on_each_step(layer: Any, times: int, name: str | None, policy: str | None = None) -> Any:
    """The layer or model within so many TimeDistributed, the outermost of this name."""
    import keras

    for i in range(times, 0, -1):
        layer = keras.layers.TimeDistributed(layer, dtype=policy, name=name if i == 1 else None)
    return layer


def make_layer(
    row: Layer[Any],
    args: Record,
    shape: tuple[int | None, ...],
    *,
    policy: str | None = None,
    weights: str | None = None,
    name: str | None = None,
) -> Any:
    """The layer, not yet called.

    `shape` is the first input's, without the batch axis, and `weights` is a file, `imagenet` or None;
    applications alone need the two, and what holds one. Nested layers get the policy too.
    """
    import keras

    network, inside, depth = unwrapped(row, args)
    if depth and network.keras_name.startswith("applications."):
        made = make_layer(network, inside, shape[depth:], policy=policy, weights=weights)
        return on_each_step(made, depth, name, policy)
    given = arguments(args, but=row.call, policy=policy)
    if row.keras_name.startswith("applications."):
        from .applications import application

        given["weights"] = weights
        return application(row.keras_name, given, shape, name or row.name.lower(), policy)
    if name is not None:
        given["name"] = name
    if policy is not None:
        given["dtype"] = policy
    if row.keras_class is not None:
        module, _, cls = row.keras_class.partition(":")
        return getattr(import_module(module), cls)(**given)
    if row.keras_name.startswith("specgraph."):
        from .own import OWN

        return OWN[row.name](**given)
    if row.name == "Equalization":  # it declares the very tensor that it gets, which no graph can hold
        outer = {"name": given.pop("name")} if "name" in given else {}
        return keras.layers.Pipeline([keras.layers.Equalization(**given)], **outer)
    return getattr(keras.layers, row.keras_name)(**given)
