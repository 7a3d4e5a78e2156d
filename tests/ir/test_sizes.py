"""What is left of a dim's sizes when several conditions must hold, against brute force."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from specgraph.ir.compare import Verdict, at_least, divisible, equal
from specgraph.ir.dim import SymDim, named
from specgraph.ir.pieces import Piece
from specgraph.ir.sizes import Sizes

H = named("H")


def sizes(verdict: Verdict) -> Sizes:
    [one] = verdict.sizes
    return one


def together(*verdicts: Verdict) -> Sizes:
    def both(a: Sizes, b: Sizes) -> Sizes:
        found = a.both(b)
        assert found is not None
        return found

    return reduce(both, map(sizes, verdicts))


def contains(pieces: tuple[Piece, ...], x: int) -> bool:
    return any(start <= x <= end and x % period in residues for start, end, period, residues in pieces)


def test_the_skips_of_a_unet() -> None:
    found = together(*(equal(H // (2**d), H // (2 ** (d + 1)) * 2) for d in (3, 1, 0, 2)))
    assert found.text() == "H is a multiple of 16"
    assert found.example() == 16


@pytest.mark.parametrize(
    ("verdicts", "text", "example"),
    [
        ([at_least(H, 5), at_least(9 - H, 0)], "5 <= H <= 9", 5),
        ([divisible(H, 4), divisible(H, 6)], "H is a multiple of 12", 12),
        ([divisible(H, 4), at_least(H, 9)], "H is a multiple of 4 and H >= 12", 12),
        ([divisible(H, 2), at_least(9 - H, 0), at_least(H, 7)], "H == 8", 8),
    ],
)
def test_texts(verdicts: list[Verdict], text: str, example: int) -> None:
    found = together(*verdicts)
    assert (found.text(), found.example()) == (text, example)


def test_nothing_may_be_left() -> None:
    assert together(divisible(H, 2), divisible(H - 1, 2)).pieces == ()


def test_facts_count_in_their_units() -> None:
    by_four = named("H", multiple_of=4, minimum=4)
    found = together(divisible(by_four, 8), divisible(by_four, 12))
    assert (found.text(), found.example()) == ("H is a multiple of 24", 24)


conditions = st.one_of(
    st.builds(divisible, st.integers(-5, 5).map(lambda n: H + n), st.integers(2, 9)),
    st.builds(at_least, st.integers(-40, 40).map(lambda n: H + n), st.just(0)),
    st.builds(at_least, st.integers(1, 60).map(lambda n: n - H), st.just(0)),
    st.builds(lambda by, n: equal((H + n) // by * by, H + n), st.integers(2, 6), st.integers(0, 9)),
)


@given(st.lists(conditions, min_size=2, max_size=4))
def test_both_is_the_intersection(verdicts: list[Verdict]) -> None:
    assume(all(one.kind == "sometimes" and one.sizes for one in verdicts))
    found = together(*verdicts)
    for x in range(1, 130):
        assert contains(found.pieces, x) == all(contains(sizes(one).pieces, x) for one in verdicts), x
    if found.pieces:
        assert found.example() == next(x for x in range(1, 10**4) if contains(found.pieces, x))


def test_too_much_work_is_said_so() -> None:
    many = [sizes(divisible(H, by)) for by in (61, 67, 71)]
    first = many[0].both(many[1])
    assert first is not None
    assert first.both(many[2]) is None
    assert isinstance(H, SymDim)
