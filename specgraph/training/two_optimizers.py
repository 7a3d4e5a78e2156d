"""The optimizers of two models as the one that a Keras trainer has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras


class TwoOptimizers(keras.optimizers.Optimizer):  # type: ignore[misc]  # Keras ships no types
    """Holds two optimizers, each of which moves the weights it was built with.

    Its variables are those of both, so that state passes through `fit` and checkpoints as ever. What
    callbacks do to its learning rate they do to both, each in proportion.
    """

    def __init__(self, first: Any, second: Any, weights: Callable[[], tuple[list[Any], list[Any]]]) -> None:
        super().__init__(learning_rate=0.0, name="two_optimizers")
        self.first, self.second = first, second
        self.weights = weights
        """What each of them moves."""
        self.built = True

    @property
    def variables(self) -> list[Any]:
        return [*self.first.variables, *self.second.variables]

    @property
    def iterations(self) -> Any:
        return self.first.iterations

    @property
    def learning_rate(self) -> Any:
        return self.first.learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        before, other = float(self.first.learning_rate), float(self.second.learning_rate)
        self.first.learning_rate = rate
        self.second.learning_rate = rate * (other / before) if before > 0 else rate

    def finalize_variable_values(self, var_list: Sequence[Any]) -> None:
        """Each to the averages it keeps, if it keeps any."""
        for one, weights in zip((self.first, self.second), self.weights(), strict=True):
            one.finalize_variable_values(weights)
