"""Dims: canonical forms, bounds, text, and decisions against brute force."""

from __future__ import annotations

import operator
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specgraph.ir.compare import Verdict, at_least, bounded_effort, divisible, equal
from specgraph.ir.dim import (
    MAX_SIZE,
    Dim,
    SymDim,
    dim_max,
    dim_min,
    lower_bound,
    named,
    product,
    substitute,
    unknown,
    upper_bound,
    variables,
)

H, W = named("H"), named("W")
Operation = Callable[[Dim, Dim], Dim]

OPERATIONS: dict[str, tuple[Operation, Callable[[int, int], int]]] = {
    "add": (operator.add, operator.add),
    "sub": (operator.sub, operator.sub),
    "mul": (operator.mul, operator.mul),
    "min": (dim_min, min),
    "max": (dim_max, max),
}


def dims(*names: SymDim, products: bool = True) -> st.SearchStrategy[Dim]:
    """Expressions over these variables, made by the public operations."""
    kinds = sorted(OPERATIONS) if products else ["add", "sub", "min", "max"]

    def extend(inner: st.SearchStrategy[Dim]) -> st.SearchStrategy[Dim]:
        return st.one_of(
            st.builds(lambda kind, a, b: OPERATIONS[kind][0](a, b), st.sampled_from(kinds), inner, inner),
            st.builds(lambda a, by: a // by, inner, st.integers(1, 6)),
            st.builds(lambda a, by: a * by, inner, st.integers(-3, 4)),
        )

    leaves = st.one_of(st.sampled_from(names), st.integers(-9, 9))
    return st.recursive(leaves, extend, max_leaves=6)


def exact(*operands: Dim) -> bool:
    """Whether none was replaced by an unknown for its size."""
    return not any(var.unknown for dim in operands for var in variables(dim))


sizes = st.fixed_dictionaries({"H": st.integers(1, 60), "W": st.integers(1, 60)})


@given(dims(H, W), dims(H, W), st.sampled_from(sorted(OPERATIONS)), sizes)
def test_substitution_commutes_with_operations(a: Dim, b: Dim, kind: str, at: dict[str, int]) -> None:
    symbolic, plain = OPERATIONS[kind]
    result = symbolic(a, b)
    left, right = substitute(a, at), substitute(b, at)
    if exact(a, b, result):
        assert isinstance(left, int) and isinstance(right, int)
        assert substitute(result, at) == plain(left, right)


@given(dims(H, W), st.integers(1, 12), st.integers(1, 12), sizes)
def test_substitution_commutes_with_division(a: Dim, by: int, then: int, at: dict[str, int]) -> None:
    value = substitute(a, at)
    if exact(a):
        assert substitute(a // by, at) == value // by
        assert substitute(-a, at) == -value
        assert substitute(a // by // then, at) == value // (by * then)
        assert (a * by + then) // by == a + then // by


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 9), st.integers(1, 9))
def test_nested_divisions_have_one_form(a: int, b: int, c: int, by: int, then: int) -> None:
    dim = H * a + H * W * b + c
    assert dim // by // then == dim // (by * then)


@given(dims(H, W), dims(H, W), dims(H, W))
def test_equal_expressions_have_one_form(a: Dim, b: Dim, c: Dim) -> None:
    for left, right in [
        (a + b, b + a),
        ((a + b) + c, a + (b + c)),
        (a * b, b * a),
        (dim_max(a, b), dim_max(b, a)),
        (a - a, 0),
        (-a * -1, a),
    ]:
        if exact(left, right):
            assert left == right
            assert hash(left) == hash(right)


@given(dims(H, W), sizes)
def test_text_reads_back(a: Dim, at: dict[str, int]) -> None:
    if exact(a):
        assert eval(str(a), {"min": min, "max": max, **at}) == substitute(a, at)


@given(dims(H, W), sizes)
def test_bounds_hold(a: Dim, at: dict[str, int]) -> None:
    value, low, high = substitute(a, at), lower_bound(a), upper_bound(a)
    if exact(a):
        assert isinstance(value, int)
        assert low is None or low <= value
        assert high is None or value <= high


def holds(condition: str, at: dict[str, int]) -> bool:
    """The condition's words as Python."""

    def term(text: str) -> bool:
        text = text.strip("()")
        if " is a multiple of " in text:
            left, by = text.split(" is a multiple of ")
            return bool(eval(left, {"min": min, "max": max, **at}) % int(by) == 0)
        if " is not a multiple of " in text:
            left, by = text.split(" is not a multiple of ")
            return bool(eval(left, {"min": min, "max": max, **at}) % int(by) != 0)
        if " is not " in text:
            left, other = text.split(" is not ")
            return bool(eval(left, {**at}) != int(other))
        return bool(eval(text, {"min": min, "max": max, **at}))

    return any(all(map(term, clause.split(" and "))) for clause in spelled(condition).split(" or "))


def spelled(condition: str) -> str:
    """`H % 4 is 1, 2 or 3` as one comparison per residue, the rest of its clause repeated."""
    clauses: list[str] = []
    for part in condition.replace(", ", " or ").split(" or "):
        if part.split(" and ")[0].isdigit():
            start = clauses[-1].split(" == ")[0]
            part = f"{start} == {part}"
            if " and " in part:
                tail = part[part.index(" and ") :]
                clauses = [
                    clause + tail if clause.startswith(start + " == ") else clause for clause in clauses
                ]
        clauses.append(part.replace(" is ", " == ") if " % " in part and " is not " not in part else part)
    return " or ".join(clauses)


def check(verdict: Verdict, truth: dict[int, bool], question: str) -> None:
    """A verdict on H against the truth at some sizes."""
    if verdict.kind != "sometimes":
        assert set(truth.values()) == {verdict.kind == "always"}
        return
    if verdict.example is not None:
        (size,) = verdict.example.values()
        assert truth.get(size, True)
    if verdict.condition != question and "max(" not in verdict.condition and "min(" not in verdict.condition:
        assert {size: holds(verdict.condition, {"H": size}) for size in truth} == truth


facts = st.sampled_from(
    [
        named("H"),
        named("H", minimum=5),
        named("H", minimum=32, multiple_of=8),
        named("H", minimum=1, multiple_of=3),
        named("H", minimum=2, maximum=40),
        named("H", minimum=0, maximum=60, multiple_of=4),
    ]
)


def value_at(dim: Dim, size: int) -> int:
    value = substitute(dim, {"H": size})
    assert isinstance(value, int)
    return value


def known_sizes(dim: SymDim) -> range:
    (var,) = variables(dim)
    return range(lower_bound(dim) or 0, min(200, upper_bound(dim) or 200) + 1, var.multiple_of)


@settings(deadline=None, max_examples=300)
@given(facts, st.data())
def test_equality_agrees_with_brute_force(dim: SymDim, data: st.DataObject) -> None:
    a, b = data.draw(dims(dim)), data.draw(dims(dim))
    if exact(a, b, a - b):
        truth = {size: substitute(a, {"H": size}) == substitute(b, {"H": size}) for size in known_sizes(dim)}
        sides = (b, a) if isinstance(a, int) else (a, b)
        check(equal(a, b), truth, f"{sides[0]} == {sides[1]}")


@settings(deadline=None, max_examples=300)
@given(facts, st.integers(-30, 30), st.data())
def test_at_least_agrees_with_brute_force(dim: SymDim, bound: int, data: st.DataObject) -> None:
    a = data.draw(dims(dim))
    if exact(a):
        truth = {size: value_at(a, size) >= bound for size in known_sizes(dim)}
        check(at_least(a, bound), truth, f"{a} >= {bound}")


@settings(deadline=None, max_examples=200)
@given(facts, st.integers(1, 12), st.data())
def test_divisible_agrees_with_brute_force(dim: SymDim, by: int, data: st.DataObject) -> None:
    a = data.draw(dims(dim))
    if exact(a):
        truth = {size: value_at(a, size) % by == 0 for size in known_sizes(dim)}
        check(divisible(a, by), truth, f"{a} is a multiple of {by}")


@settings(deadline=None, max_examples=150)
@given(dims(H, products=False), dims(W, products=False), st.integers(-9, 9))
def test_two_variables_are_never_answered_wrongly(a: Dim, b: Dim, constant: int) -> None:
    left, right = a + constant, b
    if not exact(left, right, left - right):
        return
    truth = {
        (h, w): substitute(left, {"H": h}) == substitute(right, {"W": w})
        for h in range(1, 40)
        for w in range(1, 40)
    }
    verdict = equal(left, right)
    if verdict.kind != "sometimes":
        assert set(truth.values()) == {verdict.kind == "always"}
    elif verdict.example is not None:
        at = verdict.example
        assert substitute(substitute(left, at), at) == substitute(substitute(right, at), at)


@pytest.mark.parametrize(
    ("dim", "text"),
    [
        (H // 2, "H//2"),
        (2 * H + 1, "2*H + 1"),
        ((H - 3) // 2 + 1, "(H - 3)//2 + 1"),
        (((H - 3) // 2 + 1 - 5) // 2 + 1, "(H - 11)//4 + 1"),
        (product([H, W, 512]), "H*W*512"),
        (named("batch"), "batch"),
        (dim_max(H, 3), "max(H, 3)"),
        (5 - H, "5 - H"),
        (-(H // 2), "-(H//2)"),
        (4 * H // 2, "2*H"),
        (2 * H // 4, "H//2"),
        (H // 2 // 3, "H//6"),
        ((H * 4 + W) // 2, "2*H + W//2"),
        (unknown(), "?"),
    ],
)
def test_text(dim: Dim, text: str) -> None:
    assert str(dim) == text


def unet(size: Dim, depth: int) -> tuple[Dim, Dim]:
    """The two sizes that the outermost merge of a U-Net compares."""
    down = size
    for _ in range(depth):
        down = down // 2
    return size, down * 2**depth


def test_unet_of_depth_three() -> None:
    assert equal(*unet(H, 3))[:3] == ("sometimes", "H is a multiple of 8", {"H": 8})
    assert equal(*unet(named("H", multiple_of=8), 3)).kind == "always"
    assert equal(*unet(named("H", minimum=9, maximum=15), 3)).kind == "never"
    assert equal(*unet(named("H", minimum=32, multiple_of=4), 3)).example == {"H": 32}


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (equal(H, 5), ("sometimes", "H == 5", {"H": 5})),
        (equal(5, H), ("sometimes", "H == 5", {"H": 5})),
        (equal(H // 8, 4), ("sometimes", "32 <= H <= 39", {"H": 32})),
        (equal(H * H, 224 * 224), ("sometimes", "H == 224", {"H": 224})),
        (equal(H, 2 * W), ("sometimes", "H == 2*W", None)),
        (equal(2 * H, 2 * W + 1), ("never", "", None)),
        (
            equal(H + W, H // 2 * 2 + W // 4 * 4),
            ("sometimes", "H is a multiple of 2 and W is a multiple of 4", {"H": 2, "W": 4}),
        ),
        (equal(H, H // 3 * 3 + 1), ("sometimes", "H % 3 is 1", {"H": 1})),
        (equal(dim_max(H - 3, 7), H - 3), ("sometimes", "H >= 10", {"H": 10})),
        (equal(H, H // 2 * 2 + 10_000), ("never", "", None)),
        (at_least((H - 32) // 8 + 1, 1), ("sometimes", "H >= 32", {"H": 32})),
        (at_least(H, 1), ("always", "", None)),
        (at_least(H // 2 + 1, 1_000_000), ("sometimes", "H >= 1999998", {"H": 1_999_998})),
        (divisible(H * W * 512, 64), ("always", "", None)),
        (divisible(12 * H, 8), ("sometimes", "H is a multiple of 2", {"H": 2})),
        (divisible(H * W, 8), ("sometimes", "H*W is a multiple of 8", None)),
        (equal(7, 7), ("always", "", None)),
        (equal(unknown(), 4), ("sometimes", "? == 4", None)),
    ],
)
def test_verdicts(verdict: Verdict, expected: tuple[str, str, dict[str, int] | None]) -> None:
    assert verdict[:3] == expected


def test_names_are_what_makes_variables_equal() -> None:
    assert named("H", minimum=8) == H
    assert unknown() != unknown()
    assert variables(H * W + H) == (variables(H)[0], variables(W)[0])
    assert variables(7) == ()
    assert variables(named("H", origin="here") // 2)[0].origin == "here"
    with pytest.raises(ValueError, match="agrees"):
        named("H", minimum=33, maximum=35, multiple_of=8)


def test_long_chains_stay_small() -> None:
    """Thousands of layers of each kind: sizes end in an unknown with the first variable's origin."""
    dim: Dim = named("H", origin="input")
    steps: list[Callable[[Dim], Dim]] = [
        lambda x: x // 2 + x // 3,
        lambda x: x * x + 1,
        lambda x: dim_max(x // 3, 5 * x - x // 7),
        lambda x: x // 2,
        lambda x: x * 1000 + named("W"),
        lambda x: (x + x // 5) // 3,
    ]
    for step in steps:
        grown = dim
        for _ in range(500):
            grown = step(grown)
            assert isinstance(grown, int) or grown.size <= MAX_SIZE
        assert isinstance(grown, int) or variables(grown)[0].origin in ("input", None)
        equal(grown, 7), at_least(grown, 3), divisible(grown, 6), str(grown)
    many: Dim = 0
    for index in range(200):
        many = many + named(f"d{index}", origin=index)
    assert isinstance(many, SymDim) and len(many.terms) <= 64


def test_a_run_has_so_many_hard_questions() -> None:
    h = named("H")
    with bounded_effort(2):
        assert [divisible(h, by).example for by in (2, 3, 2, 3)] == [{"H": 2}, {"H": 3}] * 2
        given_up = divisible(h, 5)
        assert (given_up.kind, given_up.condition, given_up.sizes) == (
            "sometimes",
            "H is a multiple of 5",
            (),
        )
        assert divisible(named("H", minimum=3), 2).sizes == ()  # other facts, another question
        assert divisible(h, 2).sizes
    assert divisible(h, 5).sizes
