"""What frozen first layers make of the examples, computed once and kept while the rest is trained."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from specgraph.limits import DEFAULT, Limits

from .cut import Cut, cut

if TYPE_CHECKING:
    import keras

    from .batches import Arrange, Examples

CHUNK = 64
"""How many examples the head gets at once."""


class Refused(Exception):
    """Why features are not kept; the phase runs as it would without."""


class Split:
    """A model whose beginning is computed once: `rest` is to be compiled and trained on `features`.

    Its weights are those of the model, so that training it trains the model. `close` removes what is kept.
    """

    def __init__(
        self, model: keras.Model, folder: Path | None = None, limits: Limits = DEFAULT, multiple: int = 1
    ) -> None:
        made = cut(model)
        if isinstance(made, str):
            raise Refused(made)
        self.model = model
        self.cut: Cut = made
        self.store = Store(folder, limits)
        self.chunk = -(-CHUNK // multiple) * multiple
        """How many examples the head gets at once; devices share them."""
        self._run = _function(made.head)

    @property
    def rest(self) -> keras.Model:
        """From features, and inputs that need no head, to the model's outputs."""
        return self.cut.rest

    def features(self, examples: Examples, keep_inputs: bool = False) -> Examples:
        """The same examples in the same order, with features for inputs; `Refused` where they cannot be kept.

        `keep_inputs` keeps the model's own inputs besides, for objectives whose targets they are.
        """
        from .batches import Examples as Made

        made = self._compute(examples)
        columns = {f"{name}:features": made[source] for name, source in self._computed()}
        inputs = {name: f"{name}:features" for name, _ in self._computed()}
        plain = {name: source for name, source in self.cut.inputs.items() if isinstance(source, str)}
        wanted = {name: examples.inputs[source] for name, source in plain.items()}
        if keep_inputs:
            wanted |= examples.inputs
        kept = {name: examples.own(name) for name in sorted({*wanted.values(), *examples.targets.values()})}
        return Made({**kept, **columns}, {**wanted, **inputs}, examples.targets)

    def arrange(self, arrange: Arrange) -> Arrange:
        """The objective's way to arrange a batch of features, whose targets are as they were."""
        names = list(self.cut.inputs)
        own = [one.name for one in self.model.inputs]

        def arranged(inputs: dict[str, Any], targets: dict[str, Any]) -> Any:
            _, *others = arrange({name: inputs[name] for name in own if name in inputs}, targets)
            return (packed(names, inputs), *others)

        return arranged

    def close(self) -> None:
        """Removes the files; what was given out must no longer be used."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _computed(self) -> list[tuple[str, int]]:
        return [(name, source) for name, source in self.cut.inputs.items() if isinstance(source, int)]

    def _compute(self, examples: Examples) -> list[Any]:
        """What the head makes, as arrays with the examples along the first axis."""
        kept: list[Any] = []
        start = 0
        for inputs, count in self._chunks(examples):
            found = self._run(inputs)
            if any(one.shape[0] != self.chunk for one in found):
                raise Refused("what is frozen mixes examples")
            if not kept:
                self._check_apart(inputs, found, count)
                rows = examples.count
                kept = self.store.arrays([((rows, *one.shape[1:]), one.dtype) for one in found])
            for array, one in zip(kept, found, strict=True):
                if one.shape[1:] != array.shape[1:]:
                    raise Refused("what is frozen has no fixed size")
                array[start : start + count] = one[:count]
            start += count
        return kept

    def _chunks(self, examples: Examples) -> Iterator[tuple[dict[str, Any], int]]:
        """The inputs of a chunk of examples, the last ones filled up, and how many of them count."""
        import numpy as np

        for inputs in examples.batches(self.chunk, arrange=lambda inputs, targets: inputs):
            arrays = {name: np.asarray(one) for name, one in inputs.items()}
            count = len(next(iter(arrays.values())))
            yield {name: _filled(one, self.chunk) for name, one in arrays.items()}, count

    def _check_apart(self, inputs: dict[str, Any], found: list[Any], count: int) -> None:
        """Refuses features that depend on which examples come together, as sums over a batch do."""
        import numpy as np

        half = (count + 1) // 2
        for part in (slice(0, half), slice(half, count)):
            if part.start >= part.stop:
                continue
            again = self._run({name: _filled(one[part], self.chunk) for name, one in inputs.items()})
            for one, whole in zip(again, found, strict=True):
                a, b = (np.asarray(x, "float64") for x in (one[: part.stop - part.start], whole[part]))
                scale = float(np.max(np.abs(b), initial=0)) or 1.0
                loose = 1e-3 if one.dtype in ("float32", "float64") else 5e-2
                if not np.allclose(a, b, rtol=loose, atol=loose * scale, equal_nan=True):
                    raise Refused("what is frozen mixes examples")


class Store:
    """Arrays in memory up to a bound, then in files up to another."""

    def __init__(self, folder: Path | None, limits: Limits = DEFAULT) -> None:
        self.memory, self.disk = limits.feature_memory, limits.feature_disk
        self.in_memory = self.on_disk = 0
        """Bytes that are held."""
        self._under = folder
        self._folder: Path | None = None
        self._count = 0

    def arrays(self, wanted: list[tuple[tuple[int, ...], Any]]) -> list[Any]:
        """Empty arrays of these shapes and dtypes, all in one place; `Refused` where there is no room."""
        import numpy as np

        size = sum(int(np.prod(shape)) * np.dtype(dtype).itemsize for shape, dtype in wanted)
        if self.in_memory + size <= self.memory:
            self.in_memory += size
            return [np.empty(shape, dtype) for shape, dtype in wanted]
        folder = self._place()
        free = shutil.disk_usage(folder).free // 2
        if self.on_disk + size > self.disk or size > free:
            raise Refused(f"the features would take {self.in_memory + self.on_disk + size:,} bytes")
        self.on_disk += size
        return [self._file(folder, shape, dtype) for shape, dtype in wanted]

    def close(self) -> None:
        """Removes the files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _place(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=".features.", dir=self._under))
        return self._folder

    def _file(self, folder: Path, shape: tuple[int, ...], dtype: Any) -> Any:
        """A new file of this shape, mapped into memory."""
        import numpy as np

        self._count += 1
        dtype = np.dtype(dtype)
        plain = np.dtype("uint16") if dtype.name == "bfloat16" else dtype  # numpy's format has no bfloat16
        made = np.lib.format.open_memmap(folder / f"{self._count}.npy", "w+", dtype=plain, shape=shape)
        return made.view(dtype)


def _filled(array: Any, count: int) -> Any:
    """The rows, and the first of them again until there are so many."""
    import numpy as np

    missing = count - len(array)
    return array if missing <= 0 else np.concatenate([array, np.repeat(array[:1], missing, axis=0)])


def packed(names: Sequence[str], inputs: Mapping[str, Any]) -> Any:
    """Inputs by name as a functional model takes them: one as it is, several as a tuple (`tf.data` has no
    lists)."""
    return inputs[names[0]] if len(names) == 1 else tuple(inputs[name] for name in names)


def _function(head: keras.Model) -> Callable[[dict[str, Any]], list[Any]]:
    """The head as a function of arrays by name, compiled by the backend, and without its strategy."""
    import keras
    import numpy as np

    names = [one.name for one in head.inputs]
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        compiled = tf.function(lambda inputs: keras.tree.flatten(head(inputs, training=False)))
        return lambda inputs: [one.numpy() for one in compiled(packed(names, inputs))]
    run = head.predict_on_batch
    return lambda inputs: [np.asarray(one) for one in keras.tree.flatten(run(packed(names, inputs)))]
