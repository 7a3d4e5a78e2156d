"""What a run says while it goes: one bar for each phase on a terminal, else a line for each epoch."""

from __future__ import annotations

import sys
import time
from typing import Any, TextIO

from specgraph.diagnostics.escape import escape

REFRESH = 0.1
"""Seconds between two pictures of a bar."""
WIDTH = 24
MOST = 6
"""Figures shown beside a bar."""


class Progress:
    """Where a run writes to; quiet, it says nothing."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.quiet = quiet
        self.live = not quiet and self.stream.isatty()

    def say(self, line: str) -> None:
        """A line of its own."""
        if not self.quiet:
            self.stream.write(f"{escape(line)}\n")
            self.stream.flush()

    def bar(self, phase: str, epochs: int, steps: int, done: int = 0) -> Bar:
        """The bar of a phase, of whose batches some are done already."""
        return Bar(self, phase, epochs, steps, done)


class Bar:
    """How far a phase is: batches done, the latest figures, and the time left at the pace so far."""

    def __init__(self, progress: Progress, phase: str, epochs: int, steps: int, done: int) -> None:
        self.progress = progress
        self.phase = phase
        self.epochs, self.steps = epochs, steps
        self.start = self._epoch_start = time.monotonic()
        self._first = self.done = done
        self._shown = 0.0
        self._figures: dict[str, float] = {}
        self._width = 0

    def batch(self, done: int, logs: dict[str, float]) -> None:
        """After a batch, `done` of the whole phase being behind."""
        self.done = done
        now = time.monotonic()
        if self.progress.live and now - self._shown >= REFRESH:
            self._shown = now
            self._figures.update(logs)
            self._draw(now)

    def epoch(self, epoch: int, logs: dict[str, float]) -> None:
        """After an epoch, counted from 0, and its validation."""
        now = time.monotonic()
        self.done = (epoch + 1) * self.steps
        self._figures = dict(logs)
        if self.progress.live:
            self._draw(now)
        else:
            took = _seconds(now - self._epoch_start)
            self.progress.say(f"{self.phase}: epoch {epoch + 1}/{self.epochs}  {figures(logs)}  {took}")
        self._epoch_start = now

    def close(self) -> None:
        """Leaves the bar as it stands, and goes on below it."""
        if self.progress.live and self._width:
            self.progress.stream.write("\n")
            self.progress.stream.flush()
            self._width = 0

    def _draw(self, now: float) -> None:
        line = self.line(now)
        pad = " " * max(0, self._width - len(line))
        self.progress.stream.write(f"\r{line}{pad}")
        self.progress.stream.flush()
        self._width = len(line)

    def line(self, now: float) -> str:
        """`head 3/10 ━━━━───── 12/45  loss 0.41  0:12 left`."""
        import shutil

        total = self.epochs * self.steps
        full = WIDTH * self.done // max(1, total)
        epoch = min(self.epochs, self.done // self.steps + 1)
        step = self.done - (epoch - 1) * self.steps
        shape = f"{'━' * full}{'─' * (WIDTH - full)}"
        made = self.done - self._first
        left = (now - self.start) / made * (total - self.done) if made > 0 else 0.0
        ending = f"{_seconds(left)} left" if self.done < total else _seconds(now - self.start)
        head = f"{escape(self.phase)} {epoch}/{self.epochs} {shape} {step}/{self.steps}"
        room = shutil.get_terminal_size().columns - len(head) - len(ending) - 5
        shown = figures(self._figures)
        if len(shown) > room:
            shown = shown[: max(0, room)].rpartition("  ")[0]
        return f"{head}  {shown}  {ending}"


def figures(logs: dict[str, Any]) -> str:
    """`loss 0.4123  accuracy 0.8701`, the loss first."""
    names = sorted(logs, key=lambda name: (name != "loss", name.startswith("val_"), name != "val_loss"))
    return "  ".join(f"{name} {logs[name]:.4g}" for name in names[: MOST * 2])


def _seconds(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
