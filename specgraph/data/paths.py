"""Files that a spec names as data: regular ones below the root, which are opened without ever waiting."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from .source import DataError, Place

Where = tuple[str | int, ...]


def find(place: Place, written: str, where: Where, *, folder: bool = False) -> Path:
    """The file or folder of a path in a spec; `DataError` where there is none, or it lies outside the root.

    `where` leads to the path among the source's arguments.
    """
    parts = written.replace("\\", "/").split("/")
    if parts[0] == "" or parts[0].startswith("~") or ":" in written or "\0" in written:
        message = "a file is named by its path from the spec's folder"
        raise DataError(message, where, rule="unsafe-path", help="such as `data/train.npz`")
    if place.folder is None:
        message = "text that is no file has no folder to look into"
        raise DataError(message, where, rule="unsafe-path", help="write the spec to a file")
    try:
        found = (place.folder / written).resolve()
        if not inside(place, found):
            message = f"'{written}' leads out of the root folder"
            help = "the root is the folder of the spec, or --root"
            raise DataError(message, where, rule="unsafe-path", help=help)
        status = found.stat()
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "its path cannot be followed"
        near = _beside(place.folder, written)
        raise DataError(f"cannot read '{written}': {reason.lower()}", where, help=near) from None
    kind = stat.S_ISDIR if folder else stat.S_ISREG
    if not kind(status.st_mode):
        what = "no folder" if folder else "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
        raise DataError(f"cannot read '{written}': it is {what}", where, rule="unsafe-path")
    return found


def inside(place: Place, path: Path) -> bool:
    """Whether a path, its links followed, lies below the root."""
    root = place.root or place.folder
    return root is not None and path.is_relative_to(root)


def _beside(folder: Path, written: str) -> str | None:
    """What a file that is not there may have been meant to be."""
    from specgraph.diagnostics.report import did_you_mean

    head, _, tail = written.replace("\\", "/").rpartition("/")
    try:
        with os.scandir(folder / head) as listed:
            names = [one.name for one, _ in zip(listed, range(1000), strict=False)]
    except OSError:
        return None
    near, _ = did_you_mean(tail, names)
    return f"did you mean `{f'{head}/' if head else ''}{near}`?" if near else None


def open_regular(path: Path, where: Where) -> BinaryIO:
    """A regular file, opened so that a pipe put in its place in the meantime cannot hold us up."""
    flags = os.O_RDONLY
    for flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, flag, 0)
    try:
        file = open(os.open(path, flags), "rb")  # noqa: SIM115 - it is the caller's to close
    except OSError as error:
        raise DataError(
            f"cannot read '{path.name}': {(error.strerror or 'it fails').lower()}", where
        ) from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise DataError(f"cannot read '{path.name}': it is no regular file", where, rule="unsafe-path")
    return file
