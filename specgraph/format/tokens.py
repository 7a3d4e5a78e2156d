"""A YAML text as tokens: its scalars, from the tree, and what stands in the gaps between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from specgraph.source.nodes import MapNode, Node, Scalar
from specgraph.source.text import Source

BREAK = re.compile(r"\r\n|\r|\n")
_GAP = re.compile(
    r"(?P<space>[ \t\r\n\ufeff]+)|(?P<comment>\#[^\r\n]*)|(?P<anchor>&[^\s,\[\]{}]+)"
    r"|(?P<alias>\*[^\s,\[\]{}]+)|(?P<marker>---|\.\.\.)|(?P<directive>%[^\r\n]*)|(?P<sign>[-?:,\[\]{}])"
)


class FormatError(Exception):
    """The formatted text would not be the same spec: a fault of the printer, never of the text."""


class Token(NamedTuple):
    """A piece of text that is not white space. `kind` is a sign itself, or `scalar`, `comment`, `anchor`,
    `alias`, `marker`, `directive`."""

    kind: str
    text: str
    start: int
    end: int
    column: int
    """From 0."""
    leads: bool
    """Whether it is the first on its line."""
    spaced: bool
    """Whether an empty line stands before it."""


def tokens(root: Node) -> list[Token]:
    """All tokens of the tree's source, in their order; empty scalars have none."""
    source = root.source
    found: list[Token] = []
    done = 0
    for leaf in _leaves(root):
        end = leaf.start + len(source.text[leaf.start : leaf.end].rstrip(" \t\r\n"))
        if done <= leaf.start < end and not source.text.startswith("*", leaf.start):
            _gap(source, done, leaf.start, found)
            _add(source, "scalar", leaf.start, end, found)
            done = end
    _gap(source, done, len(source.text), found)
    return found


def closing(found: list[Token]) -> dict[int, int]:
    """From the index of a bracket that opens to the index behind the one that closes it."""
    pairs: dict[int, int] = {}
    open_ones: list[int] = []
    for index, token in enumerate(found):
        if token.kind in ("{", "["):
            open_ones.append(index)
        elif token.kind in ("}", "]"):
            pairs[open_ones.pop()] = index + 1
    return pairs


def comments(root: Node) -> list[str]:
    """The texts of all comments, sorted, those behind a block scalar's `|` not among them."""
    return sorted(token.text.rstrip() for token in tokens(root) if token.kind == "comment")


def _leaves(root: Node) -> Iterator[Scalar]:
    """Keys and values in the order of the text; an aliased node only where it is anchored."""
    seen: set[int] = set()
    todo: list[Node] = [root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, MapNode):
            todo += [part for key, value in reversed(node.entries.values()) for part in (value, key)]
        else:
            todo += reversed(node.items)


def _gap(source: Source, start: int, end: int, found: list[Token]) -> None:
    while start < end:
        match = _GAP.match(source.text, start, end)
        if match is None:
            raise FormatError(f"{source.text[start:end]!r} stands between two values")
        kind = str(match.lastgroup)
        if kind != "space":
            _add(source, match.group() if kind == "sign" else kind, start, match.end(), found)
        start = match.end()


def _add(source: Source, kind: str, start: int, end: int, found: list[Token]) -> None:
    text = source.text
    before = BREAK.findall(text, found[-1].end if found else 0, start)
    column = source.position(start)[1] - 1
    leads = bool(before) or not found
    found.append(Token(kind, text[start:end], start, end, column, leads, len(before) > 1))
