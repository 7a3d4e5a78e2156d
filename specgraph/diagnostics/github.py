"""Diagnostics as workflow commands, which GitHub shows beside the lines of a change."""

from __future__ import annotations

from collections.abc import Iterable

from .diagnostic import Diagnostic
from .escape import show

MAX_BYTES = 60_000
"""No output is longer, whatever the file; what is left out is counted."""

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(diagnostics: Iterable[Diagnostic], *, limit: int) -> str:
    """One command to a line, at most `limit` of them, and a notice that counts the rest."""
    found = list(diagnostics)
    lines: list[str] = []
    size = 0
    for diagnostic in found[: max(limit, 0)]:
        line = _command(diagnostic)
        size += len(line.encode()) + 1
        if size > MAX_BYTES:
            break
        lines.append(line)
    more = len(found) - len(lines)
    if more:
        lines.append(f"::notice title=specgraph::… and {more} more")
    return "".join(f"{line}\n" for line in lines)


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    place = [("file", _property(span.source.name)), ("line", line)]
    if line == end_line:  # GitHub refuses columns on a range of several lines
        place += [("col", column), ("endLine", end_line), ("endColumn", end_column)]
    else:
        place += [("endLine", end_line)]
    place.append(("title", _property(f"{diagnostic.code.id} {diagnostic.code.rule}")))
    message = _data(diagnostic.message)
    if diagnostic.help:
        message += "%0A" + _data(f"help: {diagnostic.help}")
    properties = ",".join(f"{name}={value}" for name, value in place)
    return f"::{_COMMANDS[diagnostic.severity]} {properties}::{message}"


def _data(text: str) -> str:
    """Line breaks are gone after `show`, so that only the escape character itself is left."""
    return show(text, 1_000).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
