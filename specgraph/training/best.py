"""The weights of the best epoch so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .checkpoint import assign, values


class Best:
    """Which epoch has the least loss, on held-out data where there is any; and its weights in a file.

    `write()` puts the models' weights into the file as they are at the time; None where there is no file.
    `drop()` removes it, where another thing is trained than those weights were the best of.
    """

    def __init__(
        self,
        found: dict[str, Any] | None,
        write: Callable[[], None] | None,
        drop: Callable[[], None] | None = None,
    ) -> None:
        self.found = found
        """The best epoch: its `phase`, `epoch`, `figure`, `value`, and the `kind` of what was trained."""
        self._write, self._drop = write, drop
        self._kind = ""
        self._monitor: str | None = None
        self._variables: Mapping[str, Any] = {}
        self._due = False
        self._held: dict[str, Any] | None = None

    def phase(self, kind: str, monitor: str | None, variables: Mapping[str, Any]) -> None:
        """A new phase; its figures are held against those of earlier ones of the same kind alone."""
        self._kind, self._monitor, self._variables = kind, monitor, variables
        if self.found is not None and self.found["kind"] != kind:
            self.found, self._due, self._held = None, False, None
            if self._drop is not None:
                self._drop()

    def see(self, phase: str, epoch: int, logs: Mapping[str, float], write: bool) -> None:
        """An epoch's figures, while its weights are there; without `write` they are put aside."""
        if self._monitor is None:
            return
        name = f"val_{self._monitor}" if f"val_{self._monitor}" in logs else self._monitor
        value = logs.get(name)
        if value is None or (self.found is not None and not value < self.found["value"]):
            return
        self.found = {"phase": phase, "epoch": epoch + 1, "figure": name, "value": value, "kind": self._kind}
        self._due, self._held = self._write is not None, None
        if self._due and not write:
            self._held = values(self._variables)

    def flush(self) -> None:
        """Writes the file if it is due."""
        if not self._due or self._write is None:
            return
        if self._held is None:
            self._write()
        else:
            now = values(self._variables)
            assign(self._variables, self._held)
            self._write()
            assign(self._variables, now)
        self._due, self._held = False, None
