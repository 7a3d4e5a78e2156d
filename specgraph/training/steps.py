"""What steps do to batches of examples: TensorFlow on every backend of Keras, since `tf.data` runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specgraph.data.step_catalog import policy_of, rule
from specgraph.data.steps import scaling
from specgraph.ir.dim import Dim
from specgraph.ir.training import Column
from specgraph.spec.catalog import Named

Run = Callable[[Any], Any]
"""From a batch to a batch."""
Moments = tuple[list[float], list[float]]
"""The mean and the variance of each feature."""
EPSILON = 1e-7
"""The least deviation that is divided by, as in the layer Normalization."""


def runner(step: Named, column: Column, moments: Moments | None = None) -> Run:
    """What a step does to batches of a column; `normalize` needs the moments of the training part."""
    import tensorflow as tf

    if step.name == "normalize":
        assert moments is not None
        mean, variance = (tf.constant(one, tf.float32) for one in moments)
        deviation = tf.maximum(tf.sqrt(variance), EPSILON)
        return lambda batch: (tf.cast(batch, tf.float32) - mean) / deviation
    if step.name not in OWN:
        return _layer(step, column)
    do = OWN[step.name]
    return lambda batch: do(step.args, column, batch)


def after(step: Named, column: Column) -> Column:
    """What is known of a column after a step."""
    return rule(step, column)


def _layer(step: Named, column: Column) -> Run:
    from specgraph.lower.layer import make_layer
    from specgraph.vocabulary import ROWS

    shape = tuple(one if isinstance(one, int) else None for one in column.shape or ())
    layer = make_layer(ROWS[step.name], step.args, shape, policy=policy_of(step.name))
    if not layer.built:  # a Normalization built within a pipeline keeps tensors of that pipeline alone
        layer.build((None, *shape))
    return lambda batch: layer(batch)


def _scale(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    by, offset = scaling(args, column)
    return tf.cast(batch, tf.float32) * by + offset


def _shift(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    return (batch if batch.dtype.is_floating else tf.cast(batch, tf.int64)) + args.by


def _one_hot(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    return tf.one_hot(tf.cast(batch, tf.int64), args.classes or column.classes)


def _argmax(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    numbers = tf.cast(batch, tf.int32) if batch.dtype == tf.bool else batch
    return tf.argmax(numbers, axis=-1, output_type=tf.int64)


def _cast(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    wanted = tf.as_dtype(args.dtype)
    if batch.dtype == tf.string and wanted != tf.string:
        batch = tf.strings.to_number(batch, tf.float64)
    return tf.cast(batch, wanted)


def _reshape(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    return tf.reshape(batch, (tf.shape(batch)[0], *args.shape))


def _permute(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    return tf.transpose(batch, (0, *args.dims))


def _channels(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    if len(batch.shape) == 3:
        batch = batch[..., None]
    have = batch.shape[-1]
    if have == args.count:
        return batch
    if args.count == 3:
        return tf.repeat(batch, 3, axis=-1)
    weights = tf.constant([0.299, 0.587, 0.114], tf.float32)
    grey = tf.reduce_sum(tf.cast(batch, tf.float32) * weights, axis=-1, keepdims=True)
    return tf.cast(grey if batch.dtype.is_floating else tf.round(grey), batch.dtype)


def _pad(args: Any, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    missing = args.length - tf.shape(batch)[1]
    ends = (0, missing) if args.side == "post" else (missing, 0)
    rest = [(0, 0)] * (len(batch.shape) - 2)
    return tf.pad(batch, [(0, 0), ends, *rest], constant_values=tf.cast(args.value, batch.dtype))


def _truncate(args: Any, column: Column, batch: Any) -> Any:
    return batch[:, : args.length] if args.side == "post" else batch[:, -args.length :]


OWN: dict[str, Callable[[Any, Column, Any], Any]] = {
    "scale": _scale,
    "shift": _shift,
    "one_hot": _one_hot,
    "argmax": _argmax,
    "cast": _cast,
    "reshape": _reshape,
    "permute": _permute,
    "channels": _channels,
    "pad": _pad,
    "truncate": _truncate,
}


def static(shape: tuple[Dim, ...] | None) -> tuple[int | None, ...] | None:
    """A shape as TensorFlow has it, the batch axis included."""
    if shape is None:
        return None
    return (None, *(one if isinstance(one, int) else None for one in shape))
