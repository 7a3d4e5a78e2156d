"""What a sound spec may still get wrong: rules about models, their training and their data.

Each rule is a module of its name with `check` (or `say`, where several rules share one decision), which holds
why it matters, when it holds, and what to say. A rule is imported where it can apply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.source.nodes import MapNode

if TYPE_CHECKING:
    from specgraph.infer.selection import Chosen, Walked
    from specgraph.ir.training import Phase, Training

    from .view import Output, View

_USUAL = {
    ("softmax", "CategoricalCrossentropy"): "onehot",
    ("softmax", "SparseCategoricalCrossentropy"): "index",
    ("sigmoid", "BinaryCrossentropy"): "binary",
    ("linear", "MeanSquaredError"): "float",
    ("linear", "MeanAbsoluteError"): "float",
}
"""Activations with losses and labels that no rule has anything against."""
SOFTMAX = frozenset(["softmax", "log_softmax", "sparsemax"])
SOFTMAX_LAYERS = frozenset(["Softmax", *(f"ops.{name}" for name in SOFTMAX)])
HEAVY = 5_000_000
"""Weights of a layer that are so many that something else may do."""


def lint(models: Mapping[str, ModelTypes], training: Training | None, report: Report, root: MapNode) -> None:
    """Run all rules over the models of a file, `root`, that have no error."""
    phases = training.phases if training is not None else ()
    adversarial = {name for phase in phases if phase.objective.name == "adversarial" for name in phase.models}
    for name, model in models.items():
        own = [phase for phase in phases if phase.model == name]
        _check_training(model, own, report, name in adversarial)
        _check_graph(model, report)
    _check_names(models, phases, report, root)
    _check_ids(models, phases, report)
    if training is not None:
        from . import train_plan

        chosen = _chosen(phases, models)
        train_plan.check(models, training, chosen, report)
        if any(one is not None and not one.problems for one in chosen):
            from . import nothing_trainable

            nothing_trainable.check_phases(phases, chosen, report)


def _check_training(model: ModelTypes, phases: list[Phase], report: Report, adversarial: bool) -> None:
    """The rules about one model, its compile settings, and each kind of targets and data that it has."""
    groups: dict[tuple[str, int], list[Phase]] = {}
    for phase in phases:
        groups.setdefault((phase.objective.name, id(phase.feed)), []).append(phase)
    views: list[View] = []
    if model.graph.compile is not None or phases:
        from .view import View

        views = [View(model, group, report, not adversarial) for group in groups.values() or [[]]]
    if _may_be_constant(model):
        from . import softmax_one_unit

        for one in views or (None,):
            softmax_one_unit.check(model, one, report)
    for view in views:
        _check_view(view)


def _check_view(view: View) -> None:
    """The rules about a model as phases of one objective and the same data train it."""
    model = view.model
    if any(output.target is not None for output in view.outputs):
        from .targets import check_targets

        check_targets(view)
    if any(output.loss is not None and not _usual(output) for output in view.outputs):
        from . import double_softmax, logits_without_from_logits, loss_activation

        double_softmax.check(view)
        logits_without_from_logits.check(view)
        loss_activation.check(view)
    if any(output.metrics and not _usual(output, True) for output in view.outputs):
        from . import metric_loss

        metric_loss.check(view)
    if len(view.outputs) > 1:
        from . import output_loss_count

        output_loss_count.check(view)
    if view.has_rate:
        from . import learning_rate

        learning_rate.check(view)
    if model.graph.compile is not None and not _learns(model):
        from . import nothing_trainable

        nothing_trainable.check(view)


def _usual(output: Output, metrics: bool = False) -> bool:
    """Whether an output ends as most do, so that no rule need be asked."""
    pair = (output.activation or "", output.loss_name)
    encoding = output.target.encoding if output.target is not None else None
    if (
        output.from_logits
        or output.units == 1
        or encoding not in (None, _USUAL.get(pair))
        or pair not in _USUAL
    ):
        return False
    return not metrics or (
        pair[0] == "softmax" and all(one.value.alias in ("accuracy", "acc") for one in output.metrics)
    )


def _chooses(phase: Phase, models: Mapping[str, ModelTypes]) -> bool:
    """Whether a phase might leave nothing to train."""
    said = phase.args.train is not None or phase.args.freeze is not None
    return said or (phase.model in models and not _learns(models[phase.model]))


def _chosen(phases: Sequence[Phase], models: Mapping[str, ModelTypes]) -> list[Chosen | None]:
    """What each phase trains; None where that is all that learns, or where a model of it has an error."""
    found: list[Chosen | None] = []
    walks: dict[tuple[str, ...], Walked] = {}
    for phase in phases:
        if not _chooses(phase, models) or not all(name in models for name in phase.models):
            found.append(None)
            continue
        from specgraph.infer.selection import choose, walk

        if phase.models not in walks:
            walks[phase.models] = walk(phase.models, models)
        found.append(choose(phase, models, walks[phase.models]))
    return found


def _may_be_constant(model: ModelTypes) -> bool:
    """Whether there is a softmax that may be over a single value."""
    for name, node in model.graph.nodes.items():
        if node.target in SOFTMAX_LAYERS or hasattr(node.args, "layer"):
            return True
        args = node.args
        if getattr(args, "activation", None) in SOFTMAX or hasattr(args, "classifier_activation"):
            types = model.types.get(name)
            if types and types[0].truth.shape[-1:] == (1,):
                return True
    return False


def _learns(model: ModelTypes) -> bool:
    """Whether a layer of the model's own has weights that training changes."""
    nodes = model.graph.nodes
    return any(
        nodes[name].trainable and any(weight.trainable for weight in weights)
        for name, weights in model.weights.items()
    )


def _check_graph(model: ModelTypes, report: Report) -> None:
    """The rules about the layers themselves."""
    targets = {node.target for node in model.graph.nodes.values()}
    if any("Dropout" in target for target in targets):
        from . import extreme_dropout

        extreme_dropout.check(model, report)
    if "Flatten" in targets and _heavy(model):
        from . import param_blowup

        param_blowup.check(model, report)


def _heavy(model: ModelTypes) -> bool:
    """Whether a weight is a matrix of millions."""
    return any(
        len(weight.shape) == 2 and weight.shape[0] * weight.shape[1] > HEAVY
        for weights in model.weights.values()
        for weight in weights
    )


def _check_names(
    models: Mapping[str, ModelTypes], phases: Sequence[Phase], report: Report, root: MapNode
) -> None:
    """Models that are called or trained as what they are not."""
    as_vae = [phase for phase in phases if phase.objective.name == "vae" and phase.model in models]
    name = root.get("name")
    words = [*models, str(name.data()) if name is not None else ""]
    if as_vae or any("vae" in word.lower() or "variational" in word.lower() for word in words):
        from . import plain_autoencoder

        plain_autoencoder.check(models, as_vae, report, root)


def _check_ids(models: Mapping[str, ModelTypes], phases: Sequence[Phase], report: Report) -> None:
    if any("Embedding" in node.target for model in models.values() for node in model.graph.nodes.values()):
        from . import embedding_range

        embedding_range.check(models, phases, report)
