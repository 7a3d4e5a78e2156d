"""Expressions: their values against Python's own, their faults, and their limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgraph.limits import DEFAULT, Limits
from specgraph.resolve.expressions import ExpressionError, evaluate

NAMES = {
    "width": 64,
    "rate": 0.5,
    "wide": True,
    "mode": "same",
    "filters": [64, 128, 256],
    "none": None,
    "std.depth": 3,
}


def value(text: str, limits: Limits = DEFAULT) -> Any:
    return evaluate(text, NAMES, limits)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("width * 2 + 1", 129),
        ("(width + 1) // 2", 32),
        ("-width ** 2", -4096),
        ("2 ** 3 ** 2", 512),
        ("2 ** -1", 0.5),
        ("7 % 4 - 1 / 2", 2.5),
        ("1_000 * 6e2", 600000.0),
        ("filters[1] + filters[-1]", 384),
        ("[1, 2,][0]", 1),
        ("[32] + filters[:-1]", [32, 64, 128]),
        ("filters[1:] + filters[:] + filters[9:]", [128, 256, 64, 128, 256]),
        ("filters[1:2][0]", 128),
        ("[width, 'a', true, null, []]", [64, "a", True, None, []]),
        ("width if wide else 8", 64),
        ("1 if not wide else 2 if rate > 0.4 else 3", 2),
        ("wide and width >= 64 or missing > 1", True),
        ("not width == 64", False),
        ("mode == 'same' and mode != \"valid\"", True),
        ("mode + '_x'", "same_x"),
        ("filters + [512]", [64, 128, 256, 512]),
        ("64 in filters and 3 not_in", None),
        ("128 in filters", True),
        ("none == null", True),
        ("true == 1", False),
        ("min(filters)", 64),
        ("max(1, 2.5)", 2.5),
        ("sum(filters) + len(filters) + len(mode)", 455),
        ("round(2.6) + ceil(0.1) + floor(0.9) + int(1.9) + abs(-2)", 7),
        ("divisible(width * 0.35, 8)", 24),
        ("divisible(3)", 8),
        ("std.depth * 2", 6),
    ],
)
def test_values(text: str, expected: object) -> None:
    if expected is None:
        with pytest.raises(ExpressionError):
            value(text)
        return
    found = value(text)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("", "the expression ends too early", 0),
        ("1 +", "the expression ends too early", 3),
        ("1 + * 2", "did not expect `*`", 4),
        ("(1", "the expression ends too early", 2),
        ("(1]", "expected `)`, found `]`", 2),
        ("1 2", "did not expect `2`", 2),
        ("a = 1", "`=` has no meaning in an expression", 2),
        ("wdth + 1", "there is no param `wdth`", 0),
        ("1 + mode", "'same' is no number", 2),
        ("-wide", "true is no number", 0),
        ("wide + 1", "true is no number", 5),
        ("1 if width else 2", "expected true or false, not 64", 5),
        ("1 < 2 < 3", "comparisons are not chained: join two with `and`", 6),
        ("1 / 0", "division by zero", 2),
        ("0 ** -1", "division by zero", 2),
        ("(-8) ** 0.5", "a negative number has no such power", 5),
        ("filters[3]", "there is no item 3 in a list of 3", 7),
        ("filters[0.5]", "an item is chosen by an integer, not by 0.5", 7),
        ("filters[]", "expected an index", 8),
        ("filters[0.5:]", "a slice is bounded by integers, not by 0.5", 7),
        ("mode[1:]", "only a list has items, 'same' has none", 4),
        ("width[0]", "only a list has items, 64 has none", 5),
        ("eval('1')", "there is no function `eval`", 0),
        ("round(1, 2)", "`round` takes 1 value, it is given 2", 0),
        ("max([])", "an empty list has no least and no greatest number", 0),
        ("'a' < 1", "'a' is no number", 4),
        ("1 + not wide", "put `not …` in parentheses here", 4),
    ],
)
def test_faults(text: str, message: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(text)
    assert str(caught.value).startswith(message)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9", "2 ** 64", "1e308 * 10", "9" * 500, "(" * 900, "-" * 900 + "1", "not " * 200 + "true",
        "1 if true else " * 60 + "1", "[" * 40 + "]" * 40, "1 + " * 400 + "1", "filters + " * 40 + "filters[0]",
        "__import__('os')", "width.__class__", "().__class__", "filters.append(1)", "f'{width}'", "lambda: 1",
        "'a' * 1000000", "[0] * 1000000", "mode * 3", "1e400", "x" * 2000,
    ],
)  # fmt: skip
def test_what_is_refused_at_once(text: str) -> None:
    with pytest.raises(ExpressionError):
        value(text)


def test_long_sums_are_fine_within_the_length() -> None:
    assert value("+".join(["1"] * 400)) == 400
    assert value(" or ".join(["false"] * 100)) is False
    assert evaluate("x" + "[0]" * 300, {"x": nested(300)}, DEFAULT)[0] == 1


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 1


trees = st.recursive(
    st.one_of(
        st.integers(0, 99).map(str),
        st.floats(0, 99, allow_nan=False).map(lambda x: f"{x:.3f}"),
        st.just("width"),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
            lambda t: f"({' '.join(t)})"
        ),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(" ".join),
        inner.map(lambda text: f"-{text}"),
        st.tuples(inner, st.sampled_from(["<", "<=", "==", "!=", ">"]), inner, inner, inner).map(
            lambda t: f"({t[3]} if ({t[0]}) {t[1]} ({t[2]}) else {t[4]})"
        ),
    ),
    max_leaves=12,
)


@given(trees)
def test_arithmetic_is_pythons(text: str) -> None:
    try:
        expected = eval(text, {"__builtins__": {}}, {"width": 64})
    except ZeroDivisionError:
        expected = None
    try:
        found = value(text)
    except ExpressionError as error:
        assert "nested" in str(error) or "larger" in str(error) or (expected is None and "zero" in str(error))
    else:
        assert found == expected and type(found) is type(expected)


@given(st.text(st.sampled_from("ab1.0 +-*/%()[],<>=!'\"_ifelsnotrdand$"), max_size=40))
def test_nothing_but_an_expression_error_escapes(text: str) -> None:
    try:
        value(text)
    except ExpressionError as error:
        assert 0 <= error.offset <= len(text)
