"""The shipped specs: what is inferred without Keras is what Keras says of the built model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from specgraph.analysis import Analysis, analyze
from specgraph.infer.walk import ModelTypes

SPECS = Path(__file__).parents[2] / "specs"
SHIPPED = sorted(path.stem for path in SPECS.glob("*.yaml"))
SMALL: dict[str, dict[str, Any]] = {
    "transfer": {"size": "32"},
    "resnet50": {"depths": [1, 1, 1, 1], "classes": 10},
    "mobilenet_v2": {"alpha": 0.35, "classes": 10},
    "unet": {"width": 4},
    "dcgan": {"width": 4},
    "siamese": {"values": 16},
    "wavenet": {"depth": 3, "stacks": 2, "channels": 4, "skips": 8},
    "gpt": {"length": 16, "width": 16, "depth": 2},
    "vit": {"depth": 1, "width": 16},
    "text_classifier": {"vocabulary": 50, "length": 12, "width": 16},
    "seq2seq": {"source_vocabulary": 30, "target_vocabulary": 30, "width": 8, "units": 4},
    "two_tower": {"users": 20, "items": 30},
}
"""Params under which a spec is built in a moment."""
OPEN = 16
"""The size of named dims in the data."""


def built(analysis: Analysis) -> dict[str, Any]:
    from specgraph.lower.build import lower

    return lower(analysis.models)


def shape(dims: tuple[object, ...]) -> tuple[int | None, ...]:
    return tuple(dim if isinstance(dim, int) else None for dim in dims)


def data(model: Any, batch: int) -> Any:
    """Inputs that a model takes: floats from 0 to 1, ids below 16."""
    random = np.random.default_rng(0)
    inputs = []
    for one in model.inputs:
        size = (batch, *(dim or OPEN for dim in one.shape[1:]))
        inputs.append((random.random(size) * (16 if "int" in one.dtype else 1)).astype(one.dtype))
    return inputs if len(inputs) > 1 else inputs[0]


def targets(model: Any, x: Any) -> Any:
    """Something that its loss takes: the first class, or zeros."""
    y = np.zeros(np.shape(model.predict(x, verbose=0)), "float32")
    loss = model.loss if isinstance(model.loss, str) else type(model.loss).__name__
    if "sparse" in loss.lower():
        return y[..., 0].astype("int32")
    y[..., 0] = 1
    return y


def compare(model: ModelTypes, keras_model: Any) -> None:
    operations = {one.name: one for one in keras_model.operations}
    for name, node in model.graph.nodes.items():
        if node.kind != "model" and node.shares is None:
            tensors = operations[name]._inbound_nodes[0].output_tensors
            assert [shape(one.shape) for one in model.types[name]] == [one.shape for one in tensors], name
            assert [one.dtype for one in model.types[name]] == [one.dtype for one in tensors], name
    trainable, frozen = model.parameters()
    assert keras_model.count_params() == trainable + frozen
    assert sum(int(np.prod(one.shape)) for one in keras_model.trainable_weights) == trainable


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.filterwarnings("default")
def test_a_shipped_spec_is_what_keras_builds(name: str, tmp_path: Path) -> None:
    import keras

    analysis = analyze(SPECS / f"{name}.yaml", params=SMALL.get(name, {}))
    assert not analysis.diagnostics
    models = built(analysis)
    for key, model in models.items():
        compare(analysis.models[key], model)
        model.save(tmp_path / f"{key}.keras")
        again = keras.models.load_model(tmp_path / f"{key}.keras")
        given = data(model, 2)
        for first, second in zip(
            keras.tree.flatten(model.predict(given, verbose=0)),
            keras.tree.flatten(again.predict(given, verbose=0)),
            strict=True,
        ):
            assert first.shape == second.shape


@pytest.mark.parametrize(
    ("name", "variant", "count"),
    [
        ("cnn", None, 1_969_738),
        ("rnn", None, 13_059),
        ("resnet50", None, 25_636_712),  # keras.applications.ResNet50
        ("mobilenet_v2", None, 3_538_984),  # keras.applications.MobileNetV2
        ("siamese", None, 38_951_745),  # Koch et al. 2015, figure 4
        ("gpt", "gpt2", 124_439_808),  # the published weights of the small GPT-2
        ("vit", "base", 86_567_656),  # ViT-B/16 of Dosovitskiy et al. 2020
    ],
)
def test_the_published_parameter_counts(name: str, variant: str | None, count: int) -> None:
    [model] = analyze(SPECS / f"{name}.yaml", variant=variant).models.values()
    assert sum(model.parameters()) == count


LINES = {"resnet50": 60, "unet": 45, "gpt": 50, "wavenet": 75}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_spec_fits_on_two_screens(name: str) -> None:
    assert len((SPECS / f"{name}.yaml").read_text().splitlines()) <= LINES.get(name, 70)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_variants_of_a_shipped_spec_are_sound(name: str) -> None:
    module = analyze(SPECS / f"{name}.yaml").module
    assert module is not None
    for variant in module.variants:
        assert not analyze(SPECS / f"{name}.yaml", variant=variant).diagnostics


@pytest.mark.filterwarnings("default")
def test_building_twice_gives_the_same_names() -> None:
    analysis = analyze(SPECS / "cnn.yaml")
    first, second = built(analysis)["cnn"], built(analysis)["cnn"]
    assert [one.path for one in first.weights] == [one.path for one in second.weights]


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.filterwarnings("default")
def test_a_shipped_spec_takes_a_training_step(name: str) -> None:
    analysis = analyze(SPECS / f"{name}.yaml", params=SMALL.get(name, {}))
    trained = 0
    for model in built(analysis).values():
        if not model.compiled or model.loss is None:
            continue
        x = data(model, 4)
        loss = model.train_on_batch(x, targets(model, x))
        assert np.isfinite(loss).all()
        trained += 1
    assert trained or name in ("resnet50", "mobilenet_v2", "gan", "dcgan")  # which have no loss of their own


@pytest.mark.filterwarnings("default")
def test_the_vae_has_a_divergence_in_its_loss() -> None:
    [with_it, without] = [
        built(analyze(SPECS / "vae.yaml", params={"beta": beta}))["vae"] for beta in ("100.0", "0.0")
    ]
    without.set_weights(with_it.get_weights())
    x = np.random.default_rng(0).random((16, 784)).astype("float32")
    assert with_it.evaluate(x, x, verbose=0) > without.evaluate(x, x, verbose=0)


@pytest.mark.filterwarnings("default")
def test_things_are_made_from_the_module_they_stand_for() -> None:
    import keras

    analysis = analyze(
        "specgraph: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: {units: 1, kernel_initializer: {Constant: {value: 2}}}\n"
        "compile:\n  optimizer: {Adam: {learning_rate: {ExponentialDecay: {initial_learning_rate: 0.01, decay_steps: 9, decay_rate: 0.5}}}}\n"
        "  loss: {MeanSquaredError: {}}\n  metrics: [{MeanSquaredError: {}}, mae]\n"
    )
    assert not analysis.diagnostics
    [model] = built(analysis).values()
    assert isinstance(model.loss, keras.losses.MeanSquaredError)
    assert type(model._compile_metrics._user_metrics[0]) is keras.metrics.MeanSquaredError
    assert isinstance(model.optimizer._learning_rate, keras.optimizers.schedules.ExponentialDecay)
    assert (model.get_weights()[0] == 2).all()
