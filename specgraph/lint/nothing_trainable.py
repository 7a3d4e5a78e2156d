"""T14. Training would change no weight: every layer is frozen, or none has weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import GraphNode

from .view import View

if TYPE_CHECKING:
    from specgraph.infer.selection import Chosen
    from specgraph.ir.training import Phase


def check(view: View) -> None:
    """The model as it is compiled, where no phase says what is trained."""
    if not view.trained_alone or view.section is None or view.phases:
        return
    trainable, frozen = view.model.parameters()
    if trainable:
        return
    key = view.model.graph.section.key("compile")
    if frozen == 0:
        message = "no layer of the model has weights, so that there is nothing to train"
        view.say("nothing-trainable", message, None, key.span, severity="warning")
        return
    node = _frozen(view.model)
    message = f"all {frozen:,} weights are frozen, so that training changes nothing"
    help = "leave `trainable: false` out of the layers that shall learn, or add a layer after the frozen ones"
    place = (node.argument("trainable") or node.key) if node is not None else key
    view.say("nothing-trainable", message, node, place.span, help=help, severity="warning")


def check_phases(phases: Sequence[Phase], chosen: Sequence[Chosen | None], report: Report) -> None:
    """Phases that choose nothing to train; each with what it chooses."""
    for phase, one in zip(phases, chosen, strict=True):
        if one is None or one.problems:
            continue
        trained, frozen = one.counts()
        if trained:
            continue
        setting = "train" if phase.args.train is not None else "freeze"
        message = f"phase `{phase.name}` trains nothing: all {frozen:,} weights of `{phase.model}` are frozen"
        help = "say under `train` which layers learn, or freeze fewer"
        place = phase.where(setting)
        report.say("nothing-trainable", message, place.span, help=help, severity="warning")


def _frozen(model: ModelTypes) -> GraphNode | None:
    """The frozen layer with most weights."""
    frozen = [node for node in model.graph.nodes.values() if not node.trainable]
    return max(frozen, key=lambda node: _size(model, node), default=None)


def _size(model: ModelTypes, node: GraphNode) -> int:
    if node.kind == "model":
        return sum(model.layers_weights[node.target].parameters())
    total = 0
    for weight in model.weights.get(node.name, ()):
        size = 1
        for dim in weight.shape:
            size *= dim
        total += size
    return total
