"""Ctrl-C, and a scheduler's SIGTERM: the step is finished and the run saved before it ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

WANTED = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """A run that was asked to stop, and has saved where it stands."""

    def __init__(self, number: int, folder: Path | None) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.number, self.folder = number, folder


class Signals:
    """While it is entered, a signal stops the run at once, and what it was saved at is the last checkpoint.

    While it defers, the first signal is only noted in `got`; the second stops at once.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.got: int | None = None
        self.deferring = False
        """Whether somebody looks at `got`, after each step."""
        self._say = say
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in WANTED:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, signal.SIG_DFL if before is None else before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.got is not None:
            raise KeyboardInterrupt
        self.got = number
        if not self.deferring:
            raise Interrupted(number, None)
        self._say("stopping after this step; once more to stop at once")
