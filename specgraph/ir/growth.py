"""How an expression over one variable behaves: whether it only grows, with what period, along which line."""

from __future__ import annotations

from math import lcm
from typing import TypeAlias

from .dim import INFINITE, Dim, Extreme, Floor, SymDim, Var

MAX_VALUES = 4096
MAX_WORK = MAX_VALUES * 8
"""Values of an expression that one decision may compute, and that number times its size."""

Line: TypeAlias = tuple[int, int, int, int]
"""`(slope, low, high, over)`: the value at x is within `(slope*x + low)/over` and `(slope*x + high)/over`."""


def affordable(dim: SymDim, values: int) -> bool:
    return values <= MAX_VALUES and values * dim.size <= MAX_WORK


def value_at(dim: Dim, x: int) -> int:
    """`dim` with its one variable at x."""
    if isinstance(dim, int):
        return dim
    total = dim.constant
    for atoms, factor in dim.terms:
        for atom in atoms:
            if isinstance(atom, Floor):
                factor *= value_at(atom.dim, x) // atom.by
            elif isinstance(atom, Extreme):
                pick = min if atom.kind == "min" else max
                factor *= pick(value_at(choice, x) for choice in atom.choices)
            else:
                factor *= x
        total += factor
    return total


def direction_of(dim: Dim) -> int:
    """1 if `dim` never falls as its variables grow, -1 if it never rises, 0 if that cannot be seen."""
    if isinstance(dim, int):
        return 1
    signs = {1 if factor > 0 else -1 for _, factor in dim.terms}
    for atoms, _ in dim.terms:
        for atom in atoms:
            inner = (
                atom.choices if isinstance(atom, Extreme) else [atom.dim] if isinstance(atom, Floor) else []
            )
            if any(direction_of(part) != 1 for part in inner) or (len(atoms) > 1 and atom.bounds[0] < 0):
                return 0
    return signs.pop() if len(signs) == 1 else 0


def degree_of(dim: Dim) -> int:
    if isinstance(dim, int):
        return 0
    return max(sum(_atom_degree(atom) for atom in atoms) for atoms, _ in dim.terms)


def _atom_degree(atom: object) -> int:
    if isinstance(atom, Extreme):
        return max(map(degree_of, atom.choices))
    return degree_of(atom.dim) if isinstance(atom, Floor) else 1


def period_of(dim: Dim) -> int:
    """A number of steps after which each residue class is a polynomial with integer coefficients."""
    period = 1
    for atoms, _ in dim.terms if isinstance(dim, SymDim) else ():
        for atom in atoms:
            if isinstance(atom, Extreme):
                period = lcm(period, *map(period_of, atom.choices))
            elif isinstance(atom, Floor):
                period = lcm(period, period_of(atom.dim) * atom.by)
    return period


def line_of(dim: Dim) -> Line | None:
    """The strip that `dim` is in, past `settled_from`; None for a product of variables."""
    slope, low, high, over = 0, 0, 0, 1
    for atoms, factor in dim.terms if isinstance(dim, SymDim) else ():
        line = _atom_line(atoms[0]) if len(atoms) == 1 else None
        if line is None:
            return None
        common = lcm(over, line[3])
        mine, other = common // over, common // line[3] * factor
        ends = sorted((line[1] * other, line[2] * other))
        slope, low, high = slope * mine + line[0] * other, low * mine + ends[0], high * mine + ends[1]
        over = common
    constant = (dim if isinstance(dim, int) else dim.constant) * over
    return slope, low + constant, high + constant, over


def _atom_line(atom: object) -> Line | None:
    if isinstance(atom, Floor):
        line = line_of(atom.dim)
        if line is None:
            return None
        slope, low, high, over = line
        return slope, low - (atom.by - 1) * over, high, over * atom.by
    if isinstance(atom, Extreme):
        return None if (parted := _contest(atom)) is None else parted[0]
    return 1, 0, 0, 1


def _contest(atom: Extreme) -> tuple[Line, int] | None:
    """The strip of the choices that win in the long run, and from where on they do."""
    side = 1 if atom.kind == "max" else -1
    lines: list[Line] = []
    for choice in atom.choices:
        line = line_of(choice * side)
        if line is None:
            return None
        lines.append(line)
    over = lcm(*(line[3] for line in lines))
    scaled = [tuple(number * (over // line[3]) for number in line[:3]) for line in lines]
    best = max(slope for slope, _, _ in scaled)
    low = max(least for slope, least, _ in scaled if slope == best)
    high = max(most for slope, _, most in scaled if slope == best)
    start = max((-((low - most) // (best - slope)) for slope, _, most in scaled if slope < best), default=0)
    return ((best, low, high, over) if side > 0 else (-best, -high, -low, over)), start


def settled_from(dim: Dim, low: int) -> int | None:
    """From where on every min and max in `dim` has made its choice; None if that cannot be told."""
    start: int | None = low
    for atoms, _ in dim.terms if isinstance(dim, SymDim) else ():
        for atom in atoms:
            inner = (
                atom.choices if isinstance(atom, Extreme) else (atom.dim,) if isinstance(atom, Floor) else ()
            )
            starts = [settled_from(part, low) for part in inner]
            if isinstance(atom, Extreme):
                contest = _contest(atom)
                starts.append(None if contest is None else contest[1])
            for other in starts:
                start = None if start is None or other is None else max(start, other)
    return start


def least_value(part: Dim, var: Var) -> int | None:
    """The least value of an expression over `var` alone; None if there is none, or it takes too much work."""
    low, high = var.bounds
    if isinstance(part, int):
        return part
    direction = direction_of(part)
    if direction or low == -INFINITE:
        end = low if direction > 0 else high
        return None if abs(end) == INFINITE or low == -INFINITE else value_at(part, end)
    line, settled = line_of(part), settled_from(part, low)
    if line is not None and settled is not None and line[0] >= 0:
        high = min(high, settled + period_of(part) - 1)
    if not affordable(part, high - low + 1):
        return None
    return min(value_at(part, x) for x in range(low, high + 1))
