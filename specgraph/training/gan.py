"""A generator and a discriminator, trained against each other (Goodfellow et al. 2014)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import keras

from .descent import Loss, PureSteps, Steps, TapeSteps
from .gan_losses import Game, penalty
from .two_optimizers import TwoOptimizers


class Wiring(NamedTuple):
    """Which tensor goes where."""

    generator: Sequence[str]
    """The generator's inputs, in order."""
    discriminator: Sequence[str]
    """The discriminator's inputs, in order; each is a column of a batch."""
    made: Sequence[str]
    """For each output of the generator the discriminator's input that it goes into."""
    noise: Mapping[str, tuple[int, ...]]
    """The generator's inputs that are fed noise, with the shape of an example; all others get the batch's
    column of their name."""


class AdversarialTrainer(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """Each step of `fit` is a round: some steps of the discriminator, then some of the generator.

    `fit` takes batches `{input of the discriminator: tensor}`. A batch is dealt out evenly among the steps of
    the discriminator; each step of the generator has fresh noise, and the conditions of one of those
    parts. Both models run as in training throughout, real and generated examples in batches of their own, as
    batch normalization needs it.

    Shown are `d_loss`, `g_loss`, `d_real` and `d_fake` (`Game.figures`) and, where it is used,
    `gradient_penalty`, all averages over the steps of an epoch.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        wiring: Wiring,
        game: Game,
        *,
        gradient_penalty: float = 0.0,
        discriminator_steps: int = 1,
        generator_steps: int = 1,
        seed: int = 0,
    ) -> None:
        super().__init__(name="adversarial")
        self.generator, self.discriminator = generator, discriminator
        self.wiring, self.game = wiring, game
        self.penalty_weight = gradient_penalty
        self.discriminator_steps, self.generator_steps = discriminator_steps, generator_steps
        self.chance = keras.random.SeedGenerator(seed)
        names = ["d_loss", "g_loss", "d_real", "d_fake"]
        names += ["gradient_penalty"] if gradient_penalty > 0 else []
        self.figures = {name: keras.metrics.Mean(name) for name in names}
        self.built = True

    def compile(self, generator_optimizer: Any, discriminator_optimizer: Any, **settings: Any) -> None:
        """With the optimizers of both; `settings` as `run_eagerly`, `jit_compile`, `steps_per_execution`."""
        both = generator_optimizer, discriminator_optimizer
        for optimizer, weights in zip(both, self._weights(), strict=True):
            optimizer.build(weights)
        super().compile(optimizer=TwoOptimizers(*both, self._weights), **settings)

    def _weights(self) -> tuple[list[Any], list[Any]]:
        return self.generator.trainable_variables, self.discriminator.trainable_variables

    @property
    def metrics(self) -> list[Any]:
        return list(self.figures.values())

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The discriminator's scores of real examples."""
        return self.discriminator([inputs[name] for name in self.wiring.discriminator], training=training)

    def train_step(self, *given: Any) -> Any:
        if keras.backend.backend() == "tensorflow":
            self._round(TapeSteps(), _columns(given[0]))
            return self._results()
        return self._pure(given[0], given[1], train=True)

    def test_step(self, *given: Any) -> Any:
        if keras.backend.backend() == "tensorflow":
            self._measure(TapeSteps(), _columns(given[0]))
            return self._results()
        return self._pure(given[0], given[1], train=False)

    def _pure(self, state: Any, data: Any, train: bool) -> Any:
        """A step on JAX, from the values of all variables to their next ones."""
        groups = [self.trainable_variables, self.non_trainable_variables]
        groups += [self.optimizer.variables] if train else []
        groups += [self.metrics_variables]
        variables = [one for group in groups for one in group]
        steps = PureSteps(variables, [value for values in state for value in values])
        (self._round if train else self._measure)(steps, _columns(data))
        return steps.look(lambda: (0.0, self._results())), tuple(steps.now(group) for group in groups)

    def _round(self, steps: Steps, batch: dict[str, Any]) -> None:
        parts = [_part(batch, i, self.discriminator_steps) for i in range(self.discriminator_steps)]
        g_weights, d_weights = self._weights()
        for part in parts:
            loss = self._discriminator_loss(steps, part)
            self._show(steps, steps.descend(loss, d_weights, self.optimizer.second))
        for i in range(self.generator_steps):
            loss = self._generator_loss(parts[-1 - i % len(parts)])
            self._show(steps, steps.descend(loss, g_weights, self.optimizer.first))

    def _measure(self, steps: Steps, batch: dict[str, Any]) -> None:
        self._show(steps, steps.look(self._discriminator_loss(steps, batch, training=False)))
        self._show(steps, steps.look(self._generator_loss(batch, training=False)))

    def _discriminator_loss(self, steps: Steps, batch: dict[str, Any], training: bool = True) -> Loss:
        def loss() -> tuple[Any, dict[str, Any]]:
            ops = keras.ops
            made = {**batch, **self._make(batch, training)}
            made = {name: ops.stop_gradient(made[name]) for name in self.wiring.discriminator}
            real = self._scores(batch, training)
            kept = sum(self.discriminator.losses)
            fake = self._scores(made, training)
            value = self.game.discriminator(real, fake)
            figures = {"d_loss": value, **self.game.figures(real, fake)}
            if self.penalty_weight > 0:
                figures["gradient_penalty"] = self._penalty(steps, batch, made, training)
                value = value + self.penalty_weight * figures["gradient_penalty"]
                figures["d_loss"] = value
            return value + kept, figures

        return loss

    def _generator_loss(self, batch: dict[str, Any], training: bool = True) -> Loss:
        def loss() -> tuple[Any, dict[str, Any]]:
            made = self._make(batch, training)
            kept = sum(self.generator.losses)
            value = self.game.generator(self._scores({**batch, **made}, training))
            return value + kept, {"g_loss": value}

        return loss

    def _penalty(self, steps: Steps, real: dict[str, Any], made: dict[str, Any], training: bool) -> Any:
        """That on the slope between real examples and made ones."""
        ops, names = keras.ops, self.wiring.made
        first = real[names[0]]
        share = keras.random.uniform((ops.shape(first)[0],), dtype="float32", seed=self.chance)
        between = []
        for name in names:
            one = ops.cast(real[name], made[name].dtype)
            mix = ops.reshape(ops.cast(share, one.dtype), (-1, *[1] * (len(one.shape) - 1)))
            between.append(mix * one + (1 - mix) * made[name])

        def score(points: list[Any]) -> Any:
            given = {**real, **dict(zip(names, points, strict=True))}
            scores = self._scores(given, training)
            # Of several scores for an example the mean, as in the loss.
            values = ops.size(scores) / ops.shape(first)[0]
            return ops.sum(scores) / ops.cast(values, scores.dtype)

        return penalty(steps.slope(score, between))

    def _make(self, batch: dict[str, Any], training: bool) -> dict[str, Any]:
        """What the generator makes, by the discriminator's inputs."""
        count = keras.ops.shape(next(iter(batch.values())))[0]
        given = [
            keras.random.normal((count, *self.wiring.noise[name]), seed=self.chance)
            if name in self.wiring.noise
            else batch[name]
            for name in self.wiring.generator
        ]
        made = self.generator(given if len(given) > 1 else given[0], training=training)
        return dict(zip(self.wiring.made, keras.tree.flatten(made), strict=True))

    def _scores(self, given: Mapping[str, Any], training: bool) -> Any:
        """In float32, whatever the discriminator computes in."""
        inputs = [given[name] for name in self.wiring.discriminator]
        made = self.discriminator(inputs if len(inputs) > 1 else inputs[0], training=training)
        return keras.ops.cast(made, "float32")

    def _show(self, steps: Steps, figures: dict[str, Any]) -> None:
        def update() -> tuple[Any, dict[str, Any]]:
            for name, value in figures.items():
                self.figures[name].update_state(value)
            return 0.0, {}

        steps.look(update)

    def _results(self) -> dict[str, Any]:
        return {name: one.result() for name, one in self.figures.items()}


def _columns(data: Any) -> dict[str, Any]:
    """A batch's columns, without the tuple that `fit` may put around them."""
    found: dict[str, Any] = data[0] if isinstance(data, list | tuple) else data
    return found


def _part(batch: dict[str, Any], index: int, count: int) -> dict[str, Any]:
    """One of `count` equal parts of a batch; what does not go up evenly is left out."""
    if count == 1:
        return batch
    ops = keras.ops
    found = {}
    for name, values in batch.items():
        each = ops.shape(values)[0] // count
        found[name] = values[index * each : (index + 1) * each]
    return found
