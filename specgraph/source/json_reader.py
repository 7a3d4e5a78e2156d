"""Reads JSON, strictly by RFC 8259, into nodes."""

from __future__ import annotations

import re

from specgraph.limits import Limits

from .builder import Builder
from .errors import SourceError
from .nodes import ListNode, MapNode, Node, Scalar
from .scalars import integer, real
from .text import Source, Span

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_CHUNK = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]*')
_SIMPLE = re.compile(r'"([^"\\\x00-\x1f\ud800-\udfff]*)"')
_WORD = re.compile(r"[\w.+-]+")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}
_HINTS = {
    "NaN": "JSON has no NaN; leave it out, or use null",
    "Infinity": "JSON has no infinity",
    "-Infinity": "JSON has no infinity",
    "True": "JSON writes `true`",
    "False": "JSON writes `false`",
    "None": "JSON writes `null`",
    "undefined": "JSON writes `null`",
}


def read_json(source: Source, limits: Limits) -> Node:
    """The value that a JSON text stands for; SourceError if it is not one, or passes a limit."""
    return _Reader(source, limits).read()


class _Reader:
    """`pos` is where the next token begins, with white space skipped."""

    __slots__ = ("builder", "limits", "pos", "source", "text")

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.text = source.text
        self.limits = limits
        self.builder = Builder(source, limits)
        self.pos = 1 if self.text.startswith("\ufeff") else 0

    def read(self) -> Node:
        self.skip()
        while True:
            # Here a value is due, and in a mapping its key has been read.
            while self.opened():
                pass
            if not self.after_value():
                break
        assert self.builder.root is not None
        return self.builder.root

    def skip(self) -> None:
        if self.char() > " ":
            return
        match = _SPACE.match(self.text, self.pos)
        assert match is not None
        self.pos = match.end()

    def char(self) -> str:
        return self.text[self.pos : self.pos + 1]

    def opened(self) -> bool:
        """Read a value. True if it is a container that was opened, so that a value is due again."""
        char, start = self.char(), self.pos
        if char not in ("{", "["):
            self.scalar(char)
            return False
        if char == "{":
            self.builder.open(MapNode(self.source, start, start + 1, {}))
        else:
            self.builder.open(ListNode(self.source, start, start + 1, []))
        self.pos += 1
        self.skip()
        if self.char() == ("}" if char == "{" else "]"):
            self.close()
            return False
        if char == "{":
            self.key()
        return True

    def close(self) -> None:
        self.pos += 1
        self.builder.close(self.pos)

    def key(self) -> None:
        """Read a key and its colon."""
        start = self.pos
        if self.char() != '"':
            raise self.unexpected("a key in double quotes")
        value = self.string()
        self.builder.key(Scalar(self.source, start, self.pos, value))
        self.skip()
        if self.char() != ":":
            raise self.unexpected("`:`")
        self.pos += 1
        self.skip()

    def after_value(self) -> bool:
        """Close what ends here; True if another value follows, False at the end of the text."""
        while True:
            self.skip()
            container = self.builder.innermost
            char = self.char()
            if container is None:
                if char:
                    raise self.unexpected("the end of the text")
                return False
            is_map = isinstance(container, MapNode)
            if char == ",":
                self.pos += 1
                self.skip()
                if is_map:
                    self.key()
                return True
            if char != ("}" if is_map else "]"):
                raise self.unexpected("`,` or `}`" if is_map else "`,` or `]`")
            self.close()

    def scalar(self, char: str) -> None:
        start = self.pos
        value: None | bool | int | float | str
        if char == '"':
            value = self.string()
        else:
            match = _WORD.match(self.text, start)
            word = match.group() if match else ""
            number = _NUMBER.fullmatch(word)
            if word in _WORDS:
                value = _WORDS[word]
            elif number is None:
                raise self.unexpected("a value")
            elif number.group(1) or number.group(2):
                value = real(word, self.source, start)
            else:
                value = integer(word, self.source, start, self.limits)
            self.pos = start + len(word)
        self.builder.add(Scalar(self.source, start, self.pos, value))

    def string(self) -> str:
        """Read a string; `pos` goes from its first quote to behind its last."""
        start = self.pos
        simple = _SIMPLE.match(self.text, start)
        if simple is not None:
            self.pos = simple.end()
            return simple.group(1)
        parts: list[str] = []
        self.pos += 1
        while True:
            match = _CHUNK.match(self.text, self.pos)
            assert match is not None
            parts.append(match.group())
            self.pos = match.end()
            char = self.char()
            if char == '"':
                self.pos += 1
                return "".join(parts)
            if char == "\\":
                parts.append(self.escape())
            elif not char or char in "\r\n":
                raise SourceError(
                    "syntax", "this string has no end on its line", Span(self.source, start, self.pos)
                )
            else:
                raise self.error(
                    f"U+{ord(char):04X} cannot stand in a string as it is", 1, "write it as an escape"
                )

    def escape(self) -> str:
        """Read a backslash and what belongs to it."""
        letter = self.text[self.pos + 1 : self.pos + 2]
        if letter in _ESCAPES:
            self.pos += 2
            return _ESCAPES[letter]
        if letter != "u":
            raise self.error(f"`\\{letter}` is no escape of JSON", 2, "write a backslash as `\\\\`")
        unit = self.unit(self.pos)
        if unit is None:
            raise self.error("`\\u` needs four hexadecimal digits", 2)
        size = 6
        if 0xD800 <= unit < 0xDC00:
            low = self.unit(self.pos + 6)
            if low is not None and 0xDC00 <= low < 0xE000:
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                size = 12
        if 0xD800 <= unit < 0xE000:
            raise self.error("half of a surrogate pair is no character", size)
        if unit == 0:
            raise self.error("a string cannot hold the character NUL", size)
        self.pos += size
        return chr(unit)

    def unit(self, pos: int) -> int | None:
        """The value of the escape `\\uXXXX` at `pos`, if there is one."""
        match = _HEX.match(self.text, pos + 2) if self.text.startswith("\\u", pos) else None
        return int(match.group(), 16) if match else None

    def error(self, message: str, length: int, help: str | None = None) -> SourceError:
        return SourceError("syntax", message, Span(self.source, self.pos, self.pos + length), help=help)

    def unexpected(self, wanted: str) -> SourceError:
        """What is at `pos` is not `wanted`."""
        char = self.char()
        match = _WORD.match(self.text, self.pos)
        found = match.group()[:40] if match else char
        container = self.builder.innermost
        related: tuple[tuple[Span, str], ...] = ()
        if container is not None and not char:
            opener = Span(self.source, container.start, container.start + 1)
            return SourceError("syntax", f"this `{opener.text}` is never closed", opener)
        if container is not None and char in ("]", "}", ":"):
            related = ((Span(self.source, container.start, container.start + 1), "opened here"),)
        help = _HINTS.get(found)
        if char == "'":
            help = "JSON has double quotes only"
        elif char in ("#", "/"):
            help = "JSON has no comments"
        elif char in ("]", "}") and self.text[: self.pos].rstrip(" \t\r\n").endswith(","):
            help = "JSON has no comma after the last item"
        found = f"found `{found}`" if char else "the text ends"
        span = Span(self.source, self.pos, self.pos + (len(match.group()) if match else len(char)))
        return SourceError("syntax", f"expected {wanted}, {found}", span, help=help, related=related)
