"""The sizes of a named dim for which something holds, and what is left of them when more must hold.

H % 8 is 0, 1, 2 or 3  and  H % 4 is 0 or 1  and  H is a multiple of 2   ->   H is a multiple of 8
"""

from __future__ import annotations

from math import lcm
from typing import NamedTuple

from .dim import Var
from .growth import MAX_VALUES
from .pieces import Piece, clipped, first_of, merged, piece_text, run, shortest

MAX_PIECES = 64


class Sizes(NamedTuple):
    """Sizes of `var`, as pieces in units of `unit`, which all of its sizes are multiples of."""

    var: Var
    unit: int
    pieces: tuple[Piece, ...]

    def text(self) -> str:
        """The condition in words; empty if there is no short way to say it."""
        low, high = self.var.bounds
        texts = [piece_text(piece, str(self.var), self.unit, low, high) for piece in self.pieces]
        return " or ".join(texts) if 0 < len(texts) <= 4 and all(texts) else ""

    def example(self) -> int:
        """The least of the sizes, of which there must be one."""
        return min(first_of(piece) for piece in self.pieces) * self.unit

    def both(self, other: Sizes) -> Sizes | None:
        """The sizes that are in both, of the same dim; None if they are too many to tell."""
        found: list[Piece] = []
        for a in self.pieces:
            for b in other.pieces:
                piece = _common(a, b)
                if piece is None or len(found) > MAX_PIECES:
                    return None
                found += piece
        return self._replace(pieces=tuple(merged(sorted(found, key=lambda one: one[0]))))


def _common(a: Piece, b: Piece) -> list[Piece] | None:
    start, end, period = max(a[0], b[0]), min(a[1], b[1]), lcm(a[2], b[2])
    if start > end:
        return []
    if period > MAX_VALUES:
        return None
    residues = frozenset(r for r in range(period) if r % a[2] in a[3] and r % b[2] in b[3])
    if not residues:
        return []
    period, residues = shortest(period, residues)
    pieces = clipped([(start, end, period, residues)], end)
    return [run(one[0], one[1]) if one[2] == 1 else one for one in pieces]
