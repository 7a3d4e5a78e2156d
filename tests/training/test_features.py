"""Which phases keep the features of their frozen beginning, as a run says it."""

from __future__ import annotations

import pytest

import specgraph

SPEC = """\
specgraph: 1
models:
  base:
    inputs: {x: [4]}
    layers: [Dense: {units: 2}]
  net:
    inputs: {image: [8, 8, 1]}
    layers:
      - Flatten
      - Dense: {name: NAME, units: 64, trainable: false}
      - Dense: {name: probs, units: 10, activation: softmax}
    compile: {loss: sparse_categorical_crossentropy}
train: {model: net, data: digits, epochs: 2}
"""


@pytest.mark.parametrize("name", ["first", "base"])  # the name of another model is a layer's too
def test_a_frozen_layer_is_computed_once(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    specgraph.train(SPEC.replace("NAME", name))
    assert "phase_1: the output of one layer is computed once: 1,797 examples" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("- Flatten", "- Flatten\n      - Dropout: {name: drop, rate: 0.1}", "`drop` draws at random"),
        ("epochs: 2", "epochs: 2, cache_features: false", "`cache_features` is false"),
        ("epochs: 2", "epochs: 1", "no example is seen twice"),
    ],
)
def test_what_is_not_kept(old: str, new: str, why: str, capfd: pytest.CaptureFixture[str]) -> None:
    specgraph.train(SPEC.replace("NAME", "first").replace(old, new))
    assert f"phase_1: features are not kept: {why}" in capfd.readouterr().err
