"""Puts nodes together into a tree, without recursion, and checks the limits before each one is made."""

from __future__ import annotations

from specgraph.limits import Limits

from .errors import SourceError
from .nodes import ListNode, MapNode, Node, Scalar
from .text import Source, Span


class Anchor:
    """What `&name` stands for. `node` is None as long as the anchored node is still open."""

    __slots__ = ("height", "key", "name", "node", "size", "start")

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.start = start
        self.node: Node | None = None
        self.key: str | None = None
        """The text of an anchored scalar, as a key would have it."""
        self.size = 1
        """Values in the node, itself included, after aliases are expanded."""
        self.height = 0
        """Containers that are nested in each other in the node, itself included."""


class _Frame:
    """A list or mapping that is still open."""

    __slots__ = ("anchor", "before", "height", "key", "last_end", "node")

    def __init__(self, node: ListNode | MapNode, before: int, anchor: Anchor | None) -> None:
        self.node = node
        self.before = before
        self.anchor = anchor
        self.key: Scalar | None = None
        self.height = 1
        self.last_end = node.end


class Builder:
    """Takes the parts of a document in the order in which they are written.

    Between a mapping's `open` and its `close`, calls of `key` alternate with values (`add`, `alias`, or
    another `open`). The reader asks `wants_key` to tell which is due.
    """

    __slots__ = ("_alias_nodes", "_aliases", "_frames", "_nodes", "limits", "root", "source")

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.root: Node | None = None
        self._frames: list[_Frame] = []
        self._nodes = 0
        self._aliases = 0
        self._alias_nodes = 0

    @property
    def wants_key(self) -> bool:
        """Whether the innermost open container is a mapping, and its next part a key."""
        if not self._frames:
            return False
        frame = self._frames[-1]
        return frame.key is None and isinstance(frame.node, MapNode)

    @property
    def innermost(self) -> ListNode | MapNode | None:
        """The innermost open container."""
        return self._frames[-1].node if self._frames else None

    def add(self, node: Node) -> None:
        """Put a value where the next one belongs."""
        self._count(1, node.start)
        self._attach(node, node.end)

    def open(self, node: ListNode | MapNode, anchor: Anchor | None = None) -> None:
        """Put an empty container where the next value belongs; what follows goes into it."""
        self._depth(1, node.start)
        self._count(1, node.start)
        self._attach(node, node.end)
        self._frames.append(_Frame(node, self._nodes - 1, anchor))

    def close(self, end: int | None) -> None:
        """End the innermost container at `end`; None means at the end of its last child."""
        frame = self._frames.pop()
        frame.node.end = frame.last_end if end is None else end
        if frame.anchor is not None:
            frame.anchor.node = frame.node
            frame.anchor.size = self._nodes - frame.before
            frame.anchor.height = frame.height
        if self._frames:
            parent = self._frames[-1]
            parent.height = max(parent.height, frame.height + 1)
            parent.last_end = frame.node.end

    def key(self, key: Scalar) -> None:
        """Take a key of the innermost mapping; its value is a string, already."""
        frame = self._frames[-1]
        assert isinstance(frame.node, MapNode) and isinstance(key.value, str)
        if len(key.value) > self.limits.name_length:
            raise self._passed(
                "name_length", f"this key has {len(key.value):,} characters", key.start, key.end
            )
        if key.value in frame.node.entries:
            first = frame.node.entries[key.value][0]
            raise SourceError(
                "duplicate-key",
                f"the key `{key.value}` is here twice",
                key.span,
                help="remove one of them, or rename it",
                related=((first.span, "first here"),),
            )
        frame.key = key

    def alias(self, anchor: Anchor, start: int, end: int) -> None:
        """Put an anchored node where the next value belongs; the node itself is shared, not copied."""
        self.count_alias(start, end)
        node = anchor.node
        assert node is not None
        self._alias_nodes += anchor.size
        if self._alias_nodes > self.limits.alias_nodes:
            message = f"aliases add more than {self.limits.alias_nodes:,} values"
            raise self._passed("alias_nodes", message, start, end)
        self._depth(anchor.height, start, end)
        self._count(anchor.size, start, end)
        self._attach(node, end)
        if self._frames:
            parent = self._frames[-1]
            parent.height = max(parent.height, anchor.height + 1)

    def count_alias(self, start: int, end: int) -> None:
        """Count one use of an alias, as a value or as a key."""
        self._aliases += 1
        if self._aliases > self.limits.aliases:
            raise self._passed("aliases", f"more than {self.limits.aliases:,} aliases", start, end)

    def _attach(self, node: Node, end: int) -> None:
        if not self._frames:
            self.root = node
            return
        frame = self._frames[-1]
        frame.last_end = end
        if isinstance(frame.node, ListNode):
            frame.node.items.append(node)
        else:
            assert frame.key is not None and isinstance(frame.key.value, str)
            frame.node.entries[frame.key.value] = (frame.key, node)
            frame.key = None

    def _count(self, more: int, start: int, end: int | None = None) -> None:
        self._nodes += more
        if self._nodes > self.limits.nodes:
            raise self._passed("nodes", f"the file has more than {self.limits.nodes:,} values", start, end)

    def _depth(self, more: int, start: int, end: int | None = None) -> None:
        if len(self._frames) + more > self.limits.depth:
            message = f"lists and mappings are nested more than {self.limits.depth} deep"
            raise self._passed("depth", message, start, end)

    def _passed(self, limit: str, message: str, start: int, end: int | None) -> SourceError:
        span = Span(self.source, start, min(start + 1, len(self.source.text)) if end is None else end)
        return SourceError(
            "limit", message, span, help=f"the limit is named `{limit}`; a trusted file may raise it"
        )
