"""A feed's examples in memory, and as batches from `tf.data`, which every backend of Keras takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from specgraph.data.source import DataError, Loaded, Place
from specgraph.ir.training import Column, Feed

from .columns import Deferred, prepared

if TYPE_CHECKING:
    from .steps import Moments

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
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
        """Arrays by column, with the examples along the first axis, or `Deferred` ones."""
        self.moments: dict[str, list[Moments]] = {}
        """What the steps `normalize` of each column found."""
        self.inputs, self.targets = dict(inputs), dict(targets)
        self._rows = rows
        """Which rows of the columns are meant; None for all."""
        self._pickers: dict[str, Callable[[Any], Any]] = {}
        """How rows of a column are read, made when they first are; one copy serves all parts of a split."""

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
        made = Examples(
            self.columns, self.inputs, self.targets, rows if self._rows is None else self._rows[rows]
        )
        made.moments, made._pickers = self.moments, self._pickers
        return made

    def own(self, name: str) -> Any:
        """A column as far as the examples go: an array, or a `Deferred` one."""
        column = self.columns[name]
        if self._rows is None:
            return column
        return column.select(self._rows) if isinstance(column, Deferred) else column[self._rows]

    @property
    def fault(self) -> DataError | None:
        """What went wrong in a pipeline of `batches`, whose own exception says less."""
        deferred = [one for one in self.columns.values() if isinstance(one, Deferred)]
        return next((one.fault for one in deferred if one.fault is not None), None)

    def arrays(self) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """All inputs and targets as numpy arrays; None where they are not in memory."""
        if any(isinstance(one, Deferred) for one in self.columns.values()):
            return None
        return self._sides({name: self.own(name) for name in self.columns})

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
            held = {name: self._picker(name) for name in self.columns}
            rows = None if self._rows is None else tf.convert_to_tensor(self._rows)

        # AutoGraph would look for the source of each function, and warn of lambdas whose it does not find.
        plain: Decorator = tf.autograph.experimental.do_not_convert

        @plain
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

        @plain
        def epoch_of(epoch: Any) -> Any:
            every = tf.data.Dataset.range(passes).flat_map(plain(lambda again: order(epoch, again)))
            return every.take(steps)

        @plain
        def batch(numbers: Any) -> Any:
            if shards > 1:
                each = tf.shape(numbers)[0] // shards
                numbers = numbers[index * each : (index + 1) * each]
            if rows is not None:
                numbers = tf.gather(rows, numbers)
            return arrange(*self._sides({name: pick(numbers) for name, pick in held.items()}))

        if seed is None and passes == epochs == 1:
            # Held-out data are gone through anew each epoch, and to set out on a `flat_map` takes long.
            made = order(0, 0).take(steps)
        else:
            made = tf.data.Dataset.range(first_epoch, first_epoch + epochs).flat_map(epoch_of)
        made = made.map(batch, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        made = made.apply(tf.data.experimental.assert_cardinality(steps * epochs))
        return made.prefetch(tf.data.AUTOTUNE)

    def _picker(self, name: str) -> Callable[[Any], Any]:
        if name not in self._pickers:
            self._pickers[name] = _picker(self.columns[name])
        return self._pickers[name]

    def _sides(self, columns: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        inputs = {name: columns[column] for name, column in self.inputs.items()}
        return inputs, {name: columns[column] for name, column in self.targets.items()}


def _picker(column: Any) -> Callable[[Any], Any]:
    """From the numbers of rows to these rows, as tensors; what is not in memory stays where it is."""
    import numpy as np
    import tensorflow as tf

    if isinstance(column, np.memmap):
        column = Deferred(column, Column(column.shape[1:], str(column.dtype)), ())
    if isinstance(column, Deferred):
        return column.batch
    held = tf.convert_to_tensor(column)
    return lambda numbers: tf.gather(held, numbers)


def examples(
    feed: Feed, place: Place, *, given: Any = None, moments: dict[str, list[Moments]] | None = None
) -> tuple[Examples, Examples | None]:
    """The examples to train on, and those of the source's own test part.

    `given` is what Python code passes in place of the source's (`specgraph.training.given`). `moments` are
    those of the examples trained on, on which steps depend; None where these are they. `DataError` where
    the data cannot be had, or is not what the spec says.
    """
    from specgraph.data.index import source as source_of

    from .given import loaded_from

    source = source_of(feed.source.name)
    facts = feed.source_facts
    said = facts is not None and (given is None or source.name == "arrays")
    known = facts.columns if facts is not None and said else {}
    labels = facts.labels if facts is not None else ()
    loaded = source.load(feed.source.args, place) if given is None else loaded_from(given, known)
    feed = _matched(feed, loaded, labels)
    limit = place.limits.data_bytes
    found = {} if moments is None else moments
    train = _part(_first(loaded.train, feed.take), feed, known, limit, found, moments is None)
    held_out = loaded.held_out and _part(loaded.held_out, feed, known, limit, found, False)
    return train, held_out or None


def _matched(feed: Feed, loaded: Loaded, labels: tuple[str, ...]) -> Feed:
    """The feed with columns for all inputs and outputs; `DataError` where the data has none for one."""
    from specgraph.data.matching import match

    if not feed.open_inputs and not feed.open_targets:
        return feed
    names = ([*feed.inputs, *feed.open_inputs], [*feed.targets, *feed.open_targets])
    found = match(loaded.train, labels, *names, feed.inputs, feed.targets)
    left = [*found.open_inputs, *found.open_targets]
    if left:
        message = f"it is not clear which column is for `{left[0]}`"
        raise DataError(message, help=f"the columns are {', '.join(list(loaded.train)[:20])}")
    return feed._replace(inputs=found.inputs, targets=found.targets, open_inputs=(), open_targets=())


def _first(columns: Mapping[str, Any], take: int | None) -> Mapping[str, Any]:
    """The columns' first examples."""
    from .columns import Some

    if take is None or not columns or take >= min(one.shape[0] for one in columns.values()):
        return columns
    return {
        name: Some(one, range(take)) if hasattr(one, "read") else one[:take] for name, one in columns.items()
    }


def _part(
    columns: Mapping[str, Any],
    feed: Feed,
    known: Mapping[str, Column],
    limit: int,
    moments: dict[str, list[Moments]],
    learn: bool,
) -> Examples:
    wanted = dict.fromkeys([*feed.inputs.values(), *feed.targets.values()])
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise DataError(f"the data has no column `{missing[0]}`, but {', '.join(columns)}")
    counts = {name: columns[name].shape[0] for name in wanted}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"`{name}` {count:,}" for name, count in counts.items())
        raise DataError(f"columns have different numbers of examples: {listed}")
    if 0 in counts.values():
        raise DataError("there are no examples")
    made = {
        name: prepared(name, columns[name], known.get(name), feed.steps.get(name, ()), limit, moments, learn)
        for name in wanted
    }
    found = Examples(made, feed.inputs, feed.targets)
    found.moments = moments
    return found


def split(examples: Examples, share: float, seed: int) -> tuple[Examples, Examples]:
    """The examples without a share of them, and that share; which ones depends on the seed alone."""
    import numpy as np

    if examples.count < 2:
        raise DataError("a single example cannot be split into a part to train on and one to measure on")
    order = np.random.default_rng(seed).permutation(examples.count)
    held_out = min(examples.count - 1, max(1, round(examples.count * share)))
    return examples.select(np.sort(order[held_out:])), examples.select(np.sort(order[:held_out]))
