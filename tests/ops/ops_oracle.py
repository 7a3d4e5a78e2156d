"""One op asked three ways: what the row says, what Keras declares, and what comes out when it runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.lower.ops import call
from specgraph.rows.apply import apply
from specgraph.rows.base import Condition, Reject, conditions
from specgraph.rows.op import Op

Shown = list[tuple[tuple[int | None, ...], str]]
"""Shapes, with None for what is no int, and dtypes."""


def shown(types: Sequence[TensorType]) -> Shown:
    return [(open_shape(one.shape), one.dtype) for one in types]


def open_shape(shape: Sequence[Dim]) -> tuple[int | None, ...]:
    return tuple(dim if isinstance(dim, int) else None for dim in shape)


def ours(
    row: Op[Any], args: Any, inputs: Sequence[TensorType], ports: Mapping[str, TensorType] | None = None
) -> tuple[TensorType, ...] | Reject:
    """What the row says."""
    token = conditions.set([])
    try:
        return apply(row, args, inputs, None, dict(ports or {}))
    except Reject as reject:
        return reject
    finally:
        conditions.reset(token)


def asked(
    row: Op[Any], args: Any, inputs: Sequence[TensorType], ports: Mapping[str, TensorType] | None = None
) -> list[Condition]:
    """The conditions under which the row accepts."""
    found: list[Condition] = []
    token = conditions.set(found)
    try:
        apply(row, args, inputs, None, dict(ports or {}))
    finally:
        conditions.reset(token)
    return found


def declared(
    row: Op[Any], args: Any, inputs: Sequence[TensorType], ports: Mapping[str, TensorType] | None = None
) -> Shown | Exception:
    """What Keras says, from tensors without values."""
    import keras

    def symbol(one: TensorType) -> Any:
        return keras.KerasTensor(open_shape(one.shape), one.dtype)

    try:
        made = call(row, args, [symbol(x) for x in inputs], {n: symbol(x) for n, x in (ports or {}).items()})
    except Exception as error:
        return error
    made = made if isinstance(made, list | tuple) else [made]
    return [(tuple(one.shape), one.dtype) for one in made]


def real(
    row: Op[Any],
    args: Any,
    inputs: Sequence[TensorType],
    arrays: Sequence[Any],
    ports: Mapping[str, TensorType] | None = None,
    port_arrays: Mapping[str, Any] | None = None,
) -> Shown | Exception:
    """What comes out when it runs in a model: Keras calls the class, not the function, and TensorFlow traces
    it from the sizes that are ints."""
    import keras
    import tensorflow as tf
    from keras.src.ops.function import Function

    ports, given = ports or {}, port_arrays or {}
    symbols = [keras.KerasTensor(open_shape(one.shape), one.dtype) for one in (*inputs, *ports.values())]
    signature = [tf.TensorSpec(one.shape, one.dtype) for one in symbols]
    try:
        made = call(row, args, symbols[: len(inputs)], dict(zip(ports, symbols[len(inputs) :], strict=True)))
        whole = Function(symbols, list(made) if isinstance(made, list | tuple) else [made])

        @tf.function(input_signature=signature, autograph=False)
        def run(*tensors: Any) -> Any:
            return whole(list(tensors))

        found = run(*arrays, *(given[name] for name in ports))
    except Exception as error:
        return error
    return [(tuple(one.shape), keras.backend.standardize_dtype(one.dtype)) for one in found]


def sample(one: TensorType, seed: int = 0) -> Any:
    """An array of this type: values in (0, 1), integers from 1 to 3, or true (nothing to divide by is 0)."""
    rng = np.random.default_rng(seed)
    shape = tuple(dim for dim in one.shape if isinstance(dim, int))
    assert len(shape) == one.rank
    if one.dtype == "bool":
        return np.ones(shape, "bool")
    if "int" in one.dtype:
        return rng.integers(1, 4, shape).astype(one.dtype)
    values = rng.uniform(0.1, 0.9, shape)
    if one.dtype == "bfloat16":
        import ml_dtypes

        return values.astype(ml_dtypes.bfloat16)
    return values.astype(one.dtype)
