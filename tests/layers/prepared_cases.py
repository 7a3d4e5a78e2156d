"""Inputs for layers that prepare data, and ways to call them."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from layer_cases import SIZES

IMAGE = "x: [8, 8, 3]"
GREY = "x: [8, 8, 1]"
OPEN = "x: [H, H, 3]"
BYTES = "x: {shape: [8, 8, 3], dtype: uint8}"
WORDS = "x: {shape: [4], dtype: string}"
TEXT = "x: {shape: [1], dtype: string}"
IDS = "x: {shape: [4], dtype: int64}"
VOCABULARY = "vocabulary: [a, b, c]"


def arrays(model: Any, fill: float = 1) -> Any:
    """What to call a model with: ones, or the word `a`."""
    import tensorflow as tf

    made = []
    for x in model.inputs:
        shape = [SIZES["H"] if size is None else size for size in (2, *x.shape[1:])]
        made.append(tf.fill(shape, "a b") if x.dtype == "string" else tf.cast(tf.fill(shape, fill), x.dtype))
    return made if len(made) > 1 else made[0]


def call(model: Any, training: bool = False) -> list[Any]:
    import keras

    return list(keras.tree.flatten(model(arrays(model), training=training)))


def compiled(model: Any, training: bool = False) -> list[Any]:
    """The outputs in a graph with open sizes, as `predict` and `fit` make it."""
    import keras
    import tensorflow as tf

    given = [tf.TensorSpec(x.shape, x.dtype) for x in model.inputs]
    signature = [given if len(given) > 1 else given[0]]
    run = tf.function(lambda x: model(x, training=training), input_signature=signature)
    return list(keras.tree.flatten(run(arrays(model))))


def declared(model: Any) -> list[tuple[tuple[int, ...], str]]:
    """What Keras declares, with our sizes for open ones."""
    sizes = [(2, *(SIZES["H"] if size is None else size for size in x.shape[1:])) for x in model.outputs]
    return [(shape, x.dtype) for shape, x in zip(sizes, model.outputs, strict=True)]


def plain(values: Any) -> Any:
    return np.asarray(values)


def fails(run: Any) -> bool:
    try:
        run()
    except Exception:
        return True
    return False
