"""`compile:` read: optimizer, losses and metrics, each from our own lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

from specgraph.diagnostics.report import Report
from specgraph.objects.losses import LOSSES
from specgraph.objects.metrics import METRICS
from specgraph.objects.optimizers import OPTIMIZERS
from specgraph.source.nodes import MapNode, Node
from specgraph.spec.catalog import OneOf
from specgraph.spec.kinds import Bool, Choice, Either, Int, Kind, ListOf, MapOf, Number, Optional, Schema
from specgraph.spec.record import Record

from .items import check_arguments


class _PerOutput(Kind):
    """One value for the model, a list in the order of the outputs, or a mapping by output.

    A mapping of one key is a thing with arguments if its key names one, else an output's name.
    """

    def __init__(self, one: OneOf, nested: Kind) -> None:
        self.one = one
        self.nested = nested
        self.phrase = f"{one.what}, a list of them, or a mapping from outputs to them"

    def check(self, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            return ListOf(Optional(self.nested)).check(value)
        if isinstance(value, dict) and not (
            len(value) == 1 and next(iter(value)) in self.one.catalog().by_name
        ):
            return MapOf(Optional(self.nested)).check(value)
        return self.one.check(value)

    def schema(self) -> Schema:
        catalog, inner = self.one.catalog(), Optional(self.nested).schema()
        *name, call = catalog.schema()["anyOf"]
        known = {"minProperties": 1, "maxProperties": 1, "propertyNames": {"enum": catalog.names()}}
        mapping = {"type": "object", "if": known, "then": call, "else": {"additionalProperties": inner}}
        return {"anyOf": [*name, {"type": "array", "items": inner}, mapping, {"type": "null"}]}


_OPTIMIZER = OneOf("an optimizer", lambda: OPTIMIZERS)
_LOSS = OneOf("a loss", lambda: LOSSES)
_METRIC = OneOf("a metric", lambda: METRICS)
_METRICS = _PerOutput(_METRIC, Either(_METRIC, ListOf(_METRIC), phrase="a metric or a list of metrics"))

Losses: TypeAlias = Annotated[Any, _PerOutput(_LOSS, _LOSS), "What training brings down."]
Metrics: TypeAlias = Annotated[Any, _METRICS]
Weights: TypeAlias = Annotated[Any, Optional(Either(ListOf(Number()), MapOf(Number())))]


_JIT = Either(Bool(), Choice("auto"))


class CompileArgs(Record):
    """The arguments of `keras.Model.compile`."""

    optimizer: Annotated[Any, _OPTIMIZER, "How weights change after each batch."] = "rmsprop"
    loss: Losses = None
    loss_weights: Annotated[Weights, "How much the loss of each output counts."] = None
    metrics: Annotated[Metrics, "What is shown of the model's quality."] = None
    weighted_metrics: Annotated[Metrics, "Metrics in which samples count by their weight."] = None
    run_eagerly: Annotated[bool, "Whether steps run as plain Python, for debugging."] = False
    steps_per_execution: Annotated[int, Int(minimum=1), "Batches in one call of the compiled step."] = 1
    jit_compile: Annotated[Literal["auto"] | bool, _JIT, "Whether XLA compiles the step."] = "auto"
    auto_scale_loss: Annotated[bool, "Whether the loss is scaled where the policy is float16."] = True


def read_compile(node: Node | None, outputs: Sequence[str], report: Report) -> CompileArgs | None:
    """The checked settings, or None where there are none or they are at fault."""
    if node is None:
        return None
    if not isinstance(node, MapNode):
        report.say("malformed-item", "`compile` is a mapping of settings", node.span)
        return None
    checked = check_arguments(CompileArgs.fields(), node, "compile", node.span, report)
    if checked is None:
        return None
    _check_outputs(node, checked, outputs, report)
    return CompileArgs.checked(checked)


def _check_outputs(node: MapNode, checked: dict[str, Any], outputs: Sequence[str], report: Report) -> None:
    for setting in ("loss", "loss_weights", "metrics", "weighted_metrics"):
        value, place = checked.get(setting), node.get(setting)
        if isinstance(value, dict) and isinstance(place, MapNode):
            for key, _ in place:
                if key.value not in outputs:
                    _, help = report.did_you_mean(str(key.value), outputs)
                    message = f"`{setting}` names `{key.value}`, which is no output"
                    listed = f"the outputs are {', '.join(outputs)}"
                    report.say("output-loss-count", message, key.span, help=help or listed)
        elif type(value) is tuple and setting in ("loss", "loss_weights") and len(value) != len(outputs):
            assert place is not None
            message = f"`{setting}` lists {len(value)} for {len(outputs)} outputs"
            report.say("output-loss-count", message, place.span)
