"""Where a run stands: every variable, the callbacks' state, the history; in a single file, which is whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .errors import TrainError
from .folder import Folder

if TYPE_CHECKING:
    import keras

FILE = "checkpoint.npz"
FORMAT = 1


class Position(NamedTuple):
    """How far a run has come: so many steps into an epoch of a phase, all counted from 0."""

    phase: int = 0
    epoch: int = 0
    step: int = 0
    stopped: bool = False
    """Whether a callback has ended the phase before its last epoch."""


class Saved(NamedTuple):
    """All that the rest of a run depends on."""

    position: Position
    arrays: dict[str, Any]
    """Variables by name; `metrics/…` are there within an epoch only, and `callback/…` are weights that one
    keeps."""
    callbacks: list[dict[str, Any]]
    history: list[dict[str, Any]]
    best: dict[str, Any] | None
    """The figure of the best epoch so far, and which one it was."""


class Store(Protocol):
    """Where checkpoints are kept; only the last counts."""

    def save(self, saved: Saved) -> None: ...

    def load(self) -> Saved | None: ...


class Memory:
    """Checkpoints of a run without a folder."""

    def __init__(self) -> None:
        self._saved: Saved | None = None

    def save(self, saved: Saved) -> None:
        self._saved = saved

    def load(self) -> Saved | None:
        return self._saved


class Disk:
    """Checkpoints in a run's folder."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def save(self, saved: Saved) -> None:
        self.folder.write(FILE, lambda path: _write(path, saved))

    def load(self) -> Saved | None:
        path = self.folder.path / FILE
        try:
            return _read(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainError(f"'{path}' cannot be read: {error}") from None


def _write(path: Path, saved: Saved) -> None:
    import numpy as np

    kinds = {name: str(one.dtype) for name, one in saved.arrays.items()}
    arrays = {name: _plain(one) for name, one in saved.arrays.items()}
    meta = {
        "format": FORMAT,
        "position": saved.position._asdict(),
        "callbacks": saved.callbacks,
        "history": saved.history,
        "best": saved.best,
        "kinds": kinds,
    }
    text = np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8)
    with open(path, "wb") as file:
        named = {"meta": text, **{f"array/{name}": one for name, one in arrays.items()}}
        np.savez(file, allow_pickle=False, **named)


def _read(path: Path) -> Saved:
    import ml_dtypes  # noqa: F401  # registers bfloat16 and its like
    import numpy as np

    with np.load(path, allow_pickle=False) as file:
        meta = json.loads(file["meta"].tobytes().decode())
        if meta["format"] != FORMAT:
            raise ValueError(f"it is of format {meta['format']}, this version reads {FORMAT}")
        arrays = {name: file[f"array/{name}"].view(np.dtype(kind)) for name, kind in meta["kinds"].items()}
    return Saved(Position(**meta["position"]), arrays, meta["callbacks"], meta["history"], meta["best"])


def _plain(array: Any) -> Any:
    """The same bytes with a dtype that numpy's files know; bfloat16 is none."""
    import numpy as np

    return array if array.dtype.kind in "biufc" else array.view(np.dtype(f"u{array.dtype.itemsize}"))


def optimizers(trainer: keras.Model) -> list[Any]:
    """Every optimizer that a trainer has, in an order that depends on its code alone."""
    import keras

    found = [trainer.optimizer] if getattr(trainer, "optimizer", None) is not None else []
    for one in vars(trainer).values():
        if isinstance(one, keras.optimizers.Optimizer) and not any(one is each for each in found):
            found.append(one)
    return found


def variables(models: Mapping[str, keras.Model], trainer: keras.Model | None) -> dict[str, Any]:
    """All variables of the models, and of the trainer with its optimizers, each once."""
    named: dict[str, Any] = {}
    seen: set[int] = set()
    for part, held in _parts(models, trainer):
        for i, one in enumerate(held):
            if id(one) not in seen:
                seen.add(id(one))
                named[f"{part}/{i}"] = one
    return named


def _parts(
    models: Mapping[str, keras.Model], trainer: keras.Model | None
) -> Iterator[tuple[str, Iterable[Any]]]:
    for name, model in models.items():
        yield f"model/{name}", model.variables
    if trainer is None:
        return
    yield "trainer", trainer.variables
    for i, optimizer in enumerate(optimizers(trainer)):
        yield f"optimizer/{i}", _with_inner(optimizer)


def _with_inner(optimizer: Any) -> list[Any]:
    inner = getattr(optimizer, "inner_optimizer", None)
    return [*optimizer.variables, *(inner.variables if inner is not None else ())]


def build_optimizers(trainer: keras.Model) -> None:
    """Makes the variables of the trainer's own optimizer; an objective makes those of others itself."""
    optimizer = getattr(trainer, "optimizer", None)
    if optimizer is not None and not optimizer.built:
        optimizer.build(trainer.trainable_variables)


def values(named: Mapping[str, Any]) -> dict[str, Any]:
    """Copies of variables as numpy arrays."""
    import numpy as np

    return {name: np.array(as_numpy(one)) for name, one in named.items()}


def as_numpy(variable: Any) -> Any:
    """What a variable holds."""
    import numpy as np

    value = variable.value
    return value.numpy() if hasattr(value, "numpy") else np.asarray(value)


def assign(named: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Sets variables; `TrainError` where the two are not of the same run."""
    missing = [name for name in named if name not in arrays]
    if missing:
        raise TrainError(f"the checkpoint lacks {len(missing)} variables of this run, such as {missing[0]}")
    for name, one in named.items():
        if tuple(one.shape) != arrays[name].shape:
            raise TrainError(f"the checkpoint has {arrays[name].shape} for {one.path}, which is {one.shape}")
        one.assign(arrays[name])
