"""What a backend says against a batch, in a line: where it was, and what it was."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from .errors import TrainError

_MEMORY = "a smaller `batch_size` takes less memory"
_DATA = "look at the data: which values they have, and which of them the layers take"
_NODE = re.compile(r"\{\{(?:function_)?node ([^}]*)\}\}")
_NOISE = re.compile(r"\x1b\[\d+m|\[\[.*?\]\]|\{\{.*?\}\}|\[Op:.*?\]|name: *$", re.MULTILINE)
_STEP = re.compile(r"Error in user-defined function.* Iterator::\S+: ")
_ARGUMENTS = "\n\nArguments received by"
LONGEST = 300


@contextmanager
def told(where: str, layers: Iterable[str] = ()) -> Iterator[None]:
    """Turns what the backend raises while it runs into `TrainError`; `layers` are the names to look for."""
    try:
        yield
    except Exception as error:
        if not _of_backend(error):
            raise
        text = str(error)
        full = "OOM" in text or "RESOURCE_EXHAUSTED" in text or "Out of memory" in text
        said = f"{where}: {_part(text, layers)}{_line(text)}"
        raise TrainError(said, help=_MEMORY if full else _DATA) from error


def _of_backend(error: Exception) -> bool:
    """Whether TensorFlow or JAX has raised it while running, neither of which is imported for that."""
    kinds = []
    if "tensorflow" in sys.modules:
        kinds.append(sys.modules["tensorflow"].errors.OpError)
    if "jax" in sys.modules:
        kinds.append(sys.modules["jax"].errors.JaxRuntimeError)
    return isinstance(error, tuple(kinds))


def _line(text: str) -> str:
    """The line that says what is wrong, the last after the traces of calls, without names of nodes."""
    plain = _STEP.sub("", _NOISE.sub("", text.partition(_ARGUMENTS)[0]))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    said = lines[-1] if lines else "it cannot be run"
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def _part(text: str, layers: Iterable[str]) -> str:
    """Which part failed: a step of the data, the loss, or the innermost layer on a node's path."""
    if _STEP.search(text) is not None:
        return "a step of the data: "
    known = set(layers)
    for path in _NODE.findall(text):
        parts = path.split("/")
        if parts[0] == "compile_loss":
            return "the loss: "
        for part in reversed(parts):
            for name in (part, re.sub(r"_\d+$", "", part)):
                if name in known:
                    return f"layer `{name}`: "
    return ""
