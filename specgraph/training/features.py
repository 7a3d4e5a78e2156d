"""A phase whose frozen beginning is computed once, where that can be done and pays."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from specgraph.infer.prefix import Prefix, prefix
from specgraph.infer.selection import Key
from specgraph.limits import DEFAULT, Limits

from .batches import Arrange, Examples
from .distribution import ALONE, Share
from .objective import Context
from .prefix import Refused, Split

ON_INPUTS = ("autoencoder",)
"""Objectives whose targets are the inputs, which batches of features hold besides."""
OBJECTIVES = ("supervised", *ON_INPUTS)
"""Those that train one model as it is."""


class Work(NamedTuple):
    """What a phase is trained on: the context's model from inputs to outputs, and batches for it."""

    context: Context
    train: Examples
    validation: Examples | None
    arrange: Arrange
    note: str | None = None
    """What a run's log says of the features."""


@contextmanager
def features(
    work: Work,
    trained: AbstractSet[Key],
    *,
    folder: Path | None = None,
    limits: Limits = DEFAULT,
    share: Share = ALONE,
) -> Iterator[Work]:
    """The same work on features, or as it was, with a note on why; what is kept goes with the end.

    `trained` are the layers that the phase trains. The model of the context is then the rest, which shares
    its weights with the whole. `folder` is where files may lie, by default that of the system.
    """
    why = why_not(work.context, work.train, trained, share)
    if why is not None:
        yield work._replace(note=f"features are not kept: {why}")
        return
    try:
        split = Split(work.context.model, folder, limits, share.multiple)
    except Refused as refused:
        yield work._replace(note=f"features are not kept: {refused}")
        return
    with split:
        try:
            made = _on(split, work)
        except Refused as refused:
            made = work._replace(note=f"features are not kept: {refused}")
        yield made


def _on(split: Split, work: Work) -> Work:
    name = work.context.phase.model
    keep = work.context.phase.objective.name in ON_INPUTS
    train = split.features(work.train, keep)
    validation = split.features(work.validation, keep) if work.validation is not None else None
    context = work.context._replace(models={**work.context.models, name: split.rest})
    parts = [one for one in (train, validation) if one is not None]
    return Work(context, train, validation, split.arrange(work.arrange), describe(split, *parts))


def why_not(context: Context, train: Examples, trained: AbstractSet[Key], share: Share = ALONE) -> str | None:
    """Why features of a phase cannot be kept, or are not worth it; None where they are."""
    settings, args = context.training.args, context.phase.args
    if not settings.cache_features:
        return "`cache_features` is false"
    if context.phase.objective.name not in OBJECTIVES:
        return f"{context.phase.objective.name} trains more than one way through the model"
    if share.processes > 1:
        return "several processes share the work"
    steps = settings.steps_per_epoch or train.steps(args.batch_size)
    if args.epochs * steps < 2 * train.steps(args.batch_size):
        return "no example is seen twice"
    known = known_prefix(context, trained)
    if not known.layers:
        return known.stops[0] if known.stops else "no layer is frozen"
    return None if known.pays() else "what is frozen takes little of a step"


def known_prefix(context: Context, trained: AbstractSet[Key]) -> Prefix:
    """What is known of the phase's model without computing."""
    return prefix(context.types[context.phase.model], lambda key: key not in trained)


def describe(split: Split, *parts: Examples) -> str:
    """What is kept: `the output of 19 layers is computed once: 1,200 examples, 2.5 MB in memory`."""
    layers, store = split.cut.layers, split.store
    count = sum(one.count for one in parts)
    places = [(store.in_memory, "in memory"), (store.on_disk, "on disk")]
    sizes = " and ".join(f"{size / 1e6:,.1f} MB {where}" for size, where in places if size)
    what = "one layer" if layers == 1 else f"{layers:,} layers"
    return f"the output of {what} is computed once: {count:,} examples, {sizes}"
