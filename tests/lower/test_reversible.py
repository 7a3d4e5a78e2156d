"""A tied autoencoder: one matrix there and back, trained, saved and loaded as one."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import specgraph

SPEC = """\
specgraph: 1
name: tied
inputs: {x: [6]}
layers:
  - ReversibleDense: {name: code, input_dim: 6, units: 2, activation: tanh, reverse_activation: sigmoid}
  - reuse: {name: back, layer: code, reverse: true}
compile: {optimizer: {SGD: {learning_rate: 0.1}}, loss: mse}
"""


@pytest.mark.filterwarnings("default")
def test_a_tied_autoencoder_has_one_matrix(tmp_path: Path) -> None:
    import keras

    model = specgraph.build(SPEC)
    assert not isinstance(model, dict)
    assert [one.shape for one in model.weights] == [(6, 2), (2,), (6,)]
    x = np.random.default_rng(0).random((5, 6), dtype="float32")
    model.fit(x, x, epochs=2, verbose=0)
    kernel, bias, back = model.get_weights()
    expected = 1 / (1 + np.exp(-(np.tanh(x @ kernel + bias) @ kernel.T + back)))
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-5)
    model.save(tmp_path / "tied.keras")
    again = keras.models.load_model(tmp_path / "tied.keras")
    assert len(again.weights) == 3
    np.testing.assert_allclose(again.predict(x, verbose=0), expected, rtol=1e-5)


def test_another_width_is_refused_both_ways() -> None:
    for text, words in (
        (SPEC.replace("{x: [6]}", "{x: [5]}"), "it reads 6 features, its input has 5: (batch, 5)"),
        (
            SPEC.replace("  - reuse", "  - Dense: {units: 3}\n  - reuse"),
            "in reverse it reads 2 features, its input has 3: (batch, 3)",
        ),
    ):
        [found] = specgraph.analyze(text).diagnostics
        assert (found.code.rule, found.message) == ("fails-when-run", words)


def test_one_way_alone_is_a_dense() -> None:
    [model] = specgraph.analyze(
        SPEC.replace("  - reuse: {name: back, layer: code, reverse: true}\n", "")
    ).models.values()
    assert model.parameters() == (6 * 2 + 2 + 6, 0)
