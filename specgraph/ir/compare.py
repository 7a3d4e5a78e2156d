"""Whether something holds of a dim: always, never, or only under a condition that a reader can use.

For one variable the answer is exact. Past the region where a `min` or `max` still changes its mind, an
expression is a polynomial on each residue class modulo the lcm of its divisors, so a few values of each
class tell the rest; expressions that only grow are searched by halving instead, which costs next to
nothing. Work is bounded: past the bound, and for variables that do not separate, the answer is
"sometimes", with the question itself as the condition.

Most questions end at the bounds; the modules that do the rest are imported when one does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from math import gcd
from typing import TYPE_CHECKING, Literal, NamedTuple

from .dim import INFINITE, Dim, SymDim, Var, bounds, named, substitute, variables

if TYPE_CHECKING:
    from .sizes import Sizes


class Verdict(NamedTuple):
    """`condition` and `example` are given for "sometimes" only.

    `example` is None, too, where no size is known for certain, or where the dim has no name.
    """

    kind: Literal["always", "never", "sometimes"]
    condition: str = ""
    example: dict[str, int] | None = None
    sizes: tuple[Sizes, ...] = ()
    """The sizes of each named dim for which it holds, if that is all it depends on."""


ALWAYS = Verdict("always")
NEVER = Verdict("never")
MOST_HARD = 1_000
"""Questions of one run that are worked out; further ones are answered "sometimes"."""


class Effort:
    """How many hard questions a run has left, and the answers so far."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.known: dict[tuple[object, ...], Verdict | None] = {}


_effort: ContextVar[Effort | None] = ContextVar("effort", default=None)


@contextmanager
def bounded_effort(most: int = MOST_HARD) -> Iterator[None]:
    """Works out so many hard questions in here; elsewhere there is no bound."""
    token = _effort.set(Effort(most))
    try:
        yield
    finally:
        _effort.reset(token)


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
    verdict = _answer(diff, exact, names)
    if verdict is None or (verdict.kind == "sometimes" and not verdict.condition):
        return Verdict("sometimes", question(), verdict and verdict.example, verdict.sizes if verdict else ())
    return verdict


def _answer(diff: SymDim, exact: bool, names: Sequence[Var]) -> Verdict | None:
    """What `_work_out` says, or said in this run to the same question; None past the bound on work."""
    run = _effort.get()
    if run is None:
        return _work_out(diff, exact, names)
    key = (diff, exact, *((var.name, var.minimum, var.maximum, var.multiple_of) for var in names))
    if key not in run.known:
        run.left -= 1
        if run.left < 0:
            return None
        run.known[key] = _work_out(diff, exact, names)
    return run.known[key]


def _work_out(diff: SymDim, exact: bool, names: Sequence[Var]) -> Verdict | None:
    """The answer of one of the methods below; None if there is none."""
    units = {var.name: var.multiple_of for var in names}
    dim = substitute(diff, {var.name: _in_units(var) for var in names if var.multiple_of > 1})
    if isinstance(dim, SymDim):
        common = gcd(*(factor for _, factor in dim.terms))
        if exact and dim.constant % common:
            return NEVER
        dim //= common
    if isinstance(dim, int):
        return ALWAYS if dim == 0 or (dim > 0 and not exact) else NEVER
    return _one(dim, exact, units) if len(variables(dim)) == 1 else _separate(dim, exact, units)


def _in_units(var: Var) -> Dim:
    """A dim with a `multiple_of` fact as that number times one without."""
    low, high = (bound // var.multiple_of for bound in var.bounds)
    maximum = None if var.maximum is None else high
    return named(var.name, minimum=low, maximum=maximum, origin=var.origin) * var.multiple_of


def _separate(diff: SymDim, exact: bool, units: dict[str, int]) -> Verdict | None:
    """Several variables: decided if `diff` is a sum of parts, each over one, whose least or greatest
    values decide. Where the sum is at its own limit, every part must be."""
    from .growth import least_value

    parts: dict[Var, Dim] = {}
    for atoms, factor in diff.terms:
        term = SymDim(((atoms, factor),), 0)
        if len(names := variables(term)) > 1:
            return None
        parts[names[0]] = parts.get(names[0], 0) + term
    for side in (1, -1):
        limits = [least_value(part * side, var) for var, part in parts.items()]
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
    sizes: tuple[Sizes, ...] = ()
    for verdict in verdicts:
        if verdict is None or verdict is NEVER or not verdict.condition or verdict.example is None:
            return verdict if verdict is NEVER else None
        conditions.append(verdict.condition if " or " not in verdict.condition else f"({verdict.condition})")
        example.update(verdict.example)
        sizes += verdict.sizes
    return Verdict("sometimes", " and ".join(conditions), example, sizes) if conditions else ALWAYS


def _one(diff: SymDim, exact: bool, units: dict[str, int]) -> Verdict | None:
    """The answer for one variable; None if it takes too much work."""
    from .pieces import solve
    from .sizes import Sizes

    (var,) = variables(diff)
    low, high = var.bounds
    pieces = None if low == -INFINITE else solve(diff, exact, low, high)
    if pieces is None:
        return None
    if not pieces:
        return NEVER
    if len(pieces) == 1 and pieces[0][:3] == (low, high, 1):
        return ALWAYS
    sizes = Sizes(var, units.get(var.name, 1), tuple(pieces))
    if var.unknown:
        return Verdict("sometimes", sizes.text())
    return Verdict("sometimes", sizes.text(), {var.name: sizes.example()}, (sizes,))
