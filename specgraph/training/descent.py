"""Several gradient steps on parts of a model within one step of `fit`, on TensorFlow and on JAX.

A trainer writes its losses as functions that call layers and draw from seed generators as ever. Here they are
differentiated and the weights moved: on TensorFlow with a tape, on JAX without side effects, each function
run in a `StatelessScope` whose changes are taken over into the state that `fit` hands on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import keras

Loss = Callable[[], tuple[Any, dict[str, Any]]]
"""Gives a loss and figures to show, all scalars."""


class Steps(Protocol):
    """What a trainer's step works with."""

    def descend(self, loss: Loss, variables: Sequence[Any], optimizer: Any) -> dict[str, Any]:
        """One step of the optimizer; the figures."""

    def look(self, loss: Loss) -> dict[str, Any]:
        """The figures, with no weight moved."""

    def slope(self, function: Callable[[list[Any]], Any], points: list[Any]) -> list[Any]:
        """Within a loss: the gradient of a scalar with regard to tensors, itself differentiable."""


class TapeSteps:
    """On TensorFlow."""

    def descend(self, loss: Loss, variables: Sequence[Any], optimizer: Any) -> dict[str, Any]:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value, figures = loss()
            value = optimizer.scale_loss(value)
        optimizer.apply(tape.gradient(value, variables), variables)
        return figures

    def look(self, loss: Loss) -> dict[str, Any]:
        return loss()[1]

    def slope(self, function: Callable[[list[Any]], Any], points: list[Any]) -> list[Any]:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(points)
            value = function(points)
        found: list[Any] = tape.gradient(value, points)
        return found


class PureSteps:
    """On JAX; `variables` are all that a loss reads or changes, `values` what they hold now."""

    def __init__(self, variables: Sequence[Any], values: Sequence[Any]) -> None:
        self.variables = list(variables)
        self.values = {id(one): value for one, value in zip(variables, values, strict=True)}
        self._mapping: list[tuple[Any, Any]] = []

    def now(self, variables: Sequence[Any]) -> list[Any]:
        """What variables hold."""
        return [self.values[id(one)] for one in variables]

    def descend(self, loss: Loss, variables: Sequence[Any], optimizer: Any) -> dict[str, Any]:
        import jax

        def run(moved: list[Any]) -> Any:
            given = {**self.values, **{id(one): value for one, value in zip(variables, moved, strict=True)}}
            return self._run(loss, given, optimizer)

        before = self.now(variables)
        figures: dict[str, Any]
        (_, (figures, changed)), slopes = jax.value_and_grad(run, has_aux=True)(before)
        self.values.update(changed)
        state = self.now(optimizer.variables)
        after, state = optimizer.stateless_apply(state, slopes, before)
        self._take(variables, after)
        self._take(optimizer.variables, state)
        return figures

    def look(self, loss: Loss) -> dict[str, Any]:
        figures: dict[str, Any]
        _, (figures, changed) = self._run(loss, self.values, None)
        self.values.update(changed)
        return figures

    def slope(self, function: Callable[[list[Any]], Any], points: list[Any]) -> list[Any]:
        import jax

        def run(given: list[Any]) -> Any:
            # What is changed in here belongs to the inner gradient and must not reach the outer one.
            with keras.StatelessScope(state_mapping=self._mapping):
                return function(given)

        found: list[Any] = jax.grad(run)(points)
        return found

    def _run(self, loss: Loss, given: dict[int, Any], optimizer: Any) -> Any:
        mapping = [(one, given[id(one)]) for one in self.variables]
        outer, self._mapping = self._mapping, mapping
        with keras.StatelessScope(state_mapping=mapping, collect_losses=True) as scope:
            value, figures = loss()
            if optimizer is not None:
                value = optimizer.scale_loss(value)
        self._mapping = outer
        changed = {
            id(one): now
            for one, before in mapping
            if (now := scope.get_current_value(one)) is not None and now is not before
        }
        return value, (figures, changed)

    def _take(self, variables: Sequence[Any], values: Sequence[Any]) -> None:
        for one, value in zip(variables, values, strict=True):
            self.values[id(one)] = value
