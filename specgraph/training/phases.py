"""One phase after the other: what is frozen, the trainer, the batches, `fit`."""

from __future__ import annotations

from typing import Any, NamedTuple

from specgraph.data.source import Place
from specgraph.ir.training import Feed, Phase
from specgraph.limits import DEFAULT, Limits

from .batches import Examples, examples, split
from .distribution import ALONE, Share
from .features import Work, features
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
        return Data(train, examples(validation, place, like=train)[0])
    if validation is None and held_out is not None:
        return Data(train, held_out)
    return Data(*split(train, 0.1 if validation is None else validation, seed))


def run_phase(
    context: Context, data: Data, seed: int, share: Share = ALONE, limits: Limits = DEFAULT
) -> list[dict[str, float]]:
    """The figures of each epoch."""
    module = objective(context.phase.objective.name)
    share.check(context.phase.args.batch_size)
    work = Work(context, data.train, data.validation, module.arrange)
    with features(work, limits=limits, share=share) as work:
        return _fit(module.trainer(work.context), work, seed, share)


def _fit(trainer: Any, work: Work, seed: int, share: Share) -> list[dict[str, float]]:
    args = work.context.phase.args
    shared: dict[str, Any] = {"arrange": work.arrange, "shard": share.shard, "multiple": share.multiple}
    steps = work.train.steps(args.batch_size, multiple=share.multiple)
    batches = work.train.batches(args.batch_size, seed=seed, epochs=args.epochs, **shared)
    validation: Any = None
    if work.validation is not None:
        validation = work.validation.batches(args.batch_size, **shared)
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
