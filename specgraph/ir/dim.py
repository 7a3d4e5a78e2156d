"""The size of an axis: an int, or an expression over named dims.

An expression has one canonical form, so that `==` compares structure: a sum of integer multiples of
products of atoms, where an atom is a variable, a floor division by an int, or a min or max.

    (4*H + W)//2      ->  2*H + W//2          multiples of the divisor leave the division
    (H//2 + 1)//4     ->  (H + 2)//8          divisions nest into one
    max(max(H, 2), 3) ->  max(H, 3)           a choice that bounds decide is made

Expressions have a greatest size; past it, the result is a fresh unknown within the same bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from math import gcd
from operator import attrgetter
from typing import Any, Literal, TypeAlias

Dim: TypeAlias = "int | SymDim"
Bounds: TypeAlias = tuple[int, int]
Key: TypeAlias = tuple[Any, ...]

MAX_TERMS = 64
MAX_DEPTH = 40
MAX_SIZE = 256
MAX_CHOICES = 8
MAX_INTEGER = 1 << 64
INFINITE = 1 << 200
"""Stands for no bound, so that interval arithmetic is plain arithmetic; see `_clamped`."""
_FINITE = 1 << 100

_serial = count(1)


class _Form:
    """Equal to another if the keys are; `size` and `depth` count nested atoms."""

    __slots__ = ("_hash", "depth", "key", "size")

    def __init__(self, key: Key, size: int, depth: int) -> None:
        self.key = key
        self.size = size
        self.depth = depth
        self._hash = hash(key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Form):
            return NotImplemented
        return self is other or (self._hash == other._hash and self.key == other.key)


class _Atom(_Form):
    """A factor, and what it lies between."""

    __slots__ = ("bounds",)

    def __init__(self, key: Key, bounds: Bounds, size: int, depth: int) -> None:
        super().__init__(key, size, depth)
        self.bounds = bounds


class Var(_Atom):
    """A dim's name and what is known of it; equal to another by name alone.

    An unknown has a name of its own that starts with `?`, which text shows as `?`.
    """

    __slots__ = ("maximum", "minimum", "multiple_of", "name", "origin", "unknown")

    def __init__(
        self, name: str, minimum: int, maximum: int | None, multiple_of: int, origin: object, serial: int = 0
    ) -> None:
        self.name = name
        self.minimum = minimum
        self.maximum = maximum
        self.multiple_of = multiple_of
        self.origin = origin
        self.unknown = serial > 0
        low = -(-minimum // multiple_of) * multiple_of
        high = INFINITE if maximum is None else maximum // multiple_of * multiple_of
        super().__init__((0, serial, name), _clamped(low, high), 1, 0)

    def __str__(self) -> str:
        return "?" if self.unknown else self.name


class Floor(_Atom):
    """`dim // by`, with `by` > 1."""

    __slots__ = ("by", "dim")

    def __init__(self, dim: SymDim, by: int) -> None:
        self.dim = dim
        self.by = by
        low, high = bounds(dim)
        super().__init__((1, dim.key, by), _clamped(low // by, high // by), dim.size + 1, dim.depth + 1)

    def __str__(self) -> str:
        from .dim_text import division

        return division(self.dim, self.by)


class Extreme(_Atom):
    """The least or the greatest of two or more dims."""

    __slots__ = ("choices", "kind")

    def __init__(self, kind: Literal["min", "max"], choices: tuple[Dim, ...]) -> None:
        self.kind = kind
        self.choices = choices
        pick = min if kind == "min" else max
        symbolic = [dim for dim in choices if isinstance(dim, SymDim)]
        super().__init__(
            (2, kind, tuple(map(_choice_key, choices))),
            (pick(bounds(dim)[0] for dim in choices), pick(bounds(dim)[1] for dim in choices)),
            sum(dim.size for dim in symbolic) + 1,
            max(dim.depth for dim in symbolic) + 1,
        )

    def __str__(self) -> str:
        return f"{self.kind}({', '.join(map(str, self.choices))})"


Monomial: TypeAlias = tuple[_Atom, ...]


class SymDim(_Form):
    """A dim that is no constant. Made by `named`, `unknown` and arithmetic; immutable."""

    __slots__ = ("_bounds", "_variables", "constant", "terms")

    def __init__(self, terms: tuple[tuple[Monomial, int], ...], constant: int) -> None:
        self.terms = terms
        self.constant = constant
        self._bounds: Bounds | None = None
        self._variables: tuple[Var, ...] | None = None
        key = (tuple((_order(atoms), factor) for atoms, factor in terms), constant)
        size = sum(atom.size for atoms, _ in terms for atom in atoms)
        super().__init__(key, size, max(atom.depth for atoms, _ in terms for atom in atoms))

    def __add__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return _bounded(SymDim(self.terms, self.constant + other)) if other else self
        terms = dict(self.terms)
        for atoms, factor in other.terms:
            terms[atoms] = terms.get(atoms, 0) + factor
        return _build(terms, self.constant + other.constant)

    __radd__ = __add__

    def __neg__(self) -> Dim:
        return self * -1

    def __sub__(self, other: Dim) -> Dim:
        return self + -other

    def __rsub__(self, other: Dim) -> Dim:
        return -self + other

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            if other == 0:
                return 0
            return _bounded(SymDim(tuple((m, f * other) for m, f in self.terms), self.constant * other))
        if len(self.terms) * len(other.terms) > MAX_TERMS * 4 or self.size + other.size > MAX_SIZE:
            return _fresh(self, _times(bounds(self), bounds(other)))
        terms: dict[Monomial, int] = {}
        for left, factor in (*self.terms, ((), self.constant)):
            for right, other_factor in (*other.terms, ((), other.constant)):
                atoms = tuple(sorted(left + right, key=attrgetter("key")))
                terms[atoms] = terms.get(atoms, 0) + factor * other_factor
        return _build(terms, terms.pop((), 0))

    __rmul__ = __mul__

    def __floordiv__(self, by: int) -> Dim:
        """ValueError unless `by` is positive."""
        if by < 1:
            raise ValueError(f"a dim is divided by a positive int, not by {by}")
        return _floor(self, by)

    def __str__(self) -> str:
        from .dim_text import text

        return text(self)

    def __repr__(self) -> str:
        return f"<{self}>"


def named(
    name: str, *, minimum: int = 1, maximum: int | None = None, multiple_of: int = 1, origin: object = None
) -> SymDim:
    """The dim of this name. ValueError if no size agrees with all the facts."""
    if multiple_of < 1:
        raise ValueError(f"{name}: multiple_of is {multiple_of}, it must be positive")
    if maximum is not None and maximum // multiple_of * multiple_of < minimum:
        raise ValueError(f"{name}: no size agrees with all the facts")
    return _alone(Var(name, minimum, maximum, multiple_of, origin))


def unknown(origin: object = None) -> SymDim:
    """A size that nothing is known of but that it is not negative; equal only to itself."""
    return _unknown(origin, 0, None)


def _unknown(origin: object, minimum: int, maximum: int | None) -> SymDim:
    serial = next(_serial)
    return _alone(Var(f"?{serial}", minimum, maximum, 1, origin, serial))


def dim_min(a: Dim, b: Dim) -> Dim:
    """The lesser of two dims; one of them where bounds decide."""
    return _extreme("min", (a, b))


def dim_max(a: Dim, b: Dim) -> Dim:
    """The greater of two dims; one of them where bounds decide."""
    return _extreme("max", (a, b))


def product(dims: Iterable[Dim]) -> Dim:
    """All of them multiplied; 1 of none."""
    result: Dim = 1
    for dim in dims:
        result = result * dim
    return result


def lower_bound(dim: Dim) -> int | None:
    """A number that `dim` never goes below, by interval arithmetic: not always the greatest such."""
    low = bounds(dim)[0]
    return None if low == -INFINITE else low


def upper_bound(dim: Dim) -> int | None:
    """A number that `dim` never exceeds, by interval arithmetic: not always the least such."""
    high = bounds(dim)[1]
    return None if high == INFINITE else high


def bounds(dim: Dim) -> Bounds:
    """Both bounds, with `INFINITE` and its negative where there is none."""
    if isinstance(dim, int):
        return dim, dim
    if dim._bounds is None:
        low = high = dim.constant
        for atoms, factor in dim.terms:
            span: Bounds = (factor, factor)
            for atom in atoms:
                span = _times(span, atom.bounds)
            low += span[0]
            high += span[1]
        dim._bounds = _clamped(low, high)
    return dim._bounds


def _times(a: Bounds, b: Bounds) -> Bounds:
    corners = [x * y for x in a for y in b]
    return _clamped(min(corners), max(corners))


def _clamped(low: int, high: int) -> Bounds:
    """Bounds at `_FINITE` or past it become infinite, so that no finite sum comes near `INFINITE`."""
    return (
        -INFINITE if low <= -_FINITE else min(low, _FINITE - 1),
        INFINITE if high >= _FINITE else max(high, 1 - _FINITE),
    )


def variables(dim: Dim) -> tuple[Var, ...]:
    """The variables of `dim`, each once, in the order of the canonical form."""
    if isinstance(dim, int):
        return ()
    if dim._variables is None:
        found: dict[Var, None] = {}
        for atoms, _ in dim.terms:
            for atom in atoms:
                if isinstance(atom, Var):
                    found[atom] = None
                elif isinstance(atom, Floor):
                    found.update(dict.fromkeys(variables(atom.dim)))
                elif isinstance(atom, Extreme):
                    for choice in atom.choices:
                        found.update(dict.fromkeys(variables(choice)))
        dim._variables = tuple(found)
    return dim._variables


def substitute(dim: Dim, sizes: Mapping[str, Dim]) -> Dim:
    """`dim` with variables replaced by name; facts about them are not checked."""
    if isinstance(dim, int):
        return dim
    result: Dim = dim.constant
    for atoms, factor in dim.terms:
        term: Dim = factor
        for atom in atoms:
            if isinstance(atom, Floor):
                term = term * (substitute(atom.dim, sizes) // atom.by)
            elif isinstance(atom, Extreme):
                term = term * _extreme(atom.kind, [substitute(dim, sizes) for dim in atom.choices])
            elif isinstance(atom, Var):
                term = term * sizes.get(atom.name, _alone(atom))
        result = result + term
    return result


def variable(dim: Dim) -> Var | None:
    """The named dim that a size is by itself."""
    found = variables(dim)
    return found[0] if len(found) == 1 and dim == _alone(found[0]) else None


def _alone(atom: _Atom) -> SymDim:
    return SymDim((((atom,), 1),), 0)


def _order(atoms: Monomial) -> Key:
    return (-len(atoms), tuple(atom.key for atom in atoms))


def _choice_key(dim: Dim) -> Key:
    return (1, dim) if isinstance(dim, int) else (0, dim.key)


def _build(terms: Mapping[Monomial, int], constant: int) -> Dim:
    kept = [item for item in terms.items() if item[1]]
    if not kept:
        return constant
    if len(kept) > 1:
        kept.sort(key=lambda item: _order(item[0]))
    return _bounded(SymDim(tuple(kept), constant))


def _bounded(dim: SymDim) -> SymDim:
    """`dim`, or a fresh unknown in its place if it is too large to go on with."""
    if (
        len(dim.terms) > MAX_TERMS
        or dim.depth > MAX_DEPTH
        or dim.size > MAX_SIZE
        or abs(dim.constant) > MAX_INTEGER
        or any(abs(factor) > MAX_INTEGER for _, factor in dim.terms)
    ):
        return _fresh(dim, bounds(dim))
    return dim


def _fresh(dim: SymDim, span: Bounds) -> SymDim:
    high = None if span[1] == INFINITE else span[1]
    return _unknown(variables(dim)[0].origin, span[0], high)


def _floor(dim: SymDim, by: int) -> Dim:
    divisor = gcd(by, *(factor for _, factor in dim.terms))
    by //= divisor
    whole: dict[Monomial, int] = {}
    rest: list[tuple[Monomial, int]] = []
    for atoms, factor in dim.terms:
        whole[atoms], left = divmod(factor // divisor, by)
        if left:
            rest.append((atoms, left))
    constant, left = divmod(dim.constant // divisor, by)
    outside = _build(whole, constant)
    if not rest:
        return outside
    if by > MAX_INTEGER:
        low, high = bounds(dim)
        return _fresh(dim, _clamped(low // (by * divisor), high // (by * divisor)))
    return outside + _divide_rest(SymDim(tuple(rest), left), by)


def _divide_rest(dim: SymDim, by: int) -> Dim:
    """`dim // by`, where all factors and the constant are in 0..by-1 and share no divisor with `by`."""
    low, high = bounds(dim)
    if low // by == high // by:
        return low // by
    units = [atoms[0] for atoms, factor in dim.terms if factor == 1 and len(atoms) == 1]
    floors = [atom for atom in units if isinstance(atom, Floor)]
    if len(floors) == 1:
        inner = (dim - _alone(floors[0])) * floors[0].by + floors[0].dim
        return inner // (by * floors[0].by)
    return _bounded(_alone(Floor(dim, by)))


def _extreme(kind: Literal["min", "max"], dims: Iterable[Dim]) -> Dim:
    choices: list[Dim] = []
    for dim in dims:
        atom = dim.terms[0][0][0] if isinstance(dim, SymDim) else None
        nested = isinstance(atom, Extreme) and atom.kind == kind and dim == _alone(atom)
        for new in atom.choices if isinstance(atom, Extreme) and nested else (dim,):
            if not any(_decided(kind, old, new) for old in choices):
                choices = [old for old in choices if not _decided(kind, new, old)]
                choices.append(new)
    if len(choices) == 1:
        return choices[0]
    choices.sort(key=_choice_key)
    result = _alone(Extreme(kind, tuple(choices)))
    return _bounded(result) if len(choices) <= MAX_CHOICES else _fresh(result, bounds(result))


def _decided(kind: str, a: Dim, b: Dim) -> bool:
    """Whether bounds alone show that the extreme of the two is `a`."""
    return bounds(a - b if kind == "max" else b - a)[0] >= 0
