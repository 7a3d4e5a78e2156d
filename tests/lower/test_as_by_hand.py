"""A lowered model is the one that the same calls of Keras make, to the bit."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import specgraph
from specgraph.analysis import analyze
from specgraph.limits import Limits
from specgraph.lower.build import lower
from specgraph.lower.scopes import late_variables, longest_chain, recursion_limit

pytestmark = pytest.mark.filterwarnings("default")


def image_model(keras: Any) -> Any:
    made = keras.layers
    image = x = keras.Input((16, 16, 3), name="image")
    x = made.Conv2D(8, 3, padding="same", activation="relu", name="conv2d")(x)
    x = made.BatchNormalization(name="batch_normalization")(x)
    skip = made.SeparableConv2D(8, 3, padding="same", name="skip")(x)
    x = made.Dropout(0.5, name="drop")(x)
    x = made.Add(name="add")([x, skip])
    x = made.GlobalAveragePooling2D(name="global_average_pooling2d")(x)
    x = made.Dense(4, kernel_initializer=keras.initializers.HeNormal(), name="scores")(x)
    return keras.Model(image, x, name="m")


IMAGE = """\
specgraph: 1
name: m
inputs: {image: [16, 16, 3]}
layers:
  - Conv2D: {filters: 8, kernel_size: 3, padding: same, activation: relu}
  - BatchNormalization
  - SeparableConv2D: {name: skip, filters: 8, kernel_size: 3, padding: same}
  - Dropout: {name: drop, from: batch_normalization, rate: 0.5}
  - Add: {from: [drop, skip]}
  - GlobalAveragePooling2D
  - Dense: {name: scores, units: 4, kernel_initializer: HeNormal}
"""


def sequence_model(keras: Any) -> Any:
    made = keras.layers
    words = x = keras.Input((7,), dtype="int32", name="words")
    x = made.Embedding(20, 6, name="embedding")(x)
    x = made.Bidirectional(made.LSTM(4, return_sequences=True, dropout=0.1), name="bidirectional")(x)
    x = made.GRU(3, return_sequences=True, name="gru")(x)
    x = made.TimeDistributed(made.Dense(2), name="time_distributed")(x)
    x = made.LayerNormalization(name="layer_normalization")(x)
    return keras.Model(words, x, name="m")


SEQUENCE = """\
specgraph: 1
name: m
inputs: {words: {shape: [7], dtype: int32}}
layers:
  - Embedding: {input_dim: 20, output_dim: 6}
  - Bidirectional: {layer: {LSTM: {units: 4, return_sequences: true, dropout: 0.1}}}
  - GRU: {units: 3, return_sequences: true}
  - TimeDistributed: {layer: {Dense: {units: 2}}}
  - LayerNormalization
"""


def network_model(keras: Any) -> Any:
    image = keras.Input((32, 32, 3), name="image")
    base = keras.applications.MobileNet(include_top=False, alpha=0.25, weights=None, name="mobile_net")
    return keras.Model(image, keras.layers.Flatten(name="flatten")(base(image)), name="m")


NETWORK = """\
specgraph: 1
name: m
inputs: {image: [32, 32, 3]}
layers:
  - MobileNet: {include_top: false, alpha: 0.25, weights: null}
  - Flatten
"""


@pytest.mark.parametrize(
    ("text", "by_hand"),
    [(IMAGE, image_model), (SEQUENCE, sequence_model), (NETWORK, network_model)],
    ids=["image", "sequence", "network"],
)
def test_the_same_seed_gives_the_same_weights(text: str, by_hand: Callable[[Any], Any]) -> None:
    import keras

    keras.utils.set_random_seed(7)
    keras.utils.clear_session()  # Keras counts what is unnamed per process
    wanted = by_hand(keras)
    keras.utils.set_random_seed(7)
    made = specgraph.build(text)
    assert not isinstance(made, dict)
    assert len(made.variables) == len(wanted.variables)
    for one, two in zip(made.variables, wanted.variables, strict=True):
        assert (one.shape, one.dtype, one.trainable) == (two.shape, two.dtype, two.trainable)
        assert np.array_equal(one.numpy(), two.numpy()), one.path
    assert [one.path for one in made.variables] == [one.path for one in wanted.variables]
    inputs = np.ones((2, *made.input_shape[1:]), made.inputs[0].dtype)
    assert np.array_equal(made.predict(inputs, verbose=0), wanted.predict(inputs, verbose=0))


def test_layers_that_make_variables_from_values_do_it_in_their_call() -> None:
    text = "specgraph: 1\ninputs: {x: {shape: [5, 3], batch_size: 2}}\nlayers:\n  - LSTM: {units: 4, stateful: true}\n"
    analysis = analyze(text)
    assert analysis.ok, analysis.diagnostics
    [model] = lower(analysis.models).values()
    assert len(model.non_trainable_variables) >= 2 or model.layers[-1].states


@pytest.mark.parametrize(
    ("layer", "late"),
    [
        ("Dense: {units: 1}", True),
        ("LSTM: {units: 4}", True),
        ("Bidirectional: {layer: {LSTM: {units: 4}}}", True),
        ("VGG16: {include_top: false, weights: null}", True),
        ("VGG16: {include_top: false, weights: w.h5}", False),
        ("VGG16: {include_top: false}", False),
    ],
)
def test_which_layers_wait(layer: str, late: bool) -> None:
    import keras

    shape = "[32, 32, 3]" if "VGG" in layer else "[5, 3]"
    graph = analyze(f"specgraph: 1\ninputs: {{x: {shape}}}\nlayers:\n  - {layer}\n").models["model"].graph
    *_, node = graph.nodes.values()
    assert isinstance(late_variables(node), keras.StatelessScope) == late


def test_nothing_is_left_changed_when_keras_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    def broken(**arguments: Any) -> Any:
        raise ValueError("no")

    monkeypatch.setattr(keras.layers, "Dense", broken)
    limit = sys.getrecursionlimit()
    with pytest.raises(ValueError, match="no"):
        lower(analyze("specgraph: 1\ninputs: {x: [4]}\nlayers: [Flatten, Dense: {units: 3}]\n").models)
    assert gc.isenabled() and sys.getrecursionlimit() == limit
    assert keras.Variable(0.0).numpy() == 0  # no scope is left open


def test_a_chain_deeper_than_python_recurses(tmp_path: Path) -> None:
    import keras

    text = "specgraph: 1\ninputs: {x: [4]}\nlayers:\n" + "  - Flatten\n" * 1_500
    analysis = analyze(text, limits=Limits())
    limit = recursion_limit(analysis.models.values())
    assert longest_chain(analysis.models["model"].graph) == 1_501 < limit
    [model] = lower(analysis.models).values()
    model.save(tmp_path / "m.keras")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        assert len(keras.models.load_model(tmp_path / "m.keras").layers) == 1_501
    finally:
        sys.setrecursionlimit(before)


def test_a_wrapper_of_a_foreign_layer_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    text = "specgraph: 1\ninputs: {x: [5, 3]}\nlayers:\n  - TimeDistributed: {layer: {Dense: {units: 1}}}\n"
    *_, node = analyze(text).models["model"].graph.nodes.values()
    assert isinstance(late_variables(node), keras.StatelessScope)
    monkeypatch.setattr(node.args.layer.row, "keras_class", "acme.layers:Own")  # type: ignore[union-attr]
    assert not isinstance(late_variables(node), keras.StatelessScope)


def test_what_is_frozen_is_frozen_with_all_that_it_holds() -> None:
    """Keras leaves layers trainable that a frozen one makes when it is built."""
    text = """\
specgraph: 1
inputs: {x: [4, 3]}
layers:
  - MultiHeadAttention: {name: mix, num_heads: 2, key_dim: 2, from: [x, x], trainable: false}
  - Bidirectional: {name: both, layer: {LSTM: {units: 2}}, trainable: false}
  - Dense: {name: out, units: 1}
"""
    model = specgraph.build(text)
    assert [one.path for one in model.trainable_variables] == ["out/kernel", "out/bias"]
    trainable, frozen = specgraph.analyze(text).models["model"].parameters()
    assert trainable == sum(int(np.prod(one.shape)) for one in model.trainable_variables)
    assert frozen == sum(int(np.prod(one.shape)) for one in model.non_trainable_weights)
