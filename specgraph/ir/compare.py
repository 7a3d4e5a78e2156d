"""Whether something holds of a dim: always, never, or only under a condition that a reader can use.

For one variable the answer is exact. Past the region where a `min` or `max` still changes its mind, an
expression is a polynomial on each residue class modulo the lcm of its divisors, so a few values of each
class tell the rest; expressions that only grow are searched by halving instead, which costs next to
nothing. Work is bounded: past the bound, and for variables that do not separate, the answer is
"sometimes", with the question itself as the condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import gcd, lcm
from typing import Literal, NamedTuple, TypeAlias

from .dim import INFINITE, Dim, Extreme, Floor, SymDim, Var, bounds, named, substitute, variables

MAX_VALUES = 4096
MAX_WORK = MAX_VALUES * 8
"""Values of an expression that one decision may compute, and that number times its size."""
_FAR = 1 << 128

Piece: TypeAlias = tuple[int, int, int, frozenset[int]]
"""First and last number (`INFINITE` if open), a period, and the residues that hold in between."""
Line: TypeAlias = tuple[int, int, int, int]
"""`(slope, low, high, over)`: the value at x is within `(slope*x + low)/over` and `(slope*x + high)/over`."""


class Verdict(NamedTuple):
    """`condition` and `example` are given for "sometimes" only.

    `example` is None, too, where no size is known for certain, or where the dim has no name.
    """

    kind: Literal["always", "never", "sometimes"]
    condition: str = ""
    example: dict[str, int] | None = None


ALWAYS = Verdict("always")
NEVER = Verdict("never")


def equal(a: Dim, b: Dim) -> Verdict:
    """Whether two dims are the same number."""
    if isinstance(a, int):
        if isinstance(b, int):
            return ALWAYS if a == b else NEVER
        a, b = b, a
    return _decide(a - b, True, lambda: f"{a} == {b}", (*variables(a), *variables(b)))


def at_least(dim: Dim, bound: int) -> Verdict:
    """Whether `dim >= bound`."""
    low, high = bounds(dim)
    if low >= bound:
        return ALWAYS
    if high < bound:
        return NEVER
    return _decide(dim - bound, False, lambda: f"{dim} >= {bound}", variables(dim))


def divisible(dim: Dim, by: int) -> Verdict:
    """Whether `dim` is a multiple of `by`, a positive int."""
    return _decide(dim - dim // by * by, True, lambda: f"{dim} is a multiple of {by}", variables(dim))


def _decide(diff: Dim, exact: bool, question: Callable[[], str], known: Sequence[Var]) -> Verdict:
    """Whether `diff` is 0, if `exact`, or else whether it is >= 0."""
    low, high = bounds(diff)
    if high < 0 or (exact and low > 0):
        return NEVER
    if low >= 0 and not (exact and high > 0):
        return ALWAYS
    names = variables(diff)
    if not isinstance(diff, SymDim) or any(var.unknown and var not in known for var in names):
        return Verdict("sometimes", question())
    units = {var.name: var.multiple_of for var in names}
    diff = substitute(diff, {var.name: _in_units(var) for var in names if var.multiple_of > 1})
    if isinstance(diff, SymDim):
        common = gcd(*(factor for _, factor in diff.terms))
        if exact and diff.constant % common:
            return NEVER
        diff //= common
    if isinstance(diff, int):
        return _decide(diff, exact, question, ())
    verdict = _one(diff, exact, units) if len(variables(diff)) == 1 else _separate(diff, exact, units)
    if verdict is None or (verdict.kind == "sometimes" and not verdict.condition):
        return Verdict("sometimes", question(), verdict and verdict.example)
    return verdict


def _in_units(var: Var) -> Dim:
    """A dim with a `multiple_of` fact as that number times one without."""
    low, high = (bound // var.multiple_of for bound in var.bounds)
    maximum = None if var.maximum is None else high
    return named(var.name, minimum=low, maximum=maximum, origin=var.origin) * var.multiple_of


def _separate(diff: SymDim, exact: bool, units: dict[str, int]) -> Verdict | None:
    """Several variables: decided if `diff` is a sum of parts, each over one, whose least or greatest
    values decide. Where the sum is at its own limit, every part must be."""
    parts: dict[Var, Dim] = {}
    for atoms, factor in diff.terms:
        term = SymDim(((atoms, factor),), 0)
        if len(names := variables(term)) > 1:
            return None
        parts[names[0]] = parts.get(names[0], 0) + term
    for side in (1, -1):
        limits = [_least(part * side, var) for var, part in parts.items()]
        ends = [limit * side for limit in limits if limit is not None]
        if len(ends) < len(limits):
            continue
        total = diff.constant + sum(ends)
        if total * side > 0 and (exact or side < 0):
            return NEVER
        if total == 0 and (exact or side < 0):
            found = [_part(part - end, units) for part, end in zip(parts.values(), ends, strict=True)]
            return _all([verdict for verdict in found if verdict is not ALWAYS])
        if total >= 0 and side > 0:
            return ALWAYS
    return None


def _part(diff: Dim, units: dict[str, int]) -> Verdict | None:
    if isinstance(diff, int):
        return ALWAYS if diff == 0 else NEVER
    return _one(diff, True, units)


def _all(verdicts: list[Verdict | None]) -> Verdict | None:
    conditions: list[str] = []
    example: dict[str, int] = {}
    for verdict in verdicts:
        if verdict is None or verdict is NEVER or not verdict.condition or verdict.example is None:
            return verdict if verdict is NEVER else None
        conditions.append(verdict.condition if " or " not in verdict.condition else f"({verdict.condition})")
        example.update(verdict.example)
    return Verdict("sometimes", " and ".join(conditions), example) if conditions else ALWAYS


def _one(diff: SymDim, exact: bool, units: dict[str, int]) -> Verdict | None:
    """The answer for one variable; None if it takes too much work."""
    (var,) = variables(diff)
    low, high = var.bounds
    if low == -INFINITE:
        return None
    pieces = _monotone_pieces(diff, exact, low, high)
    if pieces is None:
        pieces = _linear_pieces(diff, exact, low, high)
    if pieces is None:
        pieces = _periodic_pieces(diff, exact, low)
    if pieces is None and _affordable(diff, high - low + 1):
        pieces = _runs(diff, exact, [(low, high)])
    if pieces is None:
        return None
    pieces = _clipped(pieces, high)
    if not pieces:
        return NEVER
    if len(pieces) == 1 and pieces[0][:3] == (low, high, 1):
        return ALWAYS
    unit = units.get(var.name, 1)
    texts = [_piece_text(piece, str(var), unit, low, high) for piece in pieces]
    condition = " or ".join(texts) if len(texts) <= 4 and all(texts) else ""
    first = min(_first(piece) for piece in pieces) * unit
    return Verdict("sometimes", condition, None if var.unknown else {var.name: first})


def _affordable(dim: SymDim, values: int) -> bool:
    return values <= MAX_VALUES and values * dim.size <= MAX_WORK


def _value(dim: Dim, x: int) -> int:
    """`dim` with its one variable at x."""
    if isinstance(dim, int):
        return dim
    total = dim.constant
    for atoms, factor in dim.terms:
        for atom in atoms:
            if isinstance(atom, Floor):
                factor *= _value(atom.dim, x) // atom.by
            elif isinstance(atom, Extreme):
                pick = min if atom.kind == "min" else max
                factor *= pick(_value(choice, x) for choice in atom.choices)
            else:
                factor *= x
        total += factor
    return total


def _holds(dim: SymDim, exact: bool, x: int) -> bool:
    value = _value(dim, x)
    return value == 0 if exact else value >= 0


def _direction(dim: Dim) -> int:
    """1 if `dim` never falls as its variables grow, -1 if it never rises, 0 if that cannot be seen."""
    if isinstance(dim, int):
        return 1
    signs = {1 if factor > 0 else -1 for _, factor in dim.terms}
    for atoms, _ in dim.terms:
        for atom in atoms:
            inner = (
                atom.choices if isinstance(atom, Extreme) else [atom.dim] if isinstance(atom, Floor) else []
            )
            if any(_direction(part) != 1 for part in inner) or (len(atoms) > 1 and atom.bounds[0] < 0):
                return 0
    return signs.pop() if len(signs) == 1 else 0


def _reaches(dim: Dim, low: int, high: int) -> int:
    """The first number where `dim`, which never falls, is >= 0; `INFINITE` if none."""
    step = 1
    while _value(dim, min(low + step - 1, high)) < 0:
        if low + step - 1 >= min(high, _FAR):
            return INFINITE
        step *= 2
    start, stop = low, min(low + step - 1, high)
    while start < stop:
        middle = (start + stop) // 2
        start, stop = (start, middle) if _value(dim, middle) >= 0 else (middle + 1, stop)
    return start


def _monotone_pieces(diff: SymDim, exact: bool, low: int, high: int) -> list[Piece] | None:
    direction = _direction(diff)
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
    return [_run(start, end)] if start <= end and start < INFINITE else []


def _run(start: int, end: int) -> Piece:
    return start, end, 1, frozenset((0,))


def _runs(diff: SymDim, exact: bool, ranges: list[tuple[int, int]]) -> list[Piece]:
    """The runs of numbers, in ranges given in order, for which the question holds."""
    found: list[Piece] = []
    for start, end in ranges:
        for x in range(start, end + 1):
            if _holds(diff, exact, x):
                found.append(_run(x, x))
    return _merged(found)


def _merged(pieces: list[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1][1] + 1 == piece[0] and merged[-1][2:] == piece[2:]:
            merged[-1] = (merged[-1][0], *piece[1:])
        else:
            merged.append(piece)
    return merged


def _linear_pieces(diff: SymDim, exact: bool, low: int, high: int) -> list[Piece] | None:
    """For an expression that leaves zero behind for good: only the numbers near zero are tried."""
    line, settled = _line(diff), _settled(diff, low)
    if line is None or settled is None or line[0] == 0:
        return None
    slope, least, most, _ = line
    ends = (-most, -least) if slope > 0 else (least, most)
    first = max(settled, ends[0] // abs(slope))
    last = min(high, max(first, ends[1] // abs(slope) + 1))
    if not _affordable(diff, settled - low + last - first + 1):
        return None
    pieces = _runs(diff, exact, [(low, settled - 1)])
    if not exact and slope < 0 and settled < first:
        pieces.append(_run(settled, first - 1))
    pieces += _runs(diff, exact, [(first, last)])
    if not exact and slope > 0:
        pieces.append(_run(last + 1, INFINITE))
    return _merged(pieces)


def _periodic_pieces(diff: SymDim, exact: bool, low: int) -> list[Piece] | None:
    """For an expression that stays near zero, or is no line: by residue classes."""
    start, period, degree = _settled(diff, low), _period(diff), _degree(diff)
    if start is None or not _affordable(diff, start - low + period * (degree + 4)):
        return None
    values = [_value(diff, x) for x in range(start, start + period * (degree + 4))]
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
    for divisor in range(1, period + 1):
        if period % divisor == 0 and len({r % divisor for r in residues}) * period == len(residues) * divisor:
            residues, period = frozenset(r % divisor for r in residues), divisor
            break
    while start > low and _holds(diff, exact, start - 1) == ((start - 1) % period in residues):
        start -= 1
    pieces = _runs(diff, exact, [(low, start - 1)])
    return _merged([*pieces, (start, INFINITE, period, residues)] if residues else pieces)


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


def _degree(dim: Dim) -> int:
    if isinstance(dim, int):
        return 0
    return max(sum(_atom_degree(atom) for atom in atoms) for atoms, _ in dim.terms)


def _atom_degree(atom: object) -> int:
    if isinstance(atom, Extreme):
        return max(map(_degree, atom.choices))
    return _degree(atom.dim) if isinstance(atom, Floor) else 1


def _period(dim: Dim) -> int:
    """A number of steps after which each residue class is a polynomial with integer coefficients."""
    period = 1
    for atoms, _ in dim.terms if isinstance(dim, SymDim) else ():
        for atom in atoms:
            if isinstance(atom, Extreme):
                period = lcm(period, *map(_period, atom.choices))
            elif isinstance(atom, Floor):
                period = lcm(period, _period(atom.dim) * atom.by)
    return period


def _line(dim: Dim) -> Line | None:
    """The strip that `dim` is in, past `_settled`; None for a product of variables."""
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
        line = _line(atom.dim)
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
        line = _line(choice * side)
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


def _settled(dim: Dim, low: int) -> int | None:
    """From where on every min and max in `dim` has made its choice; None if that cannot be told."""
    start: int | None = low
    for atoms, _ in dim.terms if isinstance(dim, SymDim) else ():
        for atom in atoms:
            inner = (
                atom.choices if isinstance(atom, Extreme) else (atom.dim,) if isinstance(atom, Floor) else ()
            )
            starts = [_settled(part, low) for part in inner]
            if isinstance(atom, Extreme):
                contest = _contest(atom)
                starts.append(None if contest is None else contest[1])
            for other in starts:
                start = None if start is None or other is None else max(start, other)
    return start


def _least(part: Dim, var: Var) -> int | None:
    """The least value of an expression over `var` alone; None if there is none, or it takes too much work."""
    low, high = var.bounds
    if isinstance(part, int):
        return part
    direction = _direction(part)
    if direction or low == -INFINITE:
        end = low if direction > 0 else high
        return None if abs(end) == INFINITE or low == -INFINITE else _value(part, end)
    line, settled = _line(part), _settled(part, low)
    if line is not None and settled is not None and line[0] >= 0:
        high = min(high, settled + _period(part) - 1)
    if not _affordable(part, high - low + 1):
        return None
    return min(_value(part, x) for x in range(low, high + 1))


def _first(piece: Piece) -> int:
    start, _, period, residues = piece
    return min(start + (residue - start) % period for residue in residues)


def _clipped(pieces: list[Piece], high: int) -> list[Piece]:
    """The pieces without the numbers past `high`; a pattern of which one number is left becomes a run."""
    kept: list[Piece] = []
    for start, end, period, residues in pieces:
        end = min(end, high)
        if start > end:
            continue
        if period > 1 and end - start < 2 * period:
            kept += [_run(x, x) for x in range(start, end + 1) if x % period in residues]
        else:
            kept.append((start, end, period, residues))
    return _merged(kept)


def _piece_text(piece: Piece, name: str, unit: int, low: int, high: int) -> str:
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
        if _first((low, high, period, residues)) >= start
        else f"{text} and {name} >= {_first(piece) * unit}"
    )
