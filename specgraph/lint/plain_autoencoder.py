"""T18. What is called a variational autoencoder samples nothing: it is a plain autoencoder.

Without a draw from the latent distribution and its divergence in the loss there is nothing to sample from
afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.ir.training import Phase
from specgraph.source.nodes import MapNode
from specgraph.source.text import Span

_NAME = re.compile(r"(^|[^a-z])vae([^a-z]|$)|variational", re.IGNORECASE)
HELP = (
    "let Dense layers make `mean` and `log_variance`, and `Sampling: {from: [mean, log_variance]}` the latent"
    " values"
)


def called_so(name: str) -> bool:
    """Whether a name says that a model is one."""
    return bool(_NAME.search(name))


def check(models: Mapping[str, ModelTypes], phases: Sequence[Phase], report: Report, root: MapNode) -> None:
    """Models that are trained as variational autoencoders, and those that are called so."""
    for phase in phases:
        weights = _kl_weights(models[phase.model], set())
        if not any(weights):
            what = "`kl_weight` is 0 in all of its Sampling layers" if weights else "it has no Sampling layer"
            message = f"objective `vae` needs a KL term in the loss of `{phase.model}`, and {what}"
            node = phase.where("objective")
            report.say("plain-autoencoder", message, node.span, help="`kl_weight: 1`" if weights else HELP)
    trained = {phase.model for phase in phases}
    for name, model in models.items():
        word, span = _named(name, root)
        if name in trained or not called_so(word) or not _returns(model):
            continue
        if not _kl_weights(model, set()):
            message = f"`{word}` is called a variational autoencoder, and nothing in it is sampled"
            report.say("plain-autoencoder", message, span, help=HELP, severity="warning")


def _named(name: str, root: MapNode) -> tuple[str, Span]:
    """What a model is called, and where: of a file with one model, the file's name."""
    models = root.get("models")
    if isinstance(models, MapNode) and name in models.entries:
        return name, models.key(name).span
    node = root.get("name")
    return (str(node.data()), node.span) if node is not None else (name, root.span)


def _returns(model: ModelTypes) -> bool:
    """Whether an output has the shape of an input, as that of an autoencoder has."""
    made = {one.shape[1:] for one in model.outputs or ()}
    nodes = model.graph.nodes
    given = {type_.shape[1:] for name in model.graph.inputs if (type_ := nodes[name].type) is not None}
    return any(shape in given for shape in made if shape)


def _kl_weights(model: ModelTypes, seen: set[str]) -> list[float]:
    """The weights of the KL terms of all Sampling layers in a model and in those that it calls."""
    found: list[float] = []
    for node in model.graph.nodes.values():
        args: Any = node.args
        if node.target == "Sampling":
            found.append(args.kl_weight)
        elif node.kind == "model" and node.target not in seen:
            seen.add(node.target)
            found += _kl_weights(model.layers_weights[node.target], seen)
    return found
