"""Source text with positions."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Source:
    """One file's text.

    Offsets count code points from the start of `text`; lines and columns count from 1. Only `\\n`,
    `\\r\\n` and a lone `\\r` end a line (YAML 1.2).
    """

    __slots__ = ("_path", "_starts", "name", "text")

    def __init__(self, text: str, name: str = "<string>", path: str | Path | None = None) -> None:
        self.text = text
        self.name = name
        """What to call the file in diagnostics: its path as the user wrote it, or `<stdin>`."""
        self._path = path
        self._starts: list[int] | None = None

    @property
    def path(self) -> Path | None:
        """Where the file lies, if it is one; relative paths in the spec start in its folder."""
        from pathlib import Path

        return None if self._path is None else Path(self._path)

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            starts = [0]
            text = self.text
            for i, char in enumerate(text):
                if char == "\n" or (char == "\r" and text[i + 1 : i + 2] != "\n"):
                    starts.append(i + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """The (line, column) of an offset, both from 1."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line break."""
        starts = self._line_starts()
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    @property
    def line_count(self) -> int:
        """How many lines the text has; an empty text has one."""
        return len(self._line_starts())


class Span(NamedTuple):
    """A half-open range of a source's text, `[start, end)` in code points."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text that the span covers."""
        return self.source.text[self.start : self.end]
