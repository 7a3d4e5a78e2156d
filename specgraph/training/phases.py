"""One phase after the other: what is frozen, the trainer, the batches, `fit`."""

from __future__ import annotations

from typing import Any, NamedTuple

from specgraph.data.source import Place
from specgraph.ir.training import Feed, Phase

from .batches import Examples, examples, split
from .objective import Context, objective


class Data(NamedTuple):
    """What a phase is trained and measured on."""

    train: Examples
    validation: Examples | None


def load(phase: Phase, validation: Feed | float | None, validates: bool, seed: int, place: Place) -> Data:
    """The examples of a phase; `DataError` where they are not to be had."""
    assert phase.feed is not None
    train, held_out = examples(phase.feed, place)
    if not validates:
        return Data(train, None)
    if isinstance(validation, Feed):
        return Data(train, examples(validation, place)[0])
    if validation is None and held_out is not None:
        return Data(train, held_out)
    return Data(*split(train, 0.1 if validation is None else validation, seed))


def run_phase(context: Context, data: Data, seed: int) -> list[dict[str, float]]:
    """The figures of each epoch."""
    module = objective(context.phase.objective.name)
    trainer = module.trainer(context)
    args = context.phase.args
    steps = data.train.steps(args.batch_size)
    batches = data.train.batches(args.batch_size, arrange=module.arrange, seed=seed, epochs=args.epochs)
    validation: Any = None
    if data.validation is not None:
        validation = data.validation.batches(args.batch_size, arrange=module.arrange)
    made = trainer.fit(
        batches,
        epochs=args.epochs,
        steps_per_epoch=steps,
        validation_data=validation,
        shuffle=False,
        verbose=0,
    )
    logs = made.history
    return [{name: values[i] for name, values in logs.items()} for i in range(len(made.epoch))]
