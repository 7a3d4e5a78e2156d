"""What goes wrong while training, in words for the user."""

from __future__ import annotations


class TrainError(Exception):
    """Training that cannot go on: `str()` says why, `help` how to mend it."""

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message if help is None else f"{message}; {help}")
        self.message, self.help = message, help


class FolderError(TrainError):
    """A run's folder that cannot be used as it was asked for."""
