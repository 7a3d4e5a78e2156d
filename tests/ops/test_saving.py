"""A model of each op, written to Keras's configuration and read back, is the same model."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from ops_cases import Case, cases
from ops_families import CASES
from ops_oracle import ours, sample
from ops_profile import MANY

from specgraph.lower.ops import call
from specgraph.rows.base import Reject

pytestmark = pytest.mark.tensorflow

TRIED = 2 if MANY == 1 else min(MANY, 40)
RANDOM = {"empty_like", "image.elastic_transform"}
"""Ops whose values differ from run to run."""


def model(case: Case) -> Any:
    import keras

    def symbol(one: Any) -> Any:
        return keras.Input(batch_shape=one.shape, dtype=one.dtype)

    inputs = [symbol(one) for one in case.inputs]
    ports = {name: symbol(one) for name, one in case.ports.items()}
    made = call(case.row, case.args, inputs, ports)
    made = list(made) if isinstance(made, list | tuple) else [made]
    made[0]._keras_history.operation.name = "the_op"
    return keras.Model([*inputs, *ports.values()], made)


def outputs(model: Any, case: Case) -> list[Any]:
    import keras

    arrays = [case.values.get(i, None) for i in range(len(case.inputs))]
    arrays = [sample(x) if a is None else a for x, a in zip(case.inputs, arrays, strict=True)]
    arrays += [sample(one) for one in case.ports.values()]
    return [keras.ops.convert_to_numpy(one) for one in keras.tree.flatten(model(arrays))]


def usable(case: Case) -> bool:
    types = (*case.inputs, *case.ports.values())
    return not isinstance(ours(case.row, case.args, case.inputs, case.ports), Reject) and all(
        one.rank and one.dtype in ("float32", "int32", "bool", "int64") for one in types
    )


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_model_comes_back(name: str) -> None:
    import keras

    tried = 0

    @settings(
        max_examples=80 * TRIED,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(name))
    def check(case: Case) -> None:
        nonlocal tried
        if tried >= TRIED or not usable(case):
            return
        tried += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first = model(case)
            again = keras.models.model_from_json(first.to_json())
            assert [one.shape for one in again.outputs] == [one.shape for one in first.outputs]
            if name != "image.extract_patches" and name != "image.extract_patches_3d":
                assert "the_op" in [one.name for one in again.operations]
            for a, b in zip(outputs(first, case), outputs(again, case), strict=True):
                assert (a.shape, a.dtype) == (b.shape, b.dtype)
                if name not in RANDOM:
                    np.testing.assert_array_equal(a, b)

    check()
    assert tried, "no usable case was drawn"
