"""The tree that both readers, YAML and JSON, make: values that know their place.

Nodes are plain slotted classes, not dataclasses: a file may have 200,000 of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from .text import Source, Span

Value: TypeAlias = "None | bool | int | float | str | list[Any] | dict[str, Any]"


class Scalar:
    """A string, number, bool or null.

    `value` is the reading of YAML 1.2's core schema. `plain` says that it was written without
    quotes, so that a YAML 1.1 reader might take it for something else (`source.scalars.legacy`).
    """

    __slots__ = ("end", "origin", "plain", "source", "start", "value")

    def __init__(
        self,
        source: Source,
        start: int,
        end: int,
        value: None | bool | int | float | str,
        plain: bool = False,
        origin: Span | None = None,
    ) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.value = value
        self.plain = plain
        self.origin = origin
        """Where the value was defined, if it came here from a param."""

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)

    def data(self) -> Value:
        return self.value


class ListNode:
    """A YAML sequence or JSON array."""

    __slots__ = ("end", "flow", "items", "origin", "source", "start")

    def __init__(
        self,
        source: Source,
        start: int,
        end: int,
        items: list[Node],
        flow: bool = True,
        origin: Span | None = None,
    ) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.items = items
        self.flow = flow
        """Written as `[…]`, not as lines that start with a dash."""
        self.origin = origin

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)

    def data(self) -> Value:
        return [item.data() for item in self.items]


class MapNode:
    """A YAML mapping or JSON object; keys are strings, unique, in their order in the file."""

    __slots__ = ("end", "entries", "flow", "source", "start")

    def __init__(
        self,
        source: Source,
        start: int,
        end: int,
        entries: dict[str, tuple[Scalar, Node]],
        flow: bool = True,
    ) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.entries = entries
        """Key text -> (the key's node, the value's node)."""
        self.flow = flow

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)

    def data(self) -> Value:
        return {key: value.data() for key, (_, value) in self.entries.items()}

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None."""
        entry = self.entries.get(key)
        return entry[1] if entry else None

    def key(self, key: str) -> Scalar:
        """The node of the key itself; KeyError if it is not there."""
        return self.entries[key][0]

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries.values())


Node: TypeAlias = Scalar | ListNode | MapNode


def at(node: Node, path: Sequence[str | int]) -> Node:
    """The node that `path` leads to, or the last one on the way that exists."""
    for step in path:
        if isinstance(node, MapNode) and isinstance(step, str) and step in node.entries:
            node = node.entries[step][1]
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            break
    return node
