"""Which lists of layers the expansion of a spec came to, and which not.

Not reached are the other way of a `when`, a `repeat` of no rounds, and blocks that nothing uses. Their layers
are no part of any model, but their names are checked all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from specgraph.diagnostics import Label
from specgraph.source.nodes import ListNode, Node

from .params import Param


class Dead(NamedTuple):
    """A list that was left out where it stands; it may be in use elsewhere."""

    layers: ListNode
    params: Mapping[str, Param]
    what: str
    """Whose params these are."""
    via: tuple[Label, ...]


class Reach:
    """What was expanded and what was not, over all models of a spec."""

    def __init__(self) -> None:
        self._reached: set[int] = set()
        self._left_out: dict[int, Dead] = {}

    def came_to(self, items: Sequence[Node]) -> None:
        """A list of items is expanded."""
        self._reached.add(id(items))

    def left_out(
        self, layers: Node | None, params: Mapping[str, Param], what: str, via: tuple[Label, ...]
    ) -> None:
        """A list of layers is not expanded here."""
        if isinstance(layers, ListNode):
            self._left_out.setdefault(id(layers.items), Dead(layers, params, what, via))

    def reached(self, layers: ListNode) -> bool:
        """Whether a list was expanded at least once."""
        return id(layers.items) in self._reached

    def dead(self) -> list[Dead]:
        """The lists that were left out wherever they stand."""
        return [one for key, one in self._left_out.items() if key not in self._reached]
