"""A column with its steps: done once and held in memory where it fits, else done to each batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from specgraph.data.source import DataError
from specgraph.ir.training import Column
from specgraph.spec.catalog import Named

from .steps import Moments, Run, after, runner, static

CHUNK = 512
"""Examples that are read, and that steps are done to, at once."""


class Some:
    """Some examples of a column that is read piece by piece."""

    def __init__(self, values: Any, rows: Any) -> None:
        import numpy as np

        self.values = values
        self.rows = np.asarray(rows, dtype="int64")
        self.shape: tuple[int, ...] = (len(self.rows), *values.shape[1:])
        self.dtype = str(values.dtype)

    def read(self, rows: Any) -> Any:
        """Some of these."""
        chosen = self.rows[rows]
        return self.values.read(chosen) if hasattr(self.values, "read") else self.values[chosen]


class Deferred:
    """Values that are read batch by batch, and what is done to each batch."""

    def __init__(self, values: Any, column: Column, runs: Sequence[Run]) -> None:
        self.values = values
        self.column = column
        """After all steps."""
        self.runs = tuple(runs)
        self.fault: DataError | None = None
        """What went wrong where `tf.data` lets no exception of ours through."""

    def __len__(self) -> int:
        return int(self.values.shape[0])

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The examples come first."""
        return (len(self), *(static(self.column.shape) or ())[1:])

    def select(self, rows: Any) -> Deferred:
        """Some of the examples."""
        return Deferred(Some(self.values, rows), self.column, self.runs)

    def batch(self, rows: Any) -> Any:
        """The examples of these numbers, a tensor within a `tf.data` pipeline."""
        import tensorflow as tf

        words = _is_words(self.values)
        dtype = tf.string if words else tf.as_dtype(str(self.values.dtype))
        made, fault = tf.numpy_function(self._read, [rows], (dtype, tf.string))
        # An exception would leave a traceback in TensorFlow's log.
        with tf.control_dependencies([tf.debugging.Assert(tf.equal(fault, ""), [fault])]):
            made = tf.identity(made)
        made.set_shape((None, *self.values.shape[1:]))
        for run in self.runs:
            made = run(made)
        shape = static(self.column.shape)
        return made if shape is None else tf.ensure_shape(made, shape)

    def _read(self, rows: Any) -> Any:
        """The examples, and what went wrong."""
        import numpy as np

        try:
            found = self.values.read(rows) if hasattr(self.values, "read") else self.values[rows]
        except DataError as error:
            self.fault = error
            dtype = "S1" if _is_words(self.values) else self.values.dtype
            return np.zeros((len(rows), *self.values.shape[1:]), dtype), error.message.encode()
        made = np.char.encode(found, "utf-8") if found.dtype.kind == "U" else np.ascontiguousarray(found)
        return made, b""

    def arrays(self) -> Iterator[Any]:
        """All examples in arrays of some hundred; `DataError` where they cannot be read."""
        import tensorflow as tf

        count = len(self)

        def chunk(start: Any) -> Any:
            return self.batch(tf.range(start, tf.minimum(start + CHUNK, count)))

        starts = tf.data.Dataset.range(0, count, CHUNK)
        made = starts.map(
            tf.autograph.experimental.do_not_convert(chunk), num_parallel_calls=tf.data.AUTOTUNE
        )
        try:
            yield from made.as_numpy_iterator()
        except tf.errors.OpError:
            if self.fault is not None:
                raise self.fault from None
            raise


def prepared(
    name: str,
    values: Any,
    known: Column | None,
    steps: Sequence[Named],
    limit: int,
    moments: dict[str, list[Moments]],
    learn: bool,
) -> Any:
    """A numpy array of a column after its steps, or, where that takes more than `limit` bytes, `Deferred`.

    `moments` are those of the `normalize` steps of each column, which are found here if `learn`.
    """
    column = _checked(name, values, known)
    runs: list[Run] = []
    found = moments.setdefault(name, [])
    place = 0
    for step in steps:
        given = None
        if step.name == "normalize":
            if learn:
                found.append(_moments(Deferred(values, column, runs)))
            given = found[place]
            place += 1
        runs.append(runner(step, column, given))
        column = after(step, column)
    deferred = Deferred(values, column, runs)
    if _bytes(deferred) > limit:
        return deferred
    if runs or hasattr(values, "read"):
        return _gathered(deferred)
    return values


def _checked(name: str, values: Any, known: Column | None) -> Column:
    """What is known of a column once it is there; `DataError` where it is not what was said of it."""
    column = column_of(values)
    dtype = column.dtype
    if known is None:
        return column
    said = known.shape
    if said is not None:
        pairs = list(zip(said, column.shape or (), strict=False))
        alike = all(a == b for a, b in pairs if isinstance(a, int))
        if len(said) != len(column.shape or ()) or not alike:
            shown = ", ".join(map(str, said))
            raise DataError(f"column `{name}` has the shape {column.shape}, and was said to have ({shown})")
    if known.dtype is not None and known.dtype != dtype:
        raise DataError(f"column `{name}` is {dtype}, and was said to be {known.dtype}")
    if not hasattr(values, "read"):
        _check_values(name, values, known)
    return known._replace(shape=column.shape, dtype=dtype)


def column_of(values: Any) -> Column:
    """What an array tells of a column."""
    return Column(tuple(values.shape[1:]), "string" if _is_words(values) else str(values.dtype))


def _is_words(values: Any) -> bool:
    return str(values.dtype).lstrip("<>|=")[:1] in ("U", "S", "s")


def _check_values(name: str, values: Any, known: Column) -> None:
    """`DataError` for numbers that are none, and classes that there are not."""
    import numpy as np

    if values.dtype.kind == "f" and not np.isfinite(values).all():
        row = int(np.argwhere(~np.isfinite(values))[0][0])
        raise DataError(f"column `{name}` has no finite number in example {row:,}")
    if known.encoding == "index" and known.classes is not None and values.dtype.kind in "iuf" and len(values):
        low, high = values.min(), values.max()
        first, last = known.range or (0.0, known.classes - 1.0)
        if low < first or high > last:
            odd = low if low < first else high
            message = f"column `{name}` has the class {odd}, and they go from {first:g} to {last:g}"
            help = None
            if low == 1 and high == known.classes:
                listed = f"range: [1, {high}]"
                help = f"say `{listed}` of classes that are counted from 1, and `shift: {{by: -1}}` as a step"
            raise DataError(message, help=help)


def _bytes(deferred: Deferred) -> int:
    """What a column takes in memory, read and after its steps, whichever is more."""
    count = len(deferred)
    sizes = []
    for shape, dtype in (
        (deferred.values.shape[1:], str(deferred.values.dtype)),
        (deferred.column.shape, deferred.column.dtype),
    ):
        known = [one for one in shape or () if isinstance(one, int)]
        sizes.append(count * prod(known) * _width(dtype))
    held = not hasattr(deferred.values, "read")
    return max(sizes[1:] if held else sizes)


def _width(dtype: str | None) -> int:
    import numpy as np

    try:
        return np.dtype(dtype or "float32").itemsize or 16
    except TypeError:
        return 16 if dtype == "string" else 2


def _gathered(deferred: Deferred) -> Any:
    """All examples in one array, filled piece by piece."""
    import numpy as np

    made: Any = None
    start = 0
    for part in deferred.arrays():
        if made is None:
            made = np.empty((len(deferred), *part.shape[1:]), part.dtype)
        made[start : start + len(part)] = part
        start += len(part)
    return made


def _moments(deferred: Deferred) -> Moments:
    """The mean and variance of each feature, the last axis, or of all values where there is none."""
    import numpy as np

    count, total, squares = 0, 0.0, 0.0
    first: Any = None
    for part in deferred.arrays():
        values = part.astype("float64")
        values = values.reshape(-1, values.shape[-1]) if values.ndim > 1 else values.reshape(-1, 1)
        first = values[0] if first is None else first
        values = values - first  # keeps digits where the deviation is small beside the mean
        count += len(values)
        total = total + values.sum(axis=0)
        squares = squares + np.square(values).sum(axis=0)
    mean = np.asarray(total) / count
    variance = np.maximum(np.asarray(squares) / count - np.square(mean), 0.0)
    return (mean + first).tolist(), variance.tolist()
