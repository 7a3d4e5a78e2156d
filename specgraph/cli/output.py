"""Files that commands write: whole or not at all, and never over something that is not theirs."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from .run import UsageError


def check_target(target: Path, force: bool) -> None:
    """Refuses to replace what is not an earlier output of the same kind."""
    if not target.parent.exists():
        raise UsageError(f"there is no folder '{target.parent}'")
    if not target.exists() or force:
        return
    if not target.is_file() or not _is_keras_file(target):
        raise UsageError(f"'{target}' is there and is no Keras model; --force replaces it")


def _is_keras_file(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return {"config.json", "metadata.json"} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def write_model(model: Any, target: Path) -> None:
    """Saves beside the target, then renames."""
    handle, temporary = tempfile.mkstemp(suffix=".keras", prefix=f".{target.stem}.", dir=target.parent)
    os.close(handle)
    try:
        model.save(temporary)
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
