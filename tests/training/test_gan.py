"""A generator against a discriminator: losses and the penalty by hand, what each step moves, and chance."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import pytest

from specgraph.training.gan import AdversarialTrainer, Wiring
from specgraph.training.gan_losses import Game, penalty

L = keras.layers
GAMES: tuple[Literal["non_saturating", "least_squares", "wasserstein"], ...] = (
    "non_saturating", "least_squares", "wasserstein",
)  # fmt: skip
ROWS = np.random.default_rng(1).random((24, 4)).astype("float32")


def nets(norm: bool = False, ends: str | None = None) -> tuple[keras.Model, keras.Model]:
    keras.utils.set_random_seed(3)
    noise, image = keras.Input((3,), name="noise"), keras.Input((4,), name="image")
    x = L.Dense(8, activation="relu")(noise)
    x = L.BatchNormalization()(x) if norm else x
    y = L.Dropout(0.2)(L.Dense(8, activation="tanh")(image))
    y = L.BatchNormalization()(y) if norm else y
    return keras.Model(noise, L.Dense(4)(x)), keras.Model(image, L.Dense(1, activation=ends)(y))


def trainer(
    models: tuple[keras.Model, keras.Model],
    game: Game,
    rates: tuple[float, float] = (0.01, 0.01),
    **settings: Any,
) -> AdversarialTrainer:
    wiring = Wiring(["noise"], ["image"], ["image"], {"noise": models[0].input_shape[1:]})
    made = AdversarialTrainer(*models, wiring, game, **settings)
    made.compile(*(keras.optimizers.SGD(rate) for rate in rates))
    return made


def fitted(made: AdversarialTrainer, epochs: int = 1, rows: Any = ROWS) -> dict[str, list[float]]:
    given = {"image": rows} if not isinstance(rows, dict) else rows
    found = made.fit(given, batch_size=12, epochs=epochs, shuffle=False, verbose=0)
    history: dict[str, list[float]] = found.history
    return history


def held(one: Any) -> Any:
    """What a variable holds now."""
    value = getattr(one, "value", one)
    return np.array(value.numpy() if hasattr(value, "numpy") else value)


def arrays(model: keras.Model) -> list[Any]:
    return [held(one) for one in model.trainable_variables]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def test_losses_by_hand() -> None:
    real, fake = np.array([[0.3], [-1.0]], "float32"), np.array([[2.0], [0.1]], "float32")
    p, q = sigmoid(real), sigmoid(fake)
    expected = {
        "non_saturating": (
            -(0.9 * np.log(p) + 0.1 * np.log(1 - p)).mean() - np.log(1 - q).mean(),
            -np.log(q).mean(),
        ),
        "least_squares": (
            0.5 * (((real - 0.9) ** 2).mean() + (fake**2).mean()),
            0.5 * ((fake - 1) ** 2).mean(),
        ),
        "wasserstein": (fake.mean() - real.mean(), -fake.mean()),
    }
    for name in GAMES:
        game = Game(name, smoothing=0.1)
        assert float(game.discriminator(real, fake)) == pytest.approx(expected[name][0], rel=1e-5)
        assert float(game.generator(fake)) == pytest.approx(expected[name][1], rel=1e-5)
    of_probabilities = Game("non_saturating", sigmoid=True, smoothing=0.1)
    assert float(of_probabilities.discriminator(p, q)) == pytest.approx(
        expected["non_saturating"][0], rel=1e-5
    )
    assert float(of_probabilities.generator(q)) == pytest.approx(expected["non_saturating"][1], rel=1e-5)


def test_far_probabilities_stay_finite() -> None:
    game = Game("non_saturating", sigmoid=True)
    sure = np.array([[0.0], [1e-38], [1.0]], "float32")
    assert np.isfinite(float(game.generator(sure))) and np.isfinite(float(game.discriminator(sure, sure)))


def test_penalty_by_hand() -> None:
    slopes = [np.array([[3.0], [0.0]], "float32"), np.array([[[4.0]], [[2.0]]], "float32")]
    assert float(penalty(slopes)) == pytest.approx(((5 - 1) ** 2 + (2 - 1) ** 2) / 2, rel=1e-5)


def test_step_of_a_linear_critic_by_hand() -> None:
    """Its slope is its kernel w everywhere: the penalty is (|w| - 1)², its gradient 2 (|w| - 1) w / |w|."""
    noise, image = keras.Input((3,)), keras.Input((4,))
    generator = keras.Model(noise, L.Dense(4, kernel_initializer="zeros", bias_initializer="ones")(noise))
    critic = keras.Model(image, L.Dense(1, use_bias=False)(image))
    w = np.array([1.0, 2.0, -2.0, 4.0], "float32")
    critic.layers[-1].kernel.assign(w[:, None])
    made = trainer((generator, critic), Game("wasserstein"), (0.0, 0.1), gradient_penalty=10.0)
    figures = made.train_on_batch({"image": ROWS}, return_dict=True)
    assert figures["gradient_penalty"] == pytest.approx((5 - 1) ** 2, rel=1e-5)
    difference = 1 - ROWS.mean(0)
    assert figures["d_loss"] == pytest.approx(w @ difference + 10 * 16, rel=1e-5)
    after = w - 0.1 * (difference + 10 * 2 * (5 - 1) * w / 5)
    assert held(critic.layers[-1].kernel)[:, 0] == pytest.approx(after, rel=1e-4)


def test_slope_of_a_curved_critic_moves_its_weights() -> None:
    """The penalty of `a x²` at x = 1, where real and made examples coincide, is (2a - 1)², its gradient 4 (2a - 1)."""
    noise, image = keras.Input((1,)), keras.Input((1,))
    generator = keras.Model(noise, L.Dense(1, kernel_initializer="zeros", bias_initializer="ones")(noise))
    scale = L.Dense(1, use_bias=False)
    critic = keras.Model(image, scale(keras.ops.square(image)))
    scale.kernel.assign([[2.0]])
    made = trainer((generator, critic), Game("wasserstein"), (0.0, 0.1), gradient_penalty=1.0)
    figures = made.train_on_batch({"image": np.ones((6, 1), "float32")}, return_dict=True)
    assert figures["gradient_penalty"] == pytest.approx(9.0, rel=1e-5)
    assert float(held(scale.kernel)[0, 0]) == pytest.approx(2.0 - 0.1 * 4 * 3, rel=1e-4)


@pytest.mark.parametrize("name", GAMES)
def test_each_step_moves_its_own_weights(name: Any) -> None:
    models = nets(norm=True, ends=None)
    before = [arrays(one) for one in models]
    fitted(trainer(models, Game(name), rates=(0.0, 0.1)))
    between = [arrays(one) for one in models]
    fitted(trainer(models, Game(name), rates=(0.1, 0.0)))
    after = [arrays(one) for one in models]
    same = [all(map(np.array_equal, *pair)) for pair in zip(before + between, between + after, strict=True)]
    assert same == [True, False, False, True]


def test_rounds_of_several_steps() -> None:
    made = trainer(nets(), Game("non_saturating"), discriminator_steps=3, generator_steps=2)
    fitted(made, epochs=2)
    counts = [int(held(one.iterations)) for one in (made.optimizer.first, made.optimizer.second)]
    assert counts == [8, 12]  # 2 epochs of 2 rounds


def test_figures_are_of_both_and_of_held_out_data() -> None:
    made = trainer(nets(ends="sigmoid"), Game("non_saturating", sigmoid=True))
    found = made.fit(
        {"image": ROWS}, batch_size=12, epochs=1, verbose=0, validation_data=({"image": ROWS[:12]}, None)
    ).history
    names = ["d_loss", "g_loss", "d_real", "d_fake"]
    assert sorted(found) == sorted([*names, *(f"val_{name}" for name in names)])
    assert all(0 <= found[name][0] <= 1 for name in ("d_real", "d_fake", "val_d_real", "val_d_fake"))


def test_measuring_moves_nothing_but_chance() -> None:
    made = trainer(nets(norm=True), Game("wasserstein"), gradient_penalty=10.0)
    fitted(made)
    before = [held(one) for model in (made.generator, made.discriminator) for one in model.weights]
    made.evaluate({"image": ROWS}, verbose=0)
    after = [held(one) for model in (made.generator, made.discriminator) for one in model.weights]
    assert all(map(np.array_equal, before, after))


def test_batch_normalization_learns_from_both() -> None:
    models = nets(norm=True)
    fitted(trainer(models, Game("wasserstein"), gradient_penalty=10.0))
    for model in models:
        [norm] = [one for one in model.layers if isinstance(one, L.BatchNormalization)]
        assert not np.allclose(held(norm.moving_mean), 0)
        assert np.isfinite(held(norm.moving_variance)).all()


@pytest.mark.parametrize("name", ["non_saturating", "wasserstein"])
def test_same_seed_same_history(name: Any) -> None:
    weight = 10.0 if name == "wasserstein" else 0.0
    runs = [
        fitted(trainer(nets(norm=True), Game(name), gradient_penalty=weight, seed=5), epochs=2)
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    other = fitted(trainer(nets(norm=True), Game(name), gradient_penalty=weight, seed=6), epochs=2)
    assert other != runs[0]


def test_goes_on_where_it_was() -> None:
    """With every variable restored, another trainer ends as one that was not stopped."""

    def made() -> AdversarialTrainer:
        models = nets(norm=True)
        found = AdversarialTrainer(*models, Wiring(["noise"], ["image"], ["image"], {"noise": (3,)}), Game("wasserstein"), gradient_penalty=10.0)  # fmt: skip
        found.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02))
        return found

    whole = fitted(made(), epochs=4)
    first, second = made(), made()
    fitted(first, epochs=2)
    pairs = zip(
        first.variables + first.optimizer.variables,
        second.variables + second.optimizer.variables,
        strict=True,
    )
    for mine, other in pairs:
        other.assign(mine)
    rest = fitted(second, epochs=2)
    assert {name: values[2:] for name, values in whole.items()} == rest


def test_conditions_reach_both() -> None:
    keras.utils.set_random_seed(2)
    noise, label, image = (
        keras.Input((3,), name="noise"),
        keras.Input((2,), name="label"),
        keras.Input((4,), name="image"),
    )
    generator = keras.Model([noise, label], L.Dense(4)(L.Concatenate()([noise, label])))
    discriminator = keras.Model([image, label], L.Dense(1)(L.Concatenate()([image, label])))
    wiring = Wiring(["noise", "label"], ["image", "label"], ["image"], {"noise": (3,)})
    made = AdversarialTrainer(generator, discriminator, wiring, Game("wasserstein"), gradient_penalty=10.0)
    made.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    before = held(generator.layers[-1].kernel)
    label_rows = np.eye(2, dtype="float32")[np.arange(24) % 2]
    fitted(made, rows={"image": ROWS, "label": label_rows})
    moved = held(generator.layers[-1].kernel) != before
    assert moved[3:].any()  # the rows of the label


def test_learning_rates_move_in_proportion() -> None:
    made = trainer(nets(), Game("wasserstein"), rates=(0.1, 0.4))
    made.optimizer.learning_rate = 0.05
    rates = [float(one.learning_rate) for one in (made.optimizer.first, made.optimizer.second)]
    assert rates == pytest.approx([0.05, 0.2])


def test_averages_are_put_in_place_at_the_end() -> None:
    """An average of momentum 1 stays at what it begins with, the weights after the first step."""
    ends = []
    for rows, average in ((ROWS[:12], False), (ROWS, True)):
        models = nets()
        made = trainer(models, Game("wasserstein"))
        optimizers = [keras.optimizers.SGD(0.5, use_ema=average, ema_momentum=1.0), keras.optimizers.SGD(0.5)]
        made.compile(*optimizers)
        fitted(made, rows=rows)
        ends.append([arrays(one) for one in models])
    once, averaged = ends
    assert all(map(np.allclose, once[0], averaged[0]))
    assert not all(map(np.allclose, once[1], averaged[1]))


def test_losses_of_layers_count() -> None:
    noise, image = keras.Input((3,)), keras.Input((4,))
    kept = keras.regularizers.L2(0.5)
    generator = keras.Model(noise, L.Dense(4, kernel_initializer="zeros")(noise))
    critic = keras.Model(image, L.Dense(1, use_bias=False, kernel_regularizer=kept)(image))
    w = np.array([1.0, 2.0, -2.0, 4.0], "float32")
    critic.layers[-1].kernel.assign(w[:, None])
    made = trainer((generator, critic), Game("wasserstein"), (0.0, 0.1))
    made.train_on_batch({"image": ROWS}, return_dict=True)
    after = w - 0.1 * (-ROWS.mean(0) + 2 * 0.5 * w)
    assert held(critic.layers[-1].kernel)[:, 0] == pytest.approx(after, rel=1e-4)


@pytest.mark.tensorflow
@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX")
def test_the_same_by_hand_on_jax() -> None:
    """The other tests here and those of the bound pass there too; these are quick."""
    quick = "" if os.environ.get("SPECGRAPH_TRAIN") == "long" else "by_hand or layers_count or conditions"
    files = [str(Path(__file__).with_name(name)) for name in ("test_gan.py", "test_elbo.py")]
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-k", quick, *files]
    done = subprocess.run(
        command,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stdout
