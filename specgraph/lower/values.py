"""Checked argument values -> what Keras's constructors take."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from specgraph.rows.constants import Constant
from specgraph.spec.catalog import Named

BY_OUTPUT = ("accuracy", "acc")
"""Metrics that Keras chooses by the shape of the output, so that the name itself goes to it."""


def to_keras(value: Any, policy: str | None = None) -> Any:
    """Named things become objects of their Keras class, nested layers become layers with this policy."""
    import keras

    if isinstance(value, Named):
        return _named(value)
    if isinstance(value, Constant):
        return constant(value)
    if hasattr(value, "row") and hasattr(value, "args"):
        given = arguments(value.args, policy=policy)
        if policy is not None and "dtype" in value.row.common:
            given["dtype"] = policy
        return getattr(keras.layers, value.row.keras_name)(**given)
    if isinstance(value, tuple):
        return [to_keras(one, policy) for one in value]
    if isinstance(value, dict):
        return {name: to_keras(one, policy) for name, one in value.items()}
    return value


def arguments(
    record: Any,
    only: Container[str] | None = None,
    but: Container[str] = (),
    policy: str | None = None,
) -> dict[str, Any]:
    """The keyword arguments that were given; nested layers get the policy.

    Objects are made anew, and may draw a seed, at each call.
    """
    return {
        name: to_keras(value, policy)
        for name, value in record.given_values()
        if (only is None or name in only) and name not in but
    }


def constant(value: Constant, array: bool = False) -> Any:
    """A number as it is, unless an array is wanted; anything else as an array of its dtype."""
    import numpy as np

    if value.scalar and value.dtype != "bool" and not array:
        return value.value
    return np.array(value.value, value.array_dtype).reshape(value.array_shape if array else value.shape)


def _named(value: Named) -> Any:
    import keras

    if value.alias in BY_OUTPUT:
        return value.alias
    module = keras.optimizers.schedules if value.module == "schedules" else getattr(keras, value.module)
    return getattr(module, value.name)(**arguments(value.args))


def by_cell(layer: Any, states: list[Any]) -> list[Any]:
    """Initial states one after the other -> a list for each of stacked cells, as Keras takes them."""
    import keras

    halves = (layer.forward_layer, layer.backward_layer) if hasattr(layer, "forward_layer") else (layer,)
    sizes = [size for one in halves for size in one.state_size]
    if not any(isinstance(size, list | tuple) for size in sizes):
        return states
    packed: list[Any] = keras.tree.pack_sequence_as(sizes, states)
    return packed
