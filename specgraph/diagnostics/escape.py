"""Text from a file, made safe to show.

A name in a spec may hold escape sequences, line breaks that forge a line of output, or controls that
turn the direction of what follows. What cannot be seen is written out as `\\uXXXX`.
"""

from __future__ import annotations

ELLIPSIS = "…"

_UNSEEN = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)).union(
    range(0x180B, 0x1810), range(0xFE00, 0xFE0F)
)
"""Printable by their category, yet nothing is to be seen of them. (U+FE0F belongs to emoji.)"""


def _safe(char: str) -> bool:
    point = ord(char)
    if point < 0x300:
        return char.isprintable()
    if 0x1F300 <= point <= 0x1FAFF:
        return True  # emoji younger than this Python's Unicode tables, too
    return char.isprintable() and point not in _UNSEEN and not 0xE0100 <= point <= 0xE01EF


def escape_char(char: str) -> str:
    """The character, or `\\uXXXX` (`\\UXXXXXXXX` beyond the basic plane)."""
    if _safe(char):
        return char
    point = ord(char)
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def escape(text: str) -> str:
    """The text on one line, without controls, bidi controls, or characters that cannot be seen.

    Lone surrogates go too, so that the result can always be encoded.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join([escape_char(char) for char in text])


def clip(text: str, width: int, start: int = 0, end: int = 0) -> str:
    """At most `width` characters of the text, those around `[start, end)`, with `…` where it goes on."""
    lo, hi = window(len(text), width, start, end)
    if (lo, hi) == (0, len(text)):
        return text
    lo += lo > 0
    hi -= hi < len(text)
    return (ELLIPSIS if lo else "") + text[lo:hi] + (ELLIPSIS if hi < len(text) else "")


def window(length: int, width: int, start: int, end: int) -> tuple[int, int]:
    """A range of at most `width` within `[0, length)` that has `start`, and `end` if there is room."""
    if length <= width:
        return 0, length
    start = min(max(start, 0), length)
    span = min(max(end - start, 1), width)
    lo = max(0, min(start - (width - span) // 2, length - width))
    return lo, lo + width


def show(text: str, width: int = 400) -> str:
    """Escaped and clipped: one short line, whatever the text."""
    return clip(escape(text[: 2 * width]), width)
