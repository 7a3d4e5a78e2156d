"""Layers that are said to be steady do in training what they do in inference, and change nothing."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from specgraph.infer.steady import ALWAYS, CHANCE, never, unsteady
from specgraph.layers import LAYERS
from specgraph.rows.base import Reject
from specgraph.spec.kinds import Bad
from specgraph.testing.rows import Case, Unsatisfied, draw_case, drawable
from specgraph.testing.source import random_source

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]

DRAWS = 12 if os.environ.get("SPECGRAPH_FUZZ") == "long" else 2
KERAS_ONLY = {"GroupedQueryAttention", "ElasticTransform"}
"""Names of Keras's classes, which rows do not have."""


def cases(name: str) -> list[Case]:
    found: list[Case] = []
    for seed in range(10 * DRAWS):
        if len(found) == DRAWS:
            break
        try:
            case = draw_case(random_source(f"{name}{seed}"), LAYERS[name])
        except Unsatisfied:
            continue
        if case.accepted() and not case.ports:
            found.append(case)
    return found


def layer_of(case: Case) -> Any:
    from specgraph.lower.layer import make_layer

    layer = make_layer(case.row, case.args(), tuple(case.inputs[0].shape[1:]), policy=case.policy)
    return layer


def values(case: Case) -> list[Any]:
    random = np.random.default_rng(0)

    def array(x: Any) -> Any:
        shape = [one if isinstance(one, int) else 4 for one in x.shape]
        if x.dtype == "string":
            return np.full(shape, "a", dtype=object)
        return (random.random(shape) * 3).astype("float32" if x.dtype == "bfloat16" else x.dtype)

    return [array(x) for x in case.inputs]


def run(case: Case, layer: Any, given: list[Any], training: bool) -> list[Any]:
    import keras

    arguments = {name: value for name, value in case.args().given_values() if name in case.row.call}
    if layer._call_has_training_arg:
        arguments["training"] = training
    made = (
        layer(*given, **arguments) if case.row.spread_inputs or len(given) == 1 else layer(given, **arguments)
    )
    return [keras.ops.convert_to_numpy(one) for one in keras.tree.flatten(made)]


def is_steady(case: Case) -> bool:
    try:
        return unsteady(case.row, case.args(), True) is None
    except (Bad, Reject):
        return False


@pytest.mark.parametrize(
    "name", [name for name, row in LAYERS.items() if drawable(row) and not row.nested_only]
)
def test_steady_layers_are(name: str) -> None:
    from specgraph.training.cut import unsteady as in_keras

    ran = 0
    for case in cases(name):
        try:
            layer = layer_of(case)
            given = values(case)
            run(case, layer, given, False)
            layer.trainable = False
            before = run(case, layer, given, False)
        except Exception:
            continue  # what runs at all is another test's business
        ran += 1
        ours, its = is_steady(case), in_keras(layer) is None
        assert ours == its, (str(case), in_keras(layer))
        if not ours:
            continue
        assert not any(np.any(np.array(one)) for one in layer.losses)
        weights = [np.array(one) for one in layer.get_weights()]
        for _ in range(2):
            for a, b in zip(before, run(case, layer, given, True), strict=True):
                np.testing.assert_array_equal(a, b, err_msg=str(case))
        for a, b in zip(weights, layer.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b, err_msg=str(case))
    assert ran, "no case that is drawn runs"


def test_the_names_are_those_of_layers() -> None:
    from specgraph.vocabulary import ROWS

    known = {*LAYERS, *ROWS, *KERAS_ONLY}
    assert {*CHANCE, *ALWAYS} <= known
    for name, arguments in CHANCE.items():
        if name in LAYERS:
            assert set(arguments) <= set(LAYERS[name].fields())


def test_random_layers_are_never_steady() -> None:
    for name in LAYERS:
        assert (never(name) is not None) == (name.startswith("Random") or name in ALWAYS)


def test_what_draws_at_some_rates_only() -> None:
    row = LAYERS["Dropout"]
    assert unsteady(row, row.args.checked({"rate": 0.5}), True) == "draws at random"
    assert unsteady(row, row.args.checked({"rate": 0.0}), True) is None
    row = LAYERS["BatchNormalization"]
    assert unsteady(row, row.args.checked({}), False) == "averages over batches"
    assert unsteady(row, row.args.checked({}), True) is None
