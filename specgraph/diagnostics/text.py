"""Diagnostics as frames of source lines, for people.

error[E09 reshape-count]: Reshape needs 49 values, its input has 128
  --> gan.yaml:14:18
   |
12 |   - Dense: {units: 128}
   |                    --- 128 values per example come from here
14 |   - Reshape: {target_shape: [7, 7, 1]}
   |                             ^^^^^^^^^ 7·7·1 = 49
   |
help: set `units: 49` on line 12, or choose a target of 128 values, such as [8, 16, 1]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specgraph.source.text import Span

from .diagnostic import Diagnostic
from .escape import ELLIPSIS, escape_char, show

WIDTH = 160
"""Columns of a source line that are shown; longer lines are cut to a window around the span."""

MAX_BYTES = 60_000
"""No output is longer, whatever the file; what is left out is counted."""

MAX_FRAME = 12_000
"""Characters of one frame; what needs more, for marks that take no room, is told without the source."""

MAX_CAUSES = 12
"""Causes shown in one frame."""

_COLORS = {"error": "1;31", "warning": "1;33", "info": "1;36", "cause": "1;34", "frame": "1;34", "bold": "1"}


class _Mark:
    """A stretch of one line with something to say about it; columns count code points from 0."""

    __slots__ = ("end", "line", "message", "primary", "source", "start")

    def __init__(self, span: Span, message: str, primary: bool) -> None:
        self.source = span.source
        self.line, column = span.source.position(span.start)
        text = span.source.line(self.line)
        self.start = min(column - 1, len(text))
        end = min(self.start + max(span.end - span.start, 0), len(text))
        self.end = self.start + len(text[self.start : end].rstrip())
        self.message = message
        self.primary = primary


class _Painter:
    """Wraps text in ANSI colours, or leaves it alone."""

    __slots__ = ("color",)

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if self.color and text else text


def render(diagnostics: Iterable[Diagnostic], *, limit: int, color: bool = False) -> str:
    """The frames, an empty line between two, ending with a line break; "" if there are none.

    At most `limit` diagnostics and 64 kB; the rest is counted in a last line.
    """
    found = list(diagnostics)
    paint = _Painter(color)
    frames: list[str] = []
    size = 0
    for diagnostic in found[: max(limit, 0)]:
        frame = "\n".join(_frame(diagnostic, paint)) + "\n"
        if len(frame) > MAX_FRAME:
            frame = "\n".join(_brief(diagnostic, paint)) + "\n"
        size += len(frame.encode()) + 1
        if size > MAX_BYTES:
            break
        frames.append(frame)
    more = len(found) - len(frames)
    if more:
        frames.append(f"{ELLIPSIS} and {more} more\n")
    return "\n".join(frames)


def _head(diagnostic: Diagnostic, paint: _Painter) -> str:
    code = diagnostic.code
    head = paint(diagnostic.severity, f"{diagnostic.severity}[{code.id} {code.rule}]")
    return head + paint("bold", f": {show(diagnostic.message)}")


def _brief(diagnostic: Diagnostic, paint: _Painter) -> list[str]:
    place = _place(_Mark(diagnostic.span, "", True))
    return [_head(diagnostic, paint), f" {paint('frame', '-->')} {place}"]


def _frame(diagnostic: Diagnostic, paint: _Painter) -> list[str]:
    lines = [_head(diagnostic, paint)]
    marks = [_Mark(diagnostic.span, diagnostic.label, True)]
    marks += [_Mark(cause.span, cause.message, False) for cause in diagnostic.causes[:MAX_CAUSES]]
    gutter = len(str(max(mark.line for mark in marks)))
    for first, group in _by_source(marks):
        arrow = "-->" if first.primary else ":::"
        lines.append(f"{' ' * gutter}{paint('frame', arrow)} {_place(first)}")
        lines.append(paint("frame", " " * gutter + " |"))
        lines.extend(_section(group, gutter, diagnostic.severity, paint))
    note = diagnostic.help or (diagnostic.fix.title if diagnostic.fix else None)
    if note:
        lines.append(paint("frame", " " * gutter + " |"))
        lines.append(paint("bold", "help") + f": {show(note, 600)}")
    return [line.rstrip() for line in lines]


def _place(mark: _Mark) -> str:
    return f"{show(mark.source.name, 300)}:{mark.line}:{mark.start + 1}"


def _by_source(marks: Sequence[_Mark]) -> list[tuple[_Mark, list[_Mark]]]:
    """The marks of each file in the order of the text, beside the mark that names the place."""
    groups: list[tuple[_Mark, list[_Mark]]] = []
    for mark in marks:
        for first, group in groups:
            if first.source is mark.source:
                group.append(mark)
                break
        else:
            groups.append((mark, [mark]))
    for _, group in groups:
        group.sort(key=lambda mark: (mark.line, mark.start, mark.end))
    return groups


def _section(marks: Sequence[_Mark], gutter: int, severity: str, paint: _Painter) -> list[str]:
    """Each line that has marks, and a row for each of its marks."""
    lines: list[str] = []
    last = marks[0].line
    rows: dict[int, list[_Mark]] = {}
    for mark in marks:
        rows.setdefault(mark.line, []).append(mark)
    for number, here in rows.items():
        if number > last + 4:
            lines.append(paint("frame", "..."))
        last = number
        text = marks[0].source.line(number)
        for window, group in _windows(text, here):
            shown = paint("frame", f"{number:>{gutter}} |")
            lines.append(f"{shown} {window.text}")
            for mark in group:
                style, sign = (severity, "^") if mark.primary else ("cause", "-")
                under = sign * max(1, window.column(mark.end) - window.column(mark.start))
                row = paint(style, f"{under} {show(mark.message, 300)}".rstrip())
                bar = paint("frame", " " * gutter + " |")
                lines.append(f"{bar} {' ' * window.column(mark.start)}{row}")
    return lines


def _windows(text: str, marks: list[_Mark]) -> list[tuple[_Window, list[_Mark]]]:
    """The line once for all its marks, or, if it is too long for that, again for those far off."""
    whole = _Window(text, marks[0].start, max(mark.end for mark in marks))
    if whole.holds(max(mark.end for mark in marks)):
        return [(whole, marks)]
    windows: list[tuple[_Window, list[_Mark]]] = []
    for mark in marks:
        if windows and windows[-1][0].holds(mark.end):
            windows[-1][1].append(mark)
        else:
            windows.append((_Window(text, mark.start, mark.end), [mark]))
    return windows


class _Window:
    """The part of a line around `[start, end)` that fits in `WIDTH` columns, and where things stand in it."""

    __slots__ = ("_columns", "_lo", "text")

    def __init__(self, line: str, start: int, end: int) -> None:
        lo, hi, room = start, start, WIDTH - 2
        while hi < end and room > WIDTH // 4:
            room -= columns(line[hi])
            hi += 1
        left = room // 2 if len(line) - hi > room // 2 else room
        while lo > 0 and left > 0:
            lo -= 1
            left -= columns(line[lo])
            room -= columns(line[lo])
        while hi < len(line) and room > 0:
            room -= columns(line[hi])
            hi += 1
        while lo > 0 and room > 0:
            lo -= 1
            room -= columns(line[lo])
        self._lo = lo
        column = 1 if lo > 0 else 0
        self._columns = [column]
        shown = [ELLIPSIS] if lo > 0 else []
        for char in line[lo:hi]:
            shown.append(_shown(char))
            column += columns(char)
            self._columns.append(column)
        if hi < len(line):
            shown.append(ELLIPSIS)
        self.text = "".join(shown)

    def holds(self, offset: int) -> bool:
        """Whether the text before `offset` (in code points of the line) is in the window."""
        return offset - self._lo < len(self._columns)

    def column(self, offset: int) -> int:
        """The column, from 0, at which the character of that offset begins."""
        return self._columns[min(max(offset - self._lo, 0), len(self._columns) - 1)]


def _shown(char: str) -> str:
    return "    " if char == "\t" else escape_char(char)


def columns(char: str) -> int:
    """How many terminal columns a character takes, as it is shown here."""
    if " " <= char <= "~":
        return 1
    shown = _shown(char)
    if len(shown) > 1:
        return len(shown)
    from unicodedata import category, east_asian_width

    if category(char) in ("Mn", "Me") or char == "\ufe0f":
        return 0
    return 2 if east_asian_width(char) in "WF" or "\U0001f300" <= char <= "\U0001faff" else 1
