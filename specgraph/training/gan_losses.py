"""What a generator and a discriminator play for.

Scores are what the discriminator ends in: `(batch, …)`, any number of them for an example.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import keras

TINY = 1e-30
"""The least probability whose logarithm is taken."""


class Game(NamedTuple):
    """The losses of one game; `sigmoid` says that scores are probabilities and not logits."""

    name: Literal["non_saturating", "least_squares", "wasserstein"]
    sigmoid: bool = False
    smoothing: float = 0.0
    """By how much the labels of real examples fall short of 1 (Salimans et al. 2016)."""

    def discriminator(self, real: Any, fake: Any) -> Any:
        """The discriminator's loss."""
        mean, square = keras.ops.mean, keras.ops.square
        if self.name == "wasserstein":
            return mean(fake) - mean(real)
        if self.name == "least_squares":
            return 0.5 * (mean(square(real - (1 - self.smoothing))) + mean(square(fake)))
        return mean(self._entropy(real, 1 - self.smoothing)) + mean(self._entropy(fake, 0.0))

    def generator(self, fake: Any) -> Any:
        """The generator's loss."""
        mean = keras.ops.mean
        if self.name == "wasserstein":
            return -mean(fake)
        if self.name == "least_squares":
            return 0.5 * mean(keras.ops.square(fake - 1))
        return mean(self._entropy(fake, 1.0))

    def figures(self, real: Any, fake: Any) -> dict[str, Any]:
        """Shares of examples that are told rightly; of a critic its mean scores."""
        ops = keras.ops
        if self.name == "wasserstein":
            return {"d_real": ops.mean(real), "d_fake": ops.mean(fake)}
        middle = 0.0 if self.name == "non_saturating" and not self.sigmoid else 0.5
        right = ops.mean(ops.cast(real > middle, "float32")), ops.mean(ops.cast(fake < middle, "float32"))
        return dict(zip(("d_real", "d_fake"), right, strict=True))

    def _entropy(self, scores: Any, label: float) -> Any:
        """The binary crossentropy with a label, which stays finite and keeps its slope far out."""
        ops = keras.ops
        if not self.sigmoid:
            return ops.softplus(scores) - label * scores
        yes, no = ops.maximum(scores, TINY), ops.maximum(1 - scores, 1e-7)
        return -label * ops.log(yes) - (1 - label) * ops.log(no)


def penalty(slopes: list[Any]) -> Any:
    """`mean((norm - 1)²)`, the norm taken over all values of an example (Gulrajani et al. 2017)."""
    ops = keras.ops
    squares = [ops.sum(ops.reshape(ops.square(one), (ops.shape(one)[0], -1)), axis=-1) for one in slopes]
    # A root has no slope at 0.
    return ops.mean(ops.square(ops.sqrt(sum(squares) + 1e-12) - 1))
