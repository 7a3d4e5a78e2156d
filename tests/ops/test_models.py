"""Specs with ops between layers: they build, keep their names, and are the same after saving and loading."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from specgraph.analysis import Analysis, analyze

RESIDUAL = """\
    inputs: {x: [6, 4]}
    layers:
      - Dense: {name: inner, units: 4, activation: relu}
      - ops.multiply: {name: scaled, x2: 0.1}
      - ops.add: {from: [x, scaled]}
      - ops.subtract: {x1: 1}
      - ops.add: {name: shifted, x2: [1, 2, 3, 4]}
      - ops.mean: {axis: [1]}
      - Dense: {name: out, units: 2}
    """
SPECS = {"residual": RESIDUAL}


def analysed(text: str) -> Analysis:
    return analyze("specgraph: 1\n" + textwrap.dedent(text))


def built(analysis: Analysis) -> Any:
    from specgraph.lower.build import lower

    [model] = lower(analysis.models).values()
    return model


def arrays(model: Any) -> list[Any]:
    rng = np.random.default_rng(0)
    return [rng.random((3, *(dim or 5 for dim in one.shape[1:]))).astype(one.dtype) for one in model.inputs]


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.filterwarnings("default")
def test_a_model_with_ops(name: str, tmp_path: Path) -> None:
    import keras

    analysis = analysed(SPECS[name])
    assert not analysis.diagnostics
    [types] = analysis.models.values()
    model = built(analysis)
    assert [one.name for one in model.operations] == list(types.graph.nodes)
    given = arrays(model)
    first = keras.tree.flatten(model.predict(given, verbose=0))
    for one, type_ in zip(first, types.outputs or (), strict=True):
        sizes = zip(type_.truth.shape, one.shape, strict=True)
        assert all(a == b for a, b in sizes if isinstance(a, int))
        assert type_.truth.dtype == one.dtype
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert [one.name for one in again.operations] == [one.name for one in model.operations]
    for one, other in zip(first, keras.tree.flatten(again.predict(given, verbose=0)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


@pytest.mark.filterwarnings("default")
def test_building_twice_gives_the_same_names() -> None:
    analysis = analysed(RESIDUAL)
    first, second = built(analysis), built(analysis)
    assert [one.name for one in first.operations] == [one.name for one in second.operations]
    assert [one.path for one in first.weights] == [one.path for one in second.weights]
