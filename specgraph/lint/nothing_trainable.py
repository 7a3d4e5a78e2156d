"""T14. Training would change no weight: every layer is frozen, or none has weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specgraph.diagnostics.report import Report
from specgraph.infer.selection import choose, roots
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import GraphNode
from specgraph.ir.training import Phase

from .view import View


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


def check_phases(phases: Sequence[Phase], models: Mapping[str, ModelTypes], report: Report) -> None:
    """Phases that choose nothing to train."""
    for phase in phases:
        if not all(name in models for name in roots(phase)):
            continue
        chosen = choose(phase, models)
        trained, frozen = chosen.counts()
        if chosen.problems or trained:
            continue
        node = phase.node.get("train") or phase.node.get("freeze") or phase.node
        message = f"phase `{phase.name}` trains nothing: all {frozen:,} weights of `{phase.model}` are frozen"
        help = "say under `train` which layers learn, or freeze fewer"
        report.say("nothing-trainable", message, node.span, help=help, severity="warning")


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
