"""The texts of single values: scalars of several lines, flow collections on one, and what stays verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from specgraph.source.nodes import ListNode, MapNode, Node

from .tokens import BREAK, Token

_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)([ \t]*)(?=\r|\n|\Z)")


def one_line(tokens: Sequence[Token]) -> str | None:
    """A flow collection as `{a: 1, b: [2, 3]}`; None if a scalar in it has several lines."""
    parts: list[str] = []
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if BREAK.search(token.text):
            return None
        if token.kind == "alias" and after is not None and after.kind == ":":
            parts.append(token.text + " ")
        elif token.kind == ":":
            parts.append(": ")
        elif token.kind != ",":
            parts.append(token.text)
        elif after is not None and after.kind not in ("]", "}"):
            parts.append(", ")
    return "".join(parts)


def broken_key(node: Node) -> bool:
    """Whether a key in a node has several lines, as only a flow mapping lets it."""
    todo = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, ListNode):
            todo += one.items
        elif isinstance(one, MapNode):
            for key, value in one:
                if BREAK.search(key.source.text, key.start, key.end):
                    return True
                todo.append(value)
    return False


def scalar(token: Token, indent: int) -> list[str]:
    """The lines of a plain or quoted scalar; how those after the first are indented says nothing in YAML."""
    first, *more = BREAK.split(token.text)
    if not more:
        return [first]
    more = [*map(_trimmed, more[:-1]), more[-1].lstrip(" \t")]
    return [_trimmed(first), *[" " * indent + line if line else "" for line in more]]


def _trimmed(line: str) -> str:
    """A line without the spaces around it, save one at its end that a backslash escapes."""
    short = line.rstrip(" \t")
    escaped = (len(short) - len(short.rstrip("\\"))) % 2
    return line[: len(short) + escaped].lstrip(" \t") if short else ""


def is_block(token: Token) -> bool:
    """Whether a token is a scalar behind `|` or `>`."""
    return token.kind == "scalar" and token.text[0] in "|>"


def block_end(text: str, token: Token, column: int) -> int:
    """Where a block scalar of an entry at `column` ends, without its last line break.

    Spaces at the end of its last line belong to it, and lines of spaces beyond its indentation; with `+`,
    all empty lines.
    """
    end = token.end
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    keeps = "+" in header(token)
    inner = _inner(token, column)
    at = end
    while (match := _BLANK_LINE.match(text, at)) and at < len(text):
        at = match.end()
        if (keeps and at < len(text)) or len(match.group(1)) > inner:
            end = at
    return end


def header(token: Token) -> str:
    """`|`, `>-`, `|2+`: the first line of a block scalar, without its comment."""
    return BREAK.split(token.text, maxsplit=1)[0].split("#")[0].strip()


def _inner(token: Token, column: int) -> int:
    """The indentation of a block scalar's text."""
    digit = re.search("[1-9]", header(token))
    if digit:
        return column + int(digit.group())
    lines = [line for line in BREAK.split(token.text)[1:] if line.strip(" ")]
    return len(lines[0]) - len(lines[0].lstrip(" ")) if lines else column + 1


def block_scalar(text: str, token: Token, column: int, indent: int) -> list[str]:
    """The lines of a block scalar of an entry at `column`, moved to an entry at `indent` - 2."""
    first, *body = BREAK.split(text[token.start : block_end(text, token, column)])
    inner = _inner(token, column)
    explicit = re.search("[1-9]", header(token))
    outer = " " * (indent - 2 + int(explicit.group()) if explicit else indent)
    first = re.sub(r"[ \t]+#", "  #", first.rstrip(), count=1)
    return [first, *[outer + line[inner:] if len(line) > inner else "" for line in body]]


def moved(text: str, tokens: Sequence[Token], end: int, by: int) -> list[str]:
    """The text from the first of some tokens to `end`, the lines after the first moved `by` columns.

    Spaces at the ends of lines go, except in scalars.
    """
    pieces: list[str] = []
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        pieces.append(token.text.rstrip() if token.kind == "comment" else text[token.start : token.end])
        gap = text[token.end : end if after is None else after.start]
        pieces.append(gap if is_block(token) else re.sub(r"[ \t]+(?=\r|\n)", "", gap))
    first, *more = BREAK.split("".join(pieces))
    return [first, *[_shifted(line, by) for line in more]]


def _shifted(line: str, by: int) -> str:
    if not line or by >= 0:
        return line and " " * by + line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]
