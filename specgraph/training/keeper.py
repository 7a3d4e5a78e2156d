"""What watches over `fit`: it saves, counts, notes the figures, and stops where training has gone wrong."""

from __future__ import annotations

import math
import time
from typing import Any

import keras

from . import callbacks as kept
from .best import Best
from .checkpoint import Position, Saved, Store, values
from .files import Files
from .progress import Bar
from .signals import Interrupted, Signals

OVERHEAD = 0.01
"""Share of the time that saving may take; checkpoints of quick epochs are left out."""
LONG = 300.0
"""Seconds after which it is saved within an epoch."""


class NotFinite(Exception):
    """A loss that is no finite number, found after the step of this epoch, both counted from 0."""

    def __init__(self, epoch: int, step: int, figure: str, value: float) -> None:
        super().__init__(f"{figure} is {value} at step {step + 1} of epoch {epoch + 1}")
        self.epoch, self.step, self.figure, self.value = epoch, step, figure, value


class EpochDone(Exception):
    """The end of an epoch that was begun by another process; the rest gets a `fit` of its own."""


class Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Looks at the figures after each batch, beside the training itself."""

    async_safe = True

    def __init__(self, bar: Bar, first: int = 0) -> None:
        super().__init__()
        self.bar = bar
        self.bad: NotFinite | None = None
        self._epoch, self._first = 0, first
        """The epoch, and how many steps of it were done before this `fit`."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._first = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.bad is None:
            step = batch + self._first
            for name, value in (logs or {}).items():
                if (name == "loss" or name.endswith("_loss")) and not math.isfinite(value):
                    self.bad = NotFinite(self._epoch, step, name, value)
                    return
            self.bar.batch(self._epoch * self.bar.steps + step + 1, logs or {})


class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """The last of the callbacks: what the others have changed is there when it saves."""

    def __init__(
        self,
        *,
        phase: int,
        name: str,
        store: Store,
        others: list[Any],
        variables: dict[str, Any],
        history: list[dict[str, Any]],
        best: Best,
        files: Files | None,
        watch: Watch,
        signals: Signals,
        from_: Saved | None,
        together: bool = False,
        cost: float = 0.0,
    ) -> None:
        super().__init__()
        self.phase, self.name, self.store, self.others = phase, name, store, others
        self.variables, self.history, self.best = variables, history, best
        self.files, self.watch, self.signals = files, watch, signals
        self.together = together
        """Whether several processes save, which must all do it after the same step: no clock decides."""
        self.from_ = from_
        """What this `fit` goes on from; None at the beginning of a phase."""
        self.first = from_.position.step if from_ is not None else 0
        self.epoch = 0
        self.saved_at = time.monotonic()
        self.cost = cost
        """Seconds that it took to save."""

    def on_train_begin(self, logs: Any = None) -> None:
        if self.from_ is not None:
            kept.restore(self.others, self.from_.callbacks, self.from_.arrays)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch = epoch
        if self.first and self.from_ is not None:
            for i, one in enumerate(self.model.metrics_variables):
                one.assign(self.from_.arrays[f"metrics/{i}"])

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        if self.watch.bad is not None:
            raise self.watch.bad
        done = self.first + batch
        if self.signals.got is not None:
            self._save(Position(self.phase, self.epoch, done))
            raise Interrupted(self.signals.got, None)
        if not self.together and time.monotonic() - self.saved_at > LONG + self.cost / OVERHEAD:
            self._save(Position(self.phase, self.epoch, done))

    def on_test_begin(self, logs: Any = None) -> None:
        if self.watch.bad is not None:
            raise self.watch.bad

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.watch.bad is not None:
            raise self.watch.bad
        logs = {name: float(value) for name, value in (logs or {}).items()}
        for name, value in logs.items():
            if name == "val_loss" and not math.isfinite(value):
                raise NotFinite(epoch, self.watch.bar.steps - 1, name, value)
        self.history.append({"phase": self.name, "epoch": epoch + 1, **logs})
        self.watch.bar.epoch(epoch, logs)
        stopped = bool(self.model.stop_training)
        last = stopped or epoch + 1 == self.watch.bar.epochs
        due = last or bool(self.first) or self.signals.got is not None or self._due()
        self.best.see(self.name, epoch, logs, due)
        if self.files is not None:
            self.files.write_history(self.history)
            self.files.log(self.history[-1], len(self.history))
        if due:
            self._save(Position(self.phase, epoch + 1, 0, stopped))
        if self.signals.got is not None and not last:
            raise Interrupted(self.signals.got, None)
        if self.first:
            self.first = 0
            raise EpochDone

    def _due(self) -> bool:
        return self.together or (time.monotonic() - self.saved_at) * OVERHEAD >= self.cost

    def _save(self, position: Position) -> None:
        began = time.monotonic()
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        plain, arrays = kept.state(self.others)
        arrays |= values(self.variables)
        if position.step:
            arrays |= values({f"metrics/{i}": one for i, one in enumerate(self.model.metrics_variables)})
        self.best.flush()
        self.store.save(Saved(position, arrays, plain, list(self.history), self.best.found))
        self.saved_at = time.monotonic()
        self.cost = self.saved_at - began
