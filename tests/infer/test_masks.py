"""The mask of a Softmax, which Keras hands on: who cannot take it fails when it runs, and is refused."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

from specgraph.analysis import Analysis, analyze

HEAD = """\
specgraph: 1
inputs: {x: [5, 3], y: [5, 3], m: {shape: [5, 3], dtype: bool}}
layers:
  - Softmax: {name: s, from: {inputs: x, mask: m}}
"""

FAILS = [
    "Multiply: {from: [s, y]}",
    "Multiply: {from: [y, s]}",
    "Maximum: {from: [s, y]}",
    "BatchNormalization: {from: s}",
    "GlobalAveragePooling1D: {from: s}",
    "LSTM: {units: 4, from: s}",
    "Bidirectional: {layer: {GRU: {units: 4}}, from: s}",
    "Attention: {from: [s, y]}",
    "MultiHeadAttention: {num_heads: 1, key_dim: 2, from: [y, s]}",
    "Pipeline: {layers: [{ReLU: {}}, {BatchNormalization: {}}], from: s}",
]
RUNS = [
    "Add: {from: [s, y]}",
    "ops.multiply: {from: [s, y]}",
    "Dense: {units: 2, from: s}",
    "LSTM: {units: 3, from: s}",
    "Flatten: {from: s}",
    "Pipeline: {layers: [{Flatten: {}}, {BatchNormalization: {}}], from: s}",
    "Multiply: {from: [x, y]}",
]


def analysis(layer: str, between: str = "") -> Analysis:
    return analyze(f"{HEAD}{between}  - {layer}\n")


def predict(found: Analysis) -> None:
    from specgraph.lower.build import lower

    [model] = lower(found.models).values()
    model.predict([np.ones((2, 5, 3), one.dtype) for one in model.inputs], verbose=0)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
@pytest.mark.parametrize("layer", FAILS)
def test_what_fails(layer: str) -> None:
    found = analysis(layer)
    assert [one.code.rule for one in found.diagnostics if one.severity == "error"] == ["fails-when-run"]
    with pytest.raises(Exception, match=r"mask|[Dd]imensions|[Ss]hape"):
        predict(found)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
@pytest.mark.parametrize("layer", RUNS)
def test_what_runs(layer: str) -> None:
    found = analysis(layer)
    assert found.ok
    predict(found)


def test_the_mask_comes_through_layers_that_hand_it_on_and_is_dropped_by_others() -> None:
    handed = analysis("BatchNormalization", "  - Dense: {units: 3}\n  - Dropout: {rate: 0.5}\n")
    [fault] = [one for one in handed.diagnostics if one.severity == "error"]
    assert fault.message == "BatchNormalization fails with the mask of `s`, which Keras hands on and has all axes"
    assert fault.help == "`ops.copy` before it drops the mask"
    assert analysis("BatchNormalization", "  - ops.copy\n").ok
    assert analysis("BatchNormalization", "  - Permute: {dims: [2, 1]}\n").ok
