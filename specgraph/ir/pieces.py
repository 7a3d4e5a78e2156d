"""For which sizes of one variable an expression is 0, or at least 0: exact, as pieces of the number line."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

from .dim import INFINITE, Dim, SymDim
from .growth import affordable, degree_of, direction_of, line_of, period_of, settled_from, value_at

_FAR = 1 << 128

Piece: TypeAlias = tuple[int, int, int, frozenset[int]]
"""First and last number (`INFINITE` if open), a period, and the residues that hold in between."""


def solve(diff: SymDim, exact: bool, low: int, high: int) -> list[Piece] | None:
    """Where, from `low` to `high`, `diff` is 0, if `exact`, or else >= 0; None if it takes too much work.

    In their order; `diff` has one variable.
    """
    pieces = _monotone_pieces(diff, exact, low, high)
    if pieces is None:
        pieces = _linear_pieces(diff, exact, low, high)
    if pieces is None:
        pieces = _periodic_pieces(diff, exact, low)
    if pieces is None and affordable(diff, high - low + 1):
        pieces = _runs(diff, exact, [(low, high)])
    return None if pieces is None else clipped(pieces, high)


def _monotone_pieces(diff: SymDim, exact: bool, low: int, high: int) -> list[Piece] | None:
    direction = direction_of(diff)
    if not direction:
        return None
    start, end = low, INFINITE
    if direction > 0:
        start = _reaches(diff, low, high)
        if exact:
            end = _reaches(diff - 1, low, high)
    else:
        end = _reaches(-diff - 1, low, high)
        if exact:
            start = _reaches(-diff, low, high)
    end = end if end == INFINITE else end - 1
    return [run(start, end)] if start <= end and start < INFINITE else []


def _reaches(dim: Dim, low: int, high: int) -> int:
    """The first number where `dim`, which never falls, is >= 0; `INFINITE` if none."""
    step = 1
    while value_at(dim, min(low + step - 1, high)) < 0:
        if low + step - 1 >= min(high, _FAR):
            return INFINITE
        step *= 2
    start, stop = low, min(low + step - 1, high)
    while start < stop:
        middle = (start + stop) // 2
        start, stop = (start, middle) if value_at(dim, middle) >= 0 else (middle + 1, stop)
    return start


def _linear_pieces(diff: SymDim, exact: bool, low: int, high: int) -> list[Piece] | None:
    """For an expression that leaves zero behind for good: only the numbers near zero are tried."""
    line, settled = line_of(diff), settled_from(diff, low)
    if line is None or settled is None or line[0] == 0:
        return None
    slope, least, most, _ = line
    ends = (-most, -least) if slope > 0 else (least, most)
    first = max(settled, ends[0] // abs(slope))
    last = min(high, max(first, ends[1] // abs(slope) + 1))
    if not affordable(diff, settled - low + last - first + 1):
        return None
    pieces = _runs(diff, exact, [(low, settled - 1)])
    if not exact and slope < 0 and settled < first:
        pieces.append(run(settled, first - 1))
    pieces += _runs(diff, exact, [(first, last)])
    if not exact and slope > 0:
        pieces.append(run(last + 1, INFINITE))
    return merged(pieces)


def _periodic_pieces(diff: SymDim, exact: bool, low: int) -> list[Piece] | None:
    """For an expression that stays near zero, or is no line: by residue classes."""
    start, period, degree = settled_from(diff, low), period_of(diff), degree_of(diff)
    if start is None or not affordable(diff, start - low + period * (degree + 4)):
        return None
    values = [value_at(diff, x) for x in range(start, start + period * (degree + 4))]
    for base in range(0, 4 * period, period):
        tails = [
            _tail(values[base + r : base + r + period * degree + 1 : period], exact) for r in range(period)
        ]
        if None not in tails:
            break
    else:
        return None
    start += base
    residues = frozenset((start + r) % period for r, tail in enumerate(tails) if tail)
    period, residues = shortest(period, residues)
    while start > low and _holds(diff, exact, start - 1) == ((start - 1) % period in residues):
        start -= 1
    pieces = _runs(diff, exact, [(low, start - 1)])
    return merged([*pieces, (start, INFINITE, period, residues)] if residues else pieces)


def shortest(period: int, residues: frozenset[int]) -> tuple[int, frozenset[int]]:
    """The same numbers with the shortest period that tells them."""
    for divisor in range(1, period):
        if period % divisor == 0 and len({r % divisor for r in residues}) * period == len(residues) * divisor:
            return divisor, frozenset(r % divisor for r in residues)
    return period, residues


def _tail(values: list[int], exact: bool) -> bool | None:
    """Whether the question holds from the first value on, for a polynomial known by degree+1 values.

    Its forward differences, if all have one sign, say so for good; None if they have not.
    """
    differences = []
    while values:
        differences.append(values[0])
        values = [after - before for before, after in pairwise(values)]
    if not any(differences):
        return True
    if min(differences) >= 0:
        return not exact if differences[0] or not exact else None
    return False if max(differences) <= 0 and differences[0] else None


def _holds(dim: SymDim, exact: bool, x: int) -> bool:
    value = value_at(dim, x)
    return value == 0 if exact else value >= 0


def run(start: int, end: int) -> Piece:
    """Every number from `start` to `end`."""
    return start, end, 1, frozenset((0,))


def _runs(diff: SymDim, exact: bool, ranges: list[tuple[int, int]]) -> list[Piece]:
    """The runs of numbers, in ranges given in order, for which the question holds."""
    found: list[Piece] = []
    for start, end in ranges:
        for x in range(start, end + 1):
            if _holds(diff, exact, x):
                found.append(run(x, x))
    return merged(found)


def merged(pieces: list[Piece]) -> list[Piece]:
    """Pieces in order, those joined that follow on each other."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1][1] + 1 == piece[0] and merged[-1][2:] == piece[2:]:
            merged[-1] = (merged[-1][0], *piece[1:])
        else:
            merged.append(piece)
    return merged


def clipped(pieces: list[Piece], high: int) -> list[Piece]:
    """The pieces without the numbers past `high`; a pattern of which one number is left becomes a run."""
    kept: list[Piece] = []
    for start, end, period, residues in pieces:
        end = min(end, high)
        if start > end:
            continue
        if period > 1 and end - start < 2 * period:
            kept += [run(x, x) for x in range(start, end + 1) if x % period in residues]
        else:
            kept.append((start, end, period, residues))
    return merged(kept)


def first_of(piece: Piece) -> int:
    """The least number of a piece."""
    start, _, period, residues = piece
    return min(start + (residue - start) % period for residue in residues)


def piece_text(piece: Piece, name: str, unit: int, low: int, high: int) -> str:
    """Empty if there is no short way to say it."""
    start, end, period, residues = piece
    if period == 1:
        if start == end:
            return f"{name} == {start * unit}"
        if start == low:
            return f"{name} <= {end * unit}"
        return f"{name} >= {start * unit}" if end == high else f"{start * unit} <= {name} <= {end * unit}"
    step = period * unit
    others = sorted(set(range(period)) - residues)
    if residues == {0}:
        text = f"{name} is a multiple of {step}"
    elif len(residues) <= 4 and len(residues) <= len(others):
        *most, last = (str(residue * unit) for residue in sorted(residues))
        text = f"{name} % {step} is {', '.join(most) + ' or ' if most else ''}{last}"
    elif len(others) == 1:
        text = (
            f"{name} is not a multiple of {step}"
            if others == [0] and unit == 1
            else f"{name} % {step} is not {others[0] * unit}"
        )
    else:
        return ""
    return (
        text
        if first_of((low, high, period, residues)) >= start
        else f"{text} and {name} >= {first_of(piece) * unit}"
    )
