"""The folder of a run: every file in it is whole, whenever the process is killed.

run.json          settings, versions, and how far the run has come
spec.yaml         the spec with params, blocks and imports resolved
history.csv       the figures of each epoch
checkpoint.npz    what `--resume` goes on from
best.weights.h5, last.weights.h5, model.keras    with the model's name in front where there are several
logs/             for TensorBoard, where it is installed
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import FolderError

SETTINGS = "run.json"
_WRITING = ".writing"
"""Where files lie until they are whole."""


class Folder:
    """A run's folder, which this process alone writes to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: Any = None

    def open(self, resume: bool) -> None:
        """Makes the folder; with `resume` it may be that of a run. `FolderError` where it cannot be."""
        if not resume and self.path.is_dir() and _foreign(self.path, ()):
            help = "`--resume` goes on with it" if (self.path / SETTINGS).is_file() else "choose another"
            raise FolderError(f"the folder '{self.path}' is not empty", help=help)
        strange = self.path.is_dir() and not (self.path / SETTINGS).is_file()
        if resume and strange and _foreign(self.path, (_WRITING, ".lock")):
            raise FolderError(f"the folder '{self.path}' is not that of a run")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise FolderError(f"'{self.path}' is no folder") from None
        self._hold()
        writing = self.path / _WRITING
        if writing.is_symlink():
            writing.unlink()
        shutil.rmtree(writing, ignore_errors=True)
        writing.mkdir(exist_ok=True)

    @property
    def scratch(self) -> Path:
        """What lies here goes with the end of the run, or with the beginning of the next."""
        return self.path / _WRITING

    def _hold(self) -> None:
        """Keeps other processes out until this one ends."""
        try:
            import fcntl
        except ImportError:  # no such locks on Windows
            return
        self._lock = open(self.path / ".lock", "w")  # noqa: SIM115  # held to the end
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise FolderError(f"another process is training in '{self.path}'") from None

    def close(self) -> None:
        """Leaves nothing behind but the files of the run."""
        shutil.rmtree(self.path / _WRITING, ignore_errors=True)
        if self._lock is not None:
            (self.path / ".lock").unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def discard(self) -> None:
        """Takes back a folder in which nothing was trained."""
        for name in (SETTINGS, "spec.yaml"):
            (self.path / name).unlink(missing_ok=True)
        self.close()
        with suppress(OSError):  # the user has put something into it
            self.path.rmdir()

    def write(self, name: str, write: Callable[[Path], object], *, settle: bool = True) -> Path:
        """A file, written by the function under another name and put in its place when it is whole."""
        made, target = self.path / _WRITING / name, self.path / name
        write(made)
        if settle:
            with open(made, "rb") as file:
                os.fsync(file.fileno())
        os.replace(made, target)
        return target

    def write_text(self, name: str, text: str) -> Path:
        """A text file, whole or not at all."""
        return self.write(name, lambda path: path.write_text(text, encoding="utf-8"), settle=False)

    def settings(self) -> dict[str, Any] | None:
        """What `run.json` says; None where it is not there."""
        try:
            found = json.loads((self.path / SETTINGS).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise FolderError(f"'{self.path / SETTINGS}' cannot be read: {error}") from None
        if not isinstance(found, dict):
            raise FolderError(f"'{self.path / SETTINGS}' is not that of a run")
        return found


def _foreign(path: Path, own: tuple[str, ...]) -> bool:
    return any(one.name not in own for one in path.iterdir())


def safe(name: str) -> str:
    """A name as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name).lstrip(".")[:64] or "model"


def default_folder(name: str, under: Path = Path("runs")) -> Path:
    """A folder that is not there yet: `runs/NAME-20260131-120000`."""
    stem = f"{safe(name)}-{time.strftime('%Y%m%d-%H%M%S')}"
    found, count = under / stem, 1
    while found.exists():
        count += 1
        found = under / f"{stem}-{count}"
    return found


def latest_folder(name: str, under: Path = Path("runs"), holding: str = SETTINGS) -> Path | None:
    """The newest run of this name that has such a file."""
    pattern = re.compile(re.escape(safe(name)) + r"-\d{8}-\d{6}(-\d+)?")
    if not under.is_dir():
        return None
    runs = [one for one in under.iterdir() if pattern.fullmatch(one.name) and (one / SETTINGS).is_file()]
    runs = [one for one in runs if next(one.glob(holding), None) is not None]
    return max(runs, key=lambda one: (one / SETTINGS).stat().st_mtime, default=None)


def versions() -> dict[str, str]:
    """What a run's figures depend on besides the spec."""
    import platform

    import keras
    import numpy as np

    from specgraph import __version__

    found = {
        "specgraph": __version__,
        "python": platform.python_version(),
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "numpy": np.__version__,
    }
    if found["backend"] in ("tensorflow", "jax"):
        from importlib.metadata import version

        found[found["backend"]] = version(found["backend"])
    return found
