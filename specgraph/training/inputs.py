"""What a model is asked about: inputs that a user names, held against it before Keras is imported."""

from __future__ import annotations

from typing import Any, NamedTuple

from specgraph.analysis import Analysis
from specgraph.data.source import DataError, Place
from specgraph.ir.graph import Graph
from specgraph.ir.training import Phase

from .errors import TrainError
from .other_data import Other, other_data
from .trained import last_phase, only_model


class Inputs(NamedTuple):
    """A model, and what feeds it."""

    model: str
    data: Other
    like: Phase | None
    """The phase on whose examples steps of the feed depend."""


def fed(
    analysis: Analysis, inputs: Any, *, model: str | None = None, raw: bool = False, home: Place
) -> Inputs:
    """What the inputs feed the model with, shapes checked; `TrainError` where they do not fit.

    `inputs` is a file, a folder of images, a data source in words, or arrays (`other_data`). `raw` leaves out
    the steps that the spec's own data section has.
    """
    name, phase = _model(analysis, model)
    graph: Graph = analysis.all_models[name].graph
    feed = phase.feed if phase is not None else None
    if raw and feed is not None:
        feed = feed._replace(steps={})
    try:
        made = other_data(inputs, graph, feed, (), home)
    except DataError as error:
        raise TrainError(error.message, help=error.help) from None
    return Inputs(name, made, None if raw else phase)


def _model(analysis: Analysis, wanted: str | None) -> tuple[str, Phase | None]:
    """The model that is meant, and the phase that trained it last, if the spec says."""
    training = analysis.document.training if analysis.document is not None else None
    names = list(analysis.models)
    if training is None:
        return only_model(names, wanted), None
    if wanted is None:
        return training.phases[-1].model, training.phases[-1]
    name = only_model(names, wanted)
    try:
        phase = last_phase(training, name)
    except TrainError:
        return name, None
    return name, phase if phase.model == name and phase.objective.name != "adversarial" else None
