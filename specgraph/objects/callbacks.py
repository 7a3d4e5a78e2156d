"""What `callbacks` may name: those of Keras's callbacks that change how training goes on.

Run folders, checkpoints, logs and the progress bar are not among them; `specgraph train` always has them.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.spec.catalog import Catalog, Entry, Named, OneOf
from specgraph.spec.kinds import Int, Number
from specgraph.spec.record import Record

Mode: TypeAlias = Literal["auto", "min", "max"]
Patience: TypeAlias = Annotated[int, Int(minimum=0), "Epochs without improvement before it acts."]
NonNegative: TypeAlias = Annotated[float, Number(minimum=0)]
Monitor: TypeAlias = Annotated[str, "Which figure of an epoch it looks at: `loss`, `val_accuracy`."]


def _schedules() -> Catalog:
    from .schedules import SCHEDULES

    return SCHEDULES


class EarlyStoppingArgs(Record):
    monitor: Monitor = "val_loss"
    min_delta: NonNegative = 0.0
    patience: Patience = 0
    mode: Mode = "auto"
    baseline: float | None = None
    restore_best_weights: bool = False
    start_from_epoch: Annotated[int, Int(minimum=0)] = 0


class ReduceLROnPlateauArgs(Record):
    monitor: Monitor = "val_loss"
    factor: Annotated[float, Number(above=0, below=1)] = 0.1
    patience: Patience = 10
    mode: Mode = "auto"
    min_delta: NonNegative = 0.0001
    cooldown: Annotated[int, Int(minimum=0)] = 0
    min_lr: NonNegative = 0.0


class SwapEMAWeightsArgs(Record):
    swap_on_epoch: bool = False


class LearningRateSchedulerArgs(Record):
    schedule: Annotated[
        Named, OneOf("a learning-rate schedule", _schedules), "A schedule whose steps are epochs."
    ]


class TerminateOnNaNArgs(Record):
    """Nothing. It is there by default, with the layer named."""


CALLBACKS = Catalog(
    "a callback",
    "callbacks",
    (
        Entry("EarlyStopping", EarlyStoppingArgs, (), "Ends the phase when a figure no longer improves."),
        Entry(
            "ReduceLROnPlateau",
            ReduceLROnPlateauArgs,
            (),
            "Lowers the learning rate on a plateau.",
        ),
        Entry("LearningRateScheduler", LearningRateSchedulerArgs, (), "Sets each epoch's learning rate."),
        Entry("SwapEMAWeights", SwapEMAWeightsArgs, (), "Measures with the moving averages of the weights."),
        Entry("TerminateOnNaN", TerminateOnNaNArgs, (), "Ends training when the loss is no number."),
    ),
)
