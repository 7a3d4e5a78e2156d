"""Outputs towards the targets that the data has, by the loss of `compile`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specgraph.training.objective import Context, alone

if TYPE_CHECKING:
    import keras


def trainer(context: Context) -> keras.Model:
    """The model itself, compiled anew."""
    context.model.compile(**context.compile_arguments())
    return context.model


def arrange(inputs: dict[str, Any], targets: dict[str, Any]) -> Any:
    """Inputs and targets, each in the model's order."""
    return alone(inputs), alone(targets)
