"""Phases whose selections, callbacks and settings do not go together.

Training would stop only when it comes to the phase, which may be hours later: a pattern that no layer has, a
callback that waits for a figure that no epoch has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specgraph.diagnostics.report import Report
from specgraph.graph.feed import trained
from specgraph.infer.walk import ModelTypes
from specgraph.ir.training import Phase, Training
from specgraph.rows.naming import snake
from specgraph.source.nodes import ListNode, MapNode, Node, at
from specgraph.spec.catalog import Named

if TYPE_CHECKING:
    from specgraph.infer.selection import Chosen

RULE = "train-plan"
_USUAL_LOSS: dict[str | None, str] = {
    "index": "sparse_categorical_crossentropy",
    "onehot": "categorical_crossentropy",
    "binary": "binary_crossentropy",
}
SETS_RATE = ("ReduceLROnPlateau", "LearningRateScheduler")
BY_LOSS = ("supervised", "autoencoder", "vae")
"""Objectives that need the loss of `compile`."""


def check(
    models: Mapping[str, ModelTypes], training: Training, chosen: Sequence[Chosen | None], report: Report
) -> None:
    """Every phase of a plan, whose models have no error, with what it chooses."""
    seen: set[str] = set()
    for phase, one in zip(training.phases, chosen, strict=True):
        if not all(name in models for name in phase.models):
            continue
        if phase.name in seen:
            place = phase.node.get("name") or phase.node
            help = "a run's history tells phases by their names"
            report.say(RULE, f"two phases are called `{phase.name}`", place.span, help=help)
        seen.add(phase.name)
        _check_needs(phase, models, training, report)
        if phase.objective.name == "adversarial":
            from . import adversaries

            adversaries.check(models, phase, report)
        if one is not None:
            _check_selection(phase, one, report)
        _check_batch(phase, models, report)
        figures = _Figures(phase, models[phase.model])
        for named, node in _callbacks(phase, training):
            _check_callback(named, node, figures, report)
    _check_class_weight(models, training, report)


def _check_needs(phase: Phase, models: Mapping[str, ModelTypes], training: Training, report: Report) -> None:
    graph = models[phase.model].graph
    if phase.objective.name in BY_LOSS and getattr(graph.compile, "loss", None) is None:
        message = f"`{phase.model}` has no loss to train by"
        help = f"`compile: {{optimizer: adam, loss: {_usual_loss(phase)}}}`"
        stated = graph.section.get("compile")
        report.say(RULE, message, (stated or training.node).span, help=help)


def _usual_loss(phase: Phase) -> str:
    """What goes with the labels, as far as they are known."""
    feed = phase.feed
    labels = [feed.column(name) for name in feed.targets] if feed is not None else []
    kinds = {one.encoding for one in labels if one is not None}
    return _USUAL_LOSS.get(kinds.pop(), "mean_squared_error") if len(kinds) == 1 else "mean_squared_error"


def _check_selection(phase: Phase, chosen: Chosen, report: Report) -> None:
    for setting, problem in chosen.problems:
        place, help = at(phase.where(setting), problem.path), problem.help
        if help is None and problem.word is not None:
            help = report.did_you_mean(problem.word, problem.candidates)[1]
            listed = ", ".join(f"`{name}`" for name in problem.candidates[:12])
            help = help or (f"there are {listed}" if listed else None)
        report.say(RULE, problem.message, place.span, help=help)


def _check_batch(phase: Phase, models: Mapping[str, ModelTypes], report: Report) -> None:
    """Where the batch size is part of the model."""
    for root in phase.models:
        graph = models[root].graph
        for name in graph.inputs:
            one = graph.nodes[name].type
            batch = one.shape[0] if one is not None else None
            if isinstance(batch, int) and batch != phase.args.batch_size:
                node = phase.where("batch_size")
                message = f"input `{name}` takes batches of {batch}, the phase has {phase.args.batch_size}"
                report.say(RULE, message, node.span, help=f"`batch_size: {batch}`")


def _callbacks(phase: Phase, training: Training) -> Iterator[tuple[Named, Node]]:
    """The callbacks of a phase with their places, those of `train` first."""
    places: list[Node] = []
    for node in (training.node, phase.node) if phase.node is not training.node else (training.node,):
        listed = node.get("callbacks")
        places += listed.items if isinstance(listed, ListNode) else []
    given = phase.args.callbacks[: len(places)]
    yield from zip(given, places, strict=False)


class _Figures:
    """What a phase measures, in whose callbacks it may be looked at."""

    def __init__(self, phase: Phase, model: ModelTypes) -> None:
        self.phase = phase
        self.optimizer: Any = getattr(model.graph.compile, "optimizer", None)
        self.model = model

    @cached_property
    def own(self) -> list[str]:
        return _own_figures(self.phase)

    @cached_property
    def names(self) -> dict[str, None]:
        keras = () if self.phase.objective.name == "adversarial" else _figures(self.model)
        return dict.fromkeys((*keras, *self.own))


def _check_callback(named: Named, node: Node, figures: _Figures, report: Report) -> None:
    optimizer = getattr(figures.optimizer, "args", None)
    rate = figures.phase.args.learning_rate
    if rate is None:
        rate = getattr(optimizer, "learning_rate", None)
    if named.name in SETS_RATE and isinstance(rate, Named):
        message = f"{named.name} sets a learning rate that {rate.name} already does"
        report.say(RULE, message, node.span, help="leave out the callback or the schedule")
    if named.name == "SwapEMAWeights" and not getattr(optimizer, "use_ema", False):
        message = "SwapEMAWeights needs an optimizer that keeps moving averages"
        report.say(RULE, message, node.span, help="`optimizer: {Adam: {use_ema: true}}`")
    monitor = getattr(named.args, "monitor", None)
    if monitor is None:
        return
    if monitor not in figures.names:
        _, help = report.did_you_mean(monitor, figures.names)
        listed = f"there are {', '.join(f'`{name}`' for name in list(figures.names)[:12])}"
        message = f"{named.name} looks at `{monitor}`, which no epoch of `{figures.phase.name}` has"
        report.say(RULE, message, _monitor(node).span, help=help or listed)
    elif monitor in figures.own and getattr(named.args, "mode", None) == "auto":
        message = f"{named.name} cannot tell whether `{monitor}` is to grow or to fall"
        word = "max" if monitor.endswith("elbo") else "min"
        report.say(RULE, message, _monitor(node).span, help=f"`mode: {word}` beside it")


def _own_figures(phase: Phase) -> list[str]:
    """The figures that an objective adds, of which Keras does not know which way they are better."""
    names: list[str] = []
    settings = phase.objective.args.as_dict()
    if phase.objective.name == "vae":
        names = ["reconstruction", "kl", "elbo"]
    elif phase.objective.name == "adversarial":
        names = ["d_loss", "g_loss", "d_real", "d_fake"]
        weight = settings["gradient_penalty"]
        if weight or (weight is None and settings["loss"] == "wasserstein"):
            names.append("gradient_penalty")
    return [*names, *(f"val_{name}" for name in names)]


def _monitor(node: Node) -> Node:
    [(_, inner)] = node if isinstance(node, MapNode) else [(None, node)]
    found = inner.get("monitor") if isinstance(inner, MapNode) else None
    return found if found is not None else node


def _figures(model: ModelTypes) -> Iterator[str]:
    """What the figures of an epoch are called, as Keras calls them."""
    graph = model.graph
    outputs = [ref.node for ref in graph.outputs]
    names = ["loss"]
    losses = trained(graph)
    if len(losses) > 1:
        names += [f"{name}_loss" for name in losses]
    for setting in ("metrics", "weighted_metrics"):
        value = getattr(graph.compile, setting, None)
        if value is None:
            continue
        parts: list[tuple[str | None, Any]]
        if isinstance(value, dict):
            parts = list(value.items())
        elif type(value) is tuple and len(outputs) > 1 and len(value) == len(outputs):
            parts = list(zip(outputs, value, strict=True))
        else:
            parts = [(None, value)]
        for output, one in parts:
            for metric in one if type(one) is tuple else (one,):
                if isinstance(metric, Named):
                    name = _metric(metric)
                    names += [name] if len(outputs) == 1 else []
                    names += [f"{out}_{name}" for out in outputs if output in (None, out)] * (
                        len(outputs) > 1
                    )
    yield from names
    yield from (f"val_{name}" for name in names)
    yield "learning_rate"


def _metric(metric: Named) -> str:
    if metric.alias in ("accuracy", "acc"):
        return metric.alias
    given = getattr(metric.args, "name", None)
    return given if isinstance(given, str) else snake(metric.name)


def _check_class_weight(models: Mapping[str, ModelTypes], training: Training, report: Report) -> None:
    weights = training.args.class_weight
    node = training.node.get("class_weight")
    if weights is None or node is None:
        return
    for phase in training.phases:
        if phase.objective.name != "supervised":
            message = f"`class_weight` has no meaning for the objective {phase.objective.name}"
            report.say(RULE, message, node.span)
        elif phase.model in models and len(models[phase.model].graph.outputs) > 1:
            report.say(RULE, "`class_weight` is for models of one output", node.span)
