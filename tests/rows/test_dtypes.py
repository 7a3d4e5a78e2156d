"""The lattice of promotions against Keras's, for all pairs and triples."""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from typing import Any

import pytest

from specgraph.rows.dtypes import DTYPES, WEAK, NoCommonDtype, result_type

ALL = (*DTYPES, *WEAK)


def keras_type(*dtypes: str) -> str | None:
    import keras

    python: dict[str, Any] = {"int": int, "float": float}
    try:
        return str(keras.backend.result_type(*(python.get(one, one) for one in dtypes)))
    except ValueError:
        return None


def our_type(*dtypes: str) -> str | None:
    try:
        return result_type(*dtypes)
    except NoCommonDtype:
        return None


@pytest.mark.parametrize("dtype", ALL)
def test_one(dtype: str) -> None:
    assert our_type(dtype) == keras_type(dtype)


def test_all_pairs() -> None:
    for pair in product(ALL, repeat=2):
        assert our_type(*pair) == keras_type(*pair), pair


def test_all_triples() -> None:
    for triple in combinations_with_replacement(ALL, 3):
        assert our_type(*triple) == keras_type(*triple), triple


def test_the_default_float_is_keras() -> None:
    import keras

    from specgraph.rows.dtypes import FLOATX

    assert keras.config.floatx() == FLOATX


def test_the_dtypes_are_keras() -> None:
    from keras.src.backend.common.dtypes import ALLOWED_DTYPES

    assert set(DTYPES) == set(ALLOWED_DTYPES)
