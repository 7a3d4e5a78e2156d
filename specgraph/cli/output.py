"""Files that commands write: whole or not at all, and never over something that is not theirs.

A file is written under a hidden name beside its target, `.NAME.XXXXXXXX.EXT`, and renamed when it is
whole. What a killed process leaves behind is at most such a file.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from .run import UsageError


def check_folder(target: Path) -> None:
    """Refuses a target whose folder is not there or cannot be written to."""
    if not target.parent.is_dir():
        raise UsageError(f"there is no folder '{target.parent}'")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise UsageError(f"the folder '{target.parent}' cannot be written to")
    if target.is_dir():
        raise UsageError(f"'{target}' is a folder")


def check_model(target: Path, force: bool) -> None:
    """Refuses to replace what is not an earlier output of the same kind."""
    check_folder(target)
    if os.path.lexists(target) and not force and not _is_keras_file(target):
        raise UsageError(f"'{target}' is there and is no Keras model; --force replaces it")


def _is_keras_file(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return {"config.json", "metadata.json"} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def write_whole(
    contents: Mapping[Path, Callable[[Path], object]], *, replace: bool = True, keep_mode: bool = False
) -> None:
    """Writes all the files, each by its function, or none of them.

    Without `replace`, FileExistsError for a target that is there, even if it has just come. With
    `keep_mode`, a file that is replaced leaves its permissions to the new one.
    """
    written: dict[Path, Path] = {}
    try:
        for target, write in contents.items():
            handle, name = tempfile.mkstemp(target.suffix, f".{target.stem}.", target.parent)
            os.close(handle)
            written[target] = Path(name)
            write(Path(name))
            _settle(name, target.stat().st_mode & 0o777 if keep_mode and target.exists() else None)
        for target, temporary in written.items():
            if replace:
                os.replace(temporary, target)
            else:
                _put_beside(temporary, target)
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)


def _put_beside(temporary: Path, target: Path) -> None:
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError(f"'{target}' is there") from None
        os.replace(temporary, target)


def _settle(name: str, mode: int | None) -> None:
    """The file's bytes on the disk, and its permissions; None for those that a new file has."""
    with open(name, "rb") as file:
        os.fsync(file.fileno())
    umask = os.umask(0)
    os.umask(umask)
    os.chmod(name, 0o666 & ~umask if mode is None else mode)
