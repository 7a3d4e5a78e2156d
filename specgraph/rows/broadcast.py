"""Shapes that fit together: broadcast against each other, or equal axis by axis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from specgraph.ir.compare import ALWAYS, NEVER, Verdict, equal
from specgraph.ir.dim import Dim, dim_max, variables

from .base import Reject, demand

Shape: TypeAlias = tuple[Dim, ...]
Refusal: TypeAlias = Reject | Callable[[int], Reject]
"""What to raise, or how to make it for an axis, counted from the end."""


def broadcast(a: Shape, b: Shape, refusal: Refusal) -> Shape:
    """The shape that both broadcast to, aligned at their last axes; raises the refusal if they do not."""
    if len(a) < len(b):
        a, b = b, a
    lead = len(a) - len(b)
    pairs = enumerate(zip(a[lead:], b, strict=True), start=-len(b))
    return (*a[:lead], *(broadcast_axis(x, y, _at(refusal, axis)) for axis, (x, y) in pairs))


def check_into(small: Shape, large: Shape, refusal: Refusal) -> None:
    """Rejects a shape that would not broadcast to `large` without enlarging it."""
    if len(small) > len(large):
        raise _at(refusal, -len(small))
    for axis, (one, size) in enumerate(
        zip(small, large[len(large) - len(small) :], strict=True), start=-len(small)
    ):
        if one != 1:
            demand(equal(one, size), _at(refusal, axis), one, size)


def _at(refusal: Refusal, axis: int) -> Reject:
    return refusal if isinstance(refusal, Reject) else refusal(axis)


def broadcast_axis(a: Dim, b: Dim, reject: Reject) -> Dim:
    """The greater of two sizes that are equal, or of which one is 1.

    As Keras declares it: an int wins over a named dim, which must then be that int, or 1.
    """
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    demand(_alike(a, b), reject, a, b)
    if isinstance(a, int) or isinstance(b, int):
        return a if isinstance(a, int) else b
    for one, other in ((a, b), (b, a)):
        if any(var.unknown for var in variables(one)):
            return other
    return dim_max(a, b)


def _alike(a: Dim, b: Dim) -> Verdict:
    """Whether two sizes are equal or one of them is 1."""
    verdicts = [equal(a, b), *(equal(one, 1) for one in (a, b) if not isinstance(one, int))]
    if ALWAYS in verdicts:
        return ALWAYS
    some = [one for one in verdicts if one.kind == "sometimes"]
    if not some:
        return NEVER
    return Verdict("sometimes", " or ".join(one.condition for one in some), some[0].example)


def same_size(a: Dim, b: Dim, reject: Reject) -> None:
    """Rejects two sizes that differ; Keras compares the declared ones, and an open one equals no number."""
    if isinstance(a, int) != isinstance(b, int):
        raise reject
    demand(equal(a, b), reject, a, b)


def same_shape(a: Iterable[Dim], b: Iterable[Dim], reject: Reject) -> None:
    """`same_size`, axis by axis; shapes of different rank are rejected."""
    a, b = tuple(a), tuple(b)
    if len(a) != len(b):
        raise reject
    for x, y in zip(a, b, strict=True):
        same_size(x, y, reject)


def may_agree(a: Dim, b: Dim, reject: Reject) -> Dim:
    """Rejects two sizes that never agree, an open one agreeing with any number; the one that is known."""
    if a != b:
        demand(equal(a, b), reject, a, b)
    return b if isinstance(b, int) else a


def check_alike(a: Shape, b: Shape, reject: Reject) -> None:
    """Rejects shapes of different rank, or with sizes that never agree."""
    if len(a) != len(b):
        raise reject
    for x, y in zip(a, b, strict=True):
        may_agree(x, y, reject)
