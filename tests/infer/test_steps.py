"""TimeDistributed around networks and around models of the file: what Keras makes of them, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

import specgraph
from specgraph.analysis import Analysis, analyze
from specgraph.infer.cost import cost
from specgraph.report.expand import expand

NETWORK = """\
specgraph: 1
inputs: {clip: [3, 40, 40, 3]}
layers:
  - TimeDistributed: {layer: {MobileNetV2: {include_top: false, pooling: avg, weights: null, alpha: 0.35}}}
  - LSTM: {units: 4}
"""
ENCODER = """\
specgraph: 1
models:
  encoder:
    inputs: {image: [8, 8, 1]}
    layers:
      - Conv2D: {filters: 2, kernel_size: 3}
      - BatchNormalization
      - Flatten
  whole:
    inputs: {clip: [5, 8, 8, 1], more: [5, 8, 8, 1]}
    layers:
"""
TWICE = """\
      - TimeDistributed: {name: each, from: clip, layer: encoder}
      - reuse: {layer: each, name: again, from: more}
      - Add: {from: [each, again]}
"""
STEPS = """\
specgraph: 1
models:
  word:
    inputs: {letters: [6]}
    layers: [{Dense: {units: 4}}]
  text:
    inputs: {sentences: [2, 3, 6]}
    layers:
      - TimeDistributed: {layer: {TimeDistributed: {layer: {word: {}}}}}
"""


def errors(text: str) -> list[str]:
    return [one.message for one in analyze(text).diagnostics if one.severity == "error"]


def whole(layers: str) -> str:
    return ENCODER + "".join(f"      - {line}\n" for line in layers.split("\n"))


def shapes(found: Analysis, model: str) -> list[str]:
    return [str(one) for one in found.all_models[model].outputs or ()]


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
def test_a_network_on_each_step(tmp_path: Path) -> None:
    import keras

    found = analyze(NETWORK)
    assert found.ok
    model = specgraph.build(NETWORK)
    assert shapes(found, "model") == ["(batch, 4)"]
    assert sum(found.models["model"].parameters()) == model.count_params()
    x = np.random.default_rng(0).random((2, 3, 40, 40, 3), "float32")
    steps = keras.Model(model.inputs, model.layers[1].output)
    one_by_one = [model.layers[1].layer.predict(x[:, i], verbose=0) for i in range(3)]
    np.testing.assert_allclose(steps.predict(x, verbose=0), np.stack(one_by_one, 1), rtol=1e-4, atol=1e-6)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(model.predict(x, verbose=0), again.predict(x, verbose=0), rtol=1e-5)


def test_a_network_counts_inside_and_costs_as_often_as_there_are_steps() -> None:
    steps = analyze(NETWORK).models["model"]
    alone = "layers:\n  - MobileNetV2: {include_top: false, pooling: avg, weights: null, alpha: 0.35}\n"
    once = analyze(f"specgraph: 1\ninputs: {{image: [40, 40, 3]}}\n{alone}").models["model"]
    assert cost(steps).flops - 2 * 3 * 4 * 4 * (1280 + 4) == 3 * cost(once).flops  # type: ignore[operator]
    limited = analyze(NETWORK, limits=specgraph.Limits(layers=100))
    assert [one.code.rule for one in limited.diagnostics] == ["limit"]


def test_a_fault_behind_a_network_on_each_step_is_explained_through_it() -> None:
    text = NETWORK.replace("pooling: avg, ", "").replace(
        "LSTM: {units: 4}", "Conv3D: {filters: 1, kernel_size: [1, 5, 5]}"
    )
    [found] = analyze(text).diagnostics
    assert any("inside, 20 after" in label.message for label in found.causes)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
def test_a_model_on_each_step(tmp_path: Path) -> None:
    import keras

    text = ENCODER + TWICE
    found = analyze(text)
    assert not found.diagnostics
    assert shapes(found, "whole") == ["(batch, 5, 72)"]
    model = specgraph.build(text)["whole"]
    assert model.output_shape == (None, 5, 72)
    assert model.count_params() == sum(found.models["whole"].parameters()) == 20 + 8
    x, y = np.random.default_rng(0).random((2, 2, 5, 8, 8, 1), "float32")
    encoder = model.get_layer("each").layer
    made = [encoder.predict(one[:, i], verbose=0) for i in range(5) for one in (x, y)]
    both = np.stack([a + b for a, b in zip(made[::2], made[1::2], strict=True)], 1)
    np.testing.assert_allclose(model.predict([x, y], verbose=0), both, rtol=1e-4, atol=1e-6)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict([x, y], verbose=0), both, rtol=1e-4, atol=1e-6)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
def test_steps_of_steps() -> None:
    found = analyze(STEPS)
    assert shapes(found, "text") == ["(batch, 2, 3, 4)"]
    model = specgraph.build(STEPS)["text"]
    assert model.output_shape == (None, 2, 3, 4)
    assert model.predict(np.ones((1, 2, 3, 6)), verbose=0).shape == (1, 2, 3, 4)


def test_steps_are_shown_and_written_out() -> None:
    found = analyze(STEPS)
    flat = expand(found)
    assert "TimeDistributed: {name: time_distributed, layer: {TimeDistributed: {layer: word}}}" in flat
    assert expand(analyze(flat)) == flat
    nodes = found.all_models["text"].graph.nodes
    assert nodes["time_distributed"].shown == "TimeDistributed(TimeDistributed(word))"
    assert cost(found.all_models["text"]).flops == 2 * 3 * cost(found.all_models["word"]).flops


def test_named_sizes_of_steps() -> None:
    text = STEPS.replace("letters: [6]", "letters: [L, 6]").replace("[2, 3, 6]", "[2, 3, W, 6]")
    assert shapes(analyze(text), "text") == ["(batch, 2, 3, W, 4)"]


WRONG = {
    "TimeDistributed: {from: clip, layer: {encoder: {units: 3}}}": "model `encoder` has no argument `units`",
    "TimeDistributed: {from: clip, layer: encoder, units: 3}": "TimeDistributed has no argument `units`",
    "TimeDistributed: {from: clip, layer: encoders}": "'encoders' is not a layer",
    "TimeDistributed: {from: clip, layer: whole}": (
        "model `whole` cannot be used here: models would contain each other"
    ),
    "Flatten: {name: flat, from: clip}\nTimeDistributed: {layer: encoder}": (
        "TimeDistributed(encoder) needs 3 axes at least; its input has 2: (batch, 320)"
    ),
    "Reshape: {from: clip, target_shape: [5, 64, 1]}\nTimeDistributed: {layer: encoder}": (
        "model `encoder` takes (batch, 8, 8, 1), it is given (batch, 64, 1)"
    ),
    "TimeDistributed: {from: [clip, more], layer: encoder}": "model `encoder` takes 1 inputs, it is given 2",
    "Bidirectional: {from: clip, layer: encoder}": "`layer` holds one layer, and `encoder` is a model",
    (
        "TimeDistributed: {name: a, from: clip, layer: encoder}\n"
        "TimeDistributed: {name: b, from: more, layer: encoder}\nAdd: {from: [a, b]}"
    ): "`a` and `b` share `encoder`, which Keras would not once it is saved",
}  # fmt: skip


@pytest.mark.parametrize("layers", WRONG)
def test_what_is_refused(layers: str) -> None:
    assert errors(whole(layers)) == [WRONG[layers]]


def test_a_model_of_two_outputs_is_not_called_on_each_step() -> None:
    text = whole("TimeDistributed: {from: clip, layer: encoder}").replace(
        "      - Flatten\n", "      - Flatten\n    outputs: [flatten, conv2d]\n"
    )
    message = "TimeDistributed calls what has one input and one output, model `encoder` has 1 and 2"
    assert errors(text) == [message]


MASKED = """\
specgraph: 1
models:
  inner:
    inputs: {x: [4, 3]}
    layers: [LAYER]
  outer:
    inputs: {x: [5, 4, 3]}
    layers: [Masking, {TimeDistributed: {layer: inner}}]
"""


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
def test_a_mask_goes_into_each_step() -> None:
    from specgraph.lower.build import lower

    text = MASKED.replace("LAYER", "{GRU: {units: 2}}")
    found = analyze(text)
    assert found.ok
    assert lower(found.all_models)["outer"].predict(np.ones((2, 5, 4, 3)), verbose=0).shape == (2, 5, 2)
    text = MASKED.replace("LAYER", "Softmax")
    found = analyze(text)
    assert errors(text) == [
        "in `inner`, Softmax fails with the mask of `masking`, which Keras hands on: (batch, 4) for (batch, 4, 3)"
    ]
    with pytest.raises(Exception, match=r"[Dd]imensions|[Ss]hape"):
        lower(found.all_models)["outer"].predict(np.ones((2, 5, 4, 3)), verbose=0)


TRAINED = """\
specgraph: 1
models:
  inner:
    inputs: {x: [4]}
    layers: [{Normalization: {}}, {Dense: {units: 2}}]
  outer:
    inputs: {x: [5, 4]}
    layers: [{TimeDistributed: {layer: inner}}, {Flatten: {}}, {Dense: {units: 1}}]
    compile: {optimizer: adam, loss: mse}
train: {phases: [{model: outer, epochs: 1}]}
"""


def test_a_layer_is_not_adapted_on_each_step() -> None:
    assert "`inner` has a layer to adapt to data, which cannot be done step by step" in errors(TRAINED)
    told = TRAINED.replace("Normalization: {}", "Normalization: {mean: 0, variance: 1}")
    assert not [one for one in errors(told) if "adapt" in one]


LEFT_OUT = """\
specgraph: 1
blocks:
  clips:
    inputs: [x]
    layers:
      - TimeDistributed: {layer: LAYER}
models:
  encoder: {inputs: {a: [4]}, layers: [Dense: {units: 2}]}
"""


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("encoder", []),
        ("{VGG16: {weights: null}}", []),
        ("encoderr", ["did you mean `encoder`?"]),
        ("{encoder: {units: 3}}", ["it takes none"]),
    ],
)
def test_blocks_that_nothing_uses_are_looked_at(layer: str, said: list[str]) -> None:
    found = analyze(LEFT_OUT.replace("LAYER", layer)).diagnostics
    assert [one.help for one in found if one.severity == "error"] == said


def test_a_model_is_not_named_by_a_param() -> None:
    text = """\
specgraph: 1
blocks:
  used:
    params: {which: str}
    layers: [{TimeDistributed: {layer: $which}}]
models:
  whole: {inputs: {s: [3, 4]}, layers: [{Dense: {units: 4}}, {used: {which: encoder}}]}
  encoder: {inputs: {a: [4]}, layers: [Dense: {units: 2}]}
"""
    assert errors(text) == ["model `encoder` cannot be used here: say its name itself, not by a param"]
    assert errors(text.replace("which: encoder", "which: Flatten")) == []


def test_a_size_that_does_not_fit_a_step_is_traced() -> None:
    text = STEPS.replace("[2, 3, 6]", "[2, 3, 5]")
    [found] = analyze(text).diagnostics
    assert found.message == "model `word` takes (batch, 6), it is given (batch, 5)"
    assert "`sentences` has 5 here" in [label.message for label in found.causes]
