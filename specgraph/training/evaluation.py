"""The figures of a trained model on data that it was not trained on, or on other data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.data.source import DataError
from specgraph.ir.training import Phase

from .batches import Examples, examples
from .errors import TrainError
from .objective import batching, objective
from .phases import load
from .refusals import told
from .trained import Trained, last_phase

if TYPE_CHECKING:
    from .steps import Moments


class Evaluation(NamedTuple):
    """What a model comes to on some data."""

    model: str
    weights: str
    """Where they are from."""
    data: str
    """What was measured on, in words."""
    examples: int
    figures: dict[str, float]
    """Loss and metrics, by Keras's names."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return self._asdict()


def evaluate(
    trained: Trained, *, data: Any = None, model: str | None = None, batch_size: int | None = None
) -> Evaluation:
    """The figures of the last phase's model on held-out data, or on `data` (`other_data`).

    `TrainError` where there is nothing to measure, or data cannot be had.
    """
    training = trained.training
    if training is None:
        raise TrainError("the spec has no `train` section, which says what a model is measured on")
    phase = last_phase(training, model)
    module = objective(phase.objective.name)
    context = trained.context(phase)
    trainer = module.trainer(context)
    size, drop = batching(context)
    with told(f"model `{phase.model}`", context.types[phase.model].graph.nodes):
        what, held = (
            _held_out(trained, phase) if data is None else (_words(data), _other(trained, phase, data))
        )
        batches = held.batches(batch_size or size, arrange=module.arrange, drop_remainder=drop)
        figures = trainer.evaluate(batches, verbose=0, return_dict=True)
    found = {name: float(value) for name, value in figures.items()}
    return Evaluation(phase.model, trained.source, what, held.count, found)


def _held_out(trained: Trained, phase: Phase) -> tuple[str, Examples]:
    """What the run was measured on, or its own examples where nothing was held out."""
    assert trained.training is not None
    data = load(phase, trained.training.validation, trained.seed, trained.place)
    if data.validation is None:
        return "the data that it was trained on", data.train
    return "held-out data", data.validation


def _words(data: Any) -> str:
    """Data in a few words."""
    return str(data) if isinstance(data, str | Path) else "arrays"


def _other(trained: Trained, phase: Phase, data: Any) -> Examples:
    from .other_data import other_data

    graph = trained.analysis.all_models[phase.model].graph
    outputs = [one.node for one in graph.outputs] if phase.objective.name == "supervised" else []
    try:
        feed, place, given = other_data(data, graph, phase.feed, outputs, trained.place)
        every, held_out = examples(feed, place, given=given, moments=moments_of(trained, phase))
        return held_out or every
    except DataError as error:
        raise TrainError(error.message, help=error.help) from None


def moments_of(trained: Trained, phase: Phase) -> dict[str, list[Moments]] | None:
    """What steps found in the examples trained on, as the run keeps it, or from these examples.

    None where no step depends on them; `TrainError` where they are gone.
    """
    if phase.feed is None:
        return None
    wanted = {
        name: sum(step.name == "normalize" for step in steps) for name, steps in phase.feed.steps.items()
    }
    if not any(wanted.values()):
        return None
    kept = trained.moments.get(phase.name, {})
    if all(len(kept.get(name, ())) == count for name, count in wanted.items()):
        return kept
    try:
        return examples(phase.feed, trained.place)[0].moments
    except DataError as error:
        message = f"the step `normalize` needs the examples that the model was trained on: {error.message}"
        raise TrainError(message, help=error.help) from None


def as_table(found: Evaluation) -> str:
    """The figures for people."""
    width = max(map(len, found.figures))
    lines = [f"{found.model}: {found.weights}, on {found.examples:,} examples of {found.data}"]
    lines += [f"  {name:<{width}}  {value:.6g}" for name, value in found.figures.items()]
    return "\n".join(lines) + "\n"
