"""A feed's examples in memory, and as batches from `tf.data`, which every backend of Keras takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from specgraph.data.source import DataError, Loaded, Place
from specgraph.ir.training import Column, Feed

CHUNK = 1024
"""Examples that steps are done to at once."""

Arrange = Callable[[dict[str, Any], dict[str, Any]], Any]
"""From a batch's inputs and targets, tensors by name, to what `fit` takes."""


class Examples:
    """Rows of data, by the inputs and outputs that they are for."""

    def __init__(
        self,
        columns: Mapping[str, Any],
        inputs: Mapping[str, str],
        targets: Mapping[str, str],
        rows: Any = None,
    ) -> None:
        self.columns = dict(columns)
        """Arrays by column, with the examples along the first axis."""
        self.inputs, self.targets = dict(inputs), dict(targets)
        self._rows = rows
        """Which rows of the columns are meant; None for all."""

    @property
    def count(self) -> int:
        """How many examples there are."""
        if self._rows is not None:
            return len(self._rows)
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def steps(self, batch_size: int, drop_remainder: bool = False, multiple: int = 1) -> int:
        """How many batches one epoch has; the last may be smaller, by `multiple` examples at a time."""
        left = 0 if drop_remainder else self.count % batch_size // multiple
        return self.count // batch_size + bool(left)

    def select(self, rows: Any) -> Examples:
        """Some of the examples, by their numbers, in that order."""
        import numpy as np

        rows = np.asarray(rows, dtype="int64")
        return Examples(
            self.columns, self.inputs, self.targets, rows if self._rows is None else self._rows[rows]
        )

    def arrays(self) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """All inputs and targets as numpy arrays; None where they are not in memory."""
        held = {
            name: column if self._rows is None else column[self._rows]
            for name, column in self.columns.items()
        }
        return self._sides(held)

    def batches(
        self,
        batch_size: int,
        *,
        arrange: Arrange,
        seed: int | None = None,
        first_epoch: int = 0,
        epochs: int = 1,
        drop_remainder: bool = False,
        steps: int | None = None,
        shard: tuple[int, int] = (0, 1),
        multiple: int = 1,
    ) -> Any:
        """A `tf.data.Dataset` of all batches of some epochs, one epoch after the other.

        The order within epoch `e` depends on `seed` and `e` alone; with no seed it is that of the rows.
        `steps` batches make up an epoch, by default so many as there are; where that is more, the examples
        come again in another order. With `shard=(index, count)`, each batch is this process's part of the
        one of `batch_size` examples that `count` processes share. The size of the last batch is a multiple of
        `multiple`, what is left over waits for another epoch's order.
        """
        import tensorflow as tf

        count, all_steps = self.count, self.steps(batch_size, drop_remainder, multiple)
        steps = all_steps if steps is None else steps
        passes = -(-steps // max(1, all_steps))
        index, shards = shard
        with tf.device("CPU"):
            held = {name: _picker(column) for name, column in self.columns.items()}
            rows = None if self._rows is None else tf.convert_to_tensor(self._rows)

        def order(epoch: Any, again: Any) -> Any:
            numbers = tf.range(count, dtype=tf.int64)
            if seed is not None:
                key = tf.random.fold_in(tf.stack([tf.constant(seed, tf.int64), epoch]), again)
                numbers = tf.random.experimental.stateless_shuffle(numbers, seed=key)
            whole = count // batch_size * batch_size
            made = tf.data.Dataset.from_tensor_slices(tf.reshape(numbers[:whole], (-1, batch_size)))
            end = whole + (count - whole) // multiple * multiple
            if whole < end and not drop_remainder:
                made = made.concatenate(tf.data.Dataset.from_tensors(numbers[whole:end]))
            return made

        def epoch_of(epoch: Any) -> Any:
            every = tf.data.Dataset.range(passes).flat_map(lambda again: order(epoch, again))
            return every.take(steps)

        def batch(numbers: Any) -> Any:
            if shards > 1:
                each = tf.shape(numbers)[0] // shards
                numbers = numbers[index * each : (index + 1) * each]
            if rows is not None:
                numbers = tf.gather(rows, numbers)
            return arrange(*self._sides({name: pick(numbers) for name, pick in held.items()}))

        made = tf.data.Dataset.range(first_epoch, first_epoch + epochs).flat_map(epoch_of)
        made = made.map(batch, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        made = made.apply(tf.data.experimental.assert_cardinality(steps * epochs))
        return made.prefetch(tf.data.AUTOTUNE)

    def _sides(self, columns: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        inputs = {name: columns[column] for name, column in self.inputs.items()}
        return inputs, {name: columns[column] for name, column in self.targets.items()}


def _picker(column: Any) -> Callable[[Any], Any]:
    """From the numbers of rows to these rows, as tensors; a file that is mapped into memory stays there."""
    import numpy as np
    import tensorflow as tf

    if not isinstance(column, np.memmap):
        held = tf.convert_to_tensor(column)
        return lambda numbers: tf.gather(held, numbers)

    def pick(numbers: Any) -> Any:
        rows = tf.numpy_function(lambda some: column[some], [numbers], tf.as_dtype(column.dtype))
        return tf.ensure_shape(rows, (None, *column.shape[1:]))

    return pick


def examples(feed: Feed, place: Place) -> tuple[Examples, Examples | None]:
    """The examples to train on, and those of the source's own test part.

    `DataError` where they cannot be had.
    """
    from specgraph.data.index import BY_NAME

    source = BY_NAME[feed.source.name]
    facts = source.facts(feed.source.args, place)
    known = facts.columns if facts is not None else {}
    loaded: Loaded = source.load(feed.source.args, place)
    train = _part(loaded.train, feed, known)
    if feed.take is not None and feed.take < train.count:
        train = train.select(range(feed.take))
    return train, None if loaded.held_out is None else _part(loaded.held_out, feed, known)


def _part(columns: Mapping[str, Any], feed: Feed, known: Mapping[str, Column]) -> Examples:
    wanted = dict.fromkeys([*feed.inputs.values(), *feed.targets.values()])
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise DataError(f"the data has no column `{missing[0]}`, but {', '.join(columns)}")
    made = {name: _stepped(columns[name], feed.steps.get(name, ()), known.get(name)) for name in wanted}
    return Examples(made, feed.inputs, feed.targets)


def _stepped(values: Any, steps: tuple[Any, ...], column: Column | None) -> Any:
    """A column's values after its steps."""
    import numpy as np

    from specgraph.data.steps import BY_NAME

    if not steps:
        return values
    column = column or Column(tuple(values.shape[1:]), str(values.dtype))
    parts = [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
    for step in steps:
        row = BY_NAME[step.name]
        parts = [row.run(step.args, column, part) for part in parts]
        column = row.rule(step.args, column)
    return np.concatenate([np.asarray(part) for part in parts])


def split(examples: Examples, share: float, seed: int) -> tuple[Examples, Examples]:
    """The examples without a share of them, and that share; which ones depends on the seed alone."""
    import numpy as np

    order = np.random.default_rng(seed).permutation(examples.count)
    held_out = min(examples.count - 1, max(1, round(examples.count * share)))
    return examples.select(np.sort(order[held_out:])), examples.select(np.sort(order[:held_out]))
