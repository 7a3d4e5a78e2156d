from __future__ import annotations

from typing import Any

import pytest

from specgraph.rows.constants import Constant, Scalar, Tensor
from specgraph.spec.kinds import Bad


@pytest.mark.parametrize(
    ("value", "shape", "dtype"),
    [
        (1, (), "int"),
        (1.5, (), "float"),
        (True, (), "bool"),
        (float("-inf"), (), "float"),
        ([1, 2], (2,), "int32"),
        ([1, 2.5], (2,), "float32"),
        ([[True], [False]], (2, 1), "bool"),
    ],
)
def test_what_a_constant_is(value: Any, shape: tuple[int, ...], dtype: str) -> None:
    found = Tensor().check(value)
    assert (found.shape, found.dtype) == (shape, dtype)
    assert hash(found) == hash(found)


@pytest.mark.parametrize(
    ("value", "part", "path"),
    [
        ("x", "nested lists", ()),
        (None, "a number", ()),
        ({}, "a number", ()),
        ([], "empty", ()),
        ([[1], []], "empty", (1,)),
        ([[1], [1, 2]], "longer or shorter", (1,)),
        ([1, [2]], "longer or shorter", (1,)),
        ([1, True], "mixes", ()),
        ([1, "x"], "a number", (1,)),
        ([1 << 31], "int32", (0,)),
        (float("nan"), "nan", ()),
        ([[[[[[[[[1]]]]]]]]], "more than 8 axes", (0,) * 8),
    ],
)
def test_what_is_no_constant(value: Any, part: str, path: tuple[int, ...]) -> None:
    with pytest.raises(Bad) as caught:
        Tensor().check(value)
    assert part in caught.value.message
    assert caught.value.path == path


def test_a_name_in_the_place_of_a_constant_leads_to_from() -> None:
    with pytest.raises(Bad) as caught:
        Tensor().check("dense")
    assert caught.value.help is not None and "from" in caught.value.help


def test_a_scalar_is_an_array_of_the_default_dtype() -> None:
    assert Constant(1, (), "int").array_dtype == "int32"
    assert Constant(1.0, (), "float").array_dtype == "float32"
    assert Constant(True, (), "bool").array_dtype == "bool"


def test_a_plain_number_stays_an_integer() -> None:
    assert type(Scalar().check(1)) is int
    assert type(Scalar().check(1.0)) is float
    for wrong in (True, "1", None, float("nan")):
        with pytest.raises(Bad):
            Scalar().check(wrong)
