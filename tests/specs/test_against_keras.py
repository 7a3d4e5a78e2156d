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
SMALL = {"transfer": {"size": "32"}}


def built(analysis: Analysis) -> dict[str, Any]:
    from specgraph.lower.build import lower

    return lower(analysis.models)


def shape(dims: tuple[object, ...]) -> tuple[int | None, ...]:
    return tuple(dim if isinstance(dim, int) else None for dim in dims)


def compare(model: ModelTypes, keras_model: Any) -> None:
    for name, node in model.graph.nodes.items():
        tensors = keras_model.get_layer(name if node.kind != "model" else node.target).output
        tensors = tensors if isinstance(tensors, list | tuple) else [tensors]
        if node.kind != "model":
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
        inputs = [np.zeros((2, *(dim or 5 for dim in one.shape[1:])), one.dtype) for one in model.inputs]
        given = inputs if len(inputs) > 1 else inputs[0]
        for first, second in zip(
            keras.tree.flatten(model.predict(given, verbose=0)),
            keras.tree.flatten(again.predict(given, verbose=0)),
            strict=True,
        ):
            assert first.shape == second.shape


@pytest.mark.parametrize(("name", "count"), [("cnn", 1_969_738), ("rnn", 12_310)])
def test_the_published_parameter_counts(name: str, count: int) -> None:
    [model] = analyze(SPECS / f"{name}.yaml").models.values()
    assert model.parameters() == (count, 0)


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
        if not model.compiled:
            continue
        x = np.random.default_rng(0).random((4, *(dim or 5 for dim in model.input_shape[1:])))
        y = np.zeros((4, *model.output_shape[1:]))
        y[:, 0] = 1
        loss = model.train_on_batch(x, y)
        assert np.isfinite(loss).all()
        trained += 1
    assert trained


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
        "compile:\n  optimizer: {Adam: {learning_rate: {ExponentialDecay: {initial_learning_rate: 0.1, decay_steps: 9, decay_rate: 0.5}}}}\n"
        "  loss: {MeanSquaredError: {}}\n  metrics: [{MeanSquaredError: {}}, mae]\n"
    )
    assert not analysis.diagnostics
    [model] = built(analysis).values()
    assert isinstance(model.loss, keras.losses.MeanSquaredError)
    assert type(model._compile_metrics._user_metrics[0]) is keras.metrics.MeanSquaredError
    assert isinstance(model.optimizer._learning_rate, keras.optimizers.schedules.ExponentialDecay)
    assert (model.get_weights()[0] == 2).all()
