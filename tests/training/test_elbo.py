"""The evidence lower bound: its terms by hand, its warm-up, and that plain `fit` stays right."""

from __future__ import annotations

from math import log, pi
from typing import Any

import keras
import numpy as np
import pytest

import specgraph
from specgraph.lower.sampling import Sampling, at_mean, from_prior, terms_apart
from specgraph.training.elbo import ElboTrainer, nats

SPEC = """\
specgraph: 1
name: tiny
models:
  encoder:
    inputs: {image: [6]}
    layers:
      - Dense: {name: mean, from: image, units: 2}
      - Dense: {name: log_variance, from: image, units: 2}
      - Sampling: {name: z, from: [mean, log_variance], kl_weight: 0.5}
    outputs: [mean, log_variance, z]
  decoder:
    inputs: {z: [2]}
    layers: [Dense: {name: pixels, units: 6, activation: sigmoid}]
  vae:
    inputs: {image: [6]}
    layers: [encoder, decoder: {from: encoder.2}]
    compile: {optimizer: {Adam: {learning_rate: 0.01}}, loss: binary_crossentropy, metrics: [mae]}
"""
ROWS = np.random.default_rng(0).random((32, 6)).astype("float32")


def held(one: Any) -> Any:
    value = getattr(one, "value", one)
    return np.array(value.numpy() if hasattr(value, "numpy") else value)


def tiny(seed: int = 1) -> keras.Model:
    keras.utils.set_random_seed(seed)
    models = specgraph.build(SPEC)
    assert isinstance(models, dict)
    return models["vae"]


def trainer(**settings: Any) -> ElboTrainer:
    made = ElboTrainer(tiny(), **settings)
    made.compile(
        optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.BinaryCrossentropy(), metrics=["mae"]
    )
    return made


def fitted(made: keras.Model, epochs: int = 2) -> dict[str, list[float]]:
    rows = made.fit(ROWS, ROWS, batch_size=8, epochs=epochs, shuffle=False, verbose=0)
    history: dict[str, list[float]] = rows.history
    return history


def calm(model: keras.Model) -> None:
    """Latent values with hardly a variance: what is drawn is the mean."""
    kernel, bias = model.get_layer("encoder").get_layer("log_variance").weights
    kernel.assign(np.zeros((6, 2)))
    bias.assign(np.full((2,), -40.0))


def by_hand(model: keras.Model) -> tuple[float, float]:
    """Reconstruction and divergence, in nats for each example."""
    encode = model.get_layer("encoder").get_layer("mean")
    mean = ROWS @ held(encode.kernel) + held(encode.bias)
    decode = model.get_layer("decoder").get_layer("pixels")
    made = 1 / (1 + np.exp(-(mean @ held(decode.kernel) + held(decode.bias))))
    entropy = -(ROWS * np.log(made) + (1 - ROWS) * np.log(1 - made)).sum(1).mean()
    divergence = 0.5 * (np.exp(-40.0) + mean**2 - 1 + 40.0).sum(1).mean()
    return float(entropy), float(divergence)


def test_figures_by_hand() -> None:
    made = trainer(kl_weight=3.0)
    calm(made.model)
    entropy, divergence = by_hand(made.model)
    found = made.evaluate(ROWS, ROWS, batch_size=8, verbose=0, return_dict=True)
    assert found["reconstruction"] == pytest.approx(entropy, rel=1e-5)
    assert found["kl"] == pytest.approx(divergence, rel=1e-5)
    assert found["elbo"] == pytest.approx(-entropy - divergence, rel=1e-5)
    assert found["loss"] == pytest.approx(entropy / 6 + 3.0 * 0.5 * divergence, rel=1e-5)
    assert found["mae"] > 0


def test_plain_model_has_the_same_loss() -> None:
    """`build` and `evaluate` with no trainer add the same terms with a weight of 1."""
    made, plain = trainer(), tiny()
    for model in (made.model, plain):
        calm(model)
    loss = plain.evaluate(ROWS, ROWS, verbose=0, return_dict=True)["loss"]
    assert made.evaluate(ROWS, ROWS, verbose=0, return_dict=True)["loss"] == pytest.approx(loss, rel=1e-5)


def test_warm_up_grows_in_equal_steps_and_is_over_in_evaluation() -> None:
    made = trainer(kl_weight=2.0, warm_up=8)
    seen = []

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            seen.append(float(made.weight(training=True)))

    made.fit(ROWS, ROWS, batch_size=8, epochs=3, verbose=0, callbacks=[Watch()])
    assert seen == [1.0, 2.0, 2.0]  # 4 batches an epoch
    calm(made.model)
    entropy, divergence = by_hand(made.model)
    found = made.evaluate(ROWS, ROWS, verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(entropy / 6 + 2.0 * 0.5 * divergence, rel=1e-4)


def test_first_batch_of_a_warm_up_has_no_weight() -> None:
    made = trainer(warm_up=100)
    calm(made.model)
    entropy, _ = by_hand(made.model)
    assert made.train_on_batch(ROWS, ROWS, return_dict=True)["loss"] == pytest.approx(entropy / 6, rel=1e-4)
    assert float(made.weight(training=True)) == pytest.approx(0.01)


def test_same_seed_same_history() -> None:
    assert fitted(trainer(warm_up=4)) == fitted(trainer(warm_up=4))


def test_goes_on_where_it_was() -> None:
    """With every variable restored, another trainer ends as one that was not stopped."""
    whole = fitted(trainer(warm_up=16), epochs=4)
    first, second = trainer(warm_up=16), trainer(warm_up=16)
    fitted(first)
    for one in (first, second):
        one.optimizer.build(one.trainable_variables)
    pairs = zip(
        first.variables + first.optimizer.variables,
        second.variables + second.optimizer.variables,
        strict=True,
    )
    for mine, other in pairs:
        other.assign(mine)
    rest = fitted(second)
    assert {name: values[2:] for name, values in whole.items()} == rest


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (keras.losses.BinaryCrossentropy(), -6 * log(0.75)),
        (keras.losses.BinaryCrossentropy(from_logits=True), 6 * (log(1 + np.exp(0.75)) - 0.75)),
        ("binary_crossentropy", -6 * log(0.75)),
        (keras.losses.MeanSquaredError(), 0.5 * (6 * 0.25**2 + 6 * log(2 * pi))),
        (keras.losses.MeanAbsoluteError(), 6 * 0.25 + 6 * log(2)),
        (keras.losses.LogCosh(), 6 * log(np.cosh(0.25))),
        (keras.losses.CategoricalCrossentropy(), 6 * log(3)),
    ],
)  # fmt: skip
def test_nats(loss: Any, expected: float) -> None:
    made = nats(loss, np.ones((2, 2, 3), "float32"), np.full((2, 2, 3), 0.75, "float32"))
    assert held(made) == pytest.approx([expected, expected], rel=1e-5)


def test_several_terms_are_told_apart() -> None:
    layers = [Sampling(kl_weight=2.0), Sampling(kl_weight=0.0)]
    with terms_apart() as terms:
        for layer in layers:
            layer([np.ones((3, 4), "float32"), np.zeros((3, 4), "float32")])
    assert [term.weight for term in terms] == [2.0, 0.0]
    assert held(terms[1].divergence) == pytest.approx([2.0] * 3)
    assert not layers[0].losses


def test_terms_are_computed_in_float32_where_the_layer_is_not() -> None:
    layer = Sampling(dtype="mixed_bfloat16")
    layer([np.full((2, 3), 1.001, "float32"), np.zeros((2, 3), "float32")])
    assert keras.backend.standardize_dtype(layer.losses[0].dtype) == "float32"


def test_prior_and_mean() -> None:
    model = tiny()
    with from_prior(3):
        one, same = (held(model(rows)) for rows in (ROWS, np.zeros_like(ROWS)))
    with from_prior(4):
        other = held(model(ROWS))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    with at_mean():
        assert np.array_equal(held(model(ROWS)), held(model(ROWS)))
    assert not np.array_equal(held(model(ROWS)), held(model(ROWS)))
