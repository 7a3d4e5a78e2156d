"""Standard output and error, whatever they are connected to: a full disk, a closed pipe, nothing."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


def prepare() -> None:
    """Makes both streams writable in any locale; a closed one is replaced.

    A standard output that the shell has closed (`>&-`) fails when something is written to it; a closed
    standard error swallows what it is told.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def flush() -> None:
    """Hands all that was written to the system; OSError where it cannot be."""
    sys.stdout.flush()
    sys.stderr.flush()


def discard(*streams: TextIO) -> None:
    """What is still buffered goes nowhere, so that Python does not try again at its end."""
    for stream in streams or (sys.stdout, sys.stderr):
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError, AttributeError):
            continue  # a stream without a file, as in tests


def say(message: str) -> None:
    """One line on standard error, in the program's name."""
    from specgraph.diagnostics.escape import show

    try:
        sys.stderr.write(f"specgraph: {show(message)}\n")
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


@contextmanager
def quiet_native() -> Iterator[None]:
    """Keeps back what native code writes to standard error, unless what runs here fails."""
    import tempfile

    with tempfile.TemporaryFile() as kept:
        sys.stderr.flush()
        real = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(real, 2)
            kept.seek(0)
            os.write(2, kept.read(1 << 16))
            raise
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)
