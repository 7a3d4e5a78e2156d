"""T17, T02. A generator and a discriminator that cannot be trained against each other.

What the generator makes must go into the discriminator, noise must have a known shape, and what the
discriminator ends in must suit what the two play for: probabilities or raw scores, a critic's without bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.graph.data_shapes import shape_text
from specgraph.infer.adversaries import Pairing, pairing
from specgraph.infer.walk import ModelTypes
from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType, is_float
from specgraph.ir.training import Phase
from specgraph.source.nodes import MapNode, Node
from specgraph.source.text import Span

from .activation import last_activation

PLAN, ENDS = "train-plan", "loss-activation"


def check(models: Mapping[str, ModelTypes], phase: Phase, report: Report) -> None:
    """One adversarial phase; both models are there."""
    _Check(models, phase, report).run()


class _Check:
    """What is wrong with one phase."""

    def __init__(self, models: Mapping[str, ModelTypes], phase: Phase, report: Report) -> None:
        settings: Any = phase.objective.args
        self.settings = settings
        self.generator, self.discriminator = models[settings.generator], models[settings.discriminator]
        self.report = report
        self.node = phase.where("objective")

    def run(self) -> None:
        if self.settings.generator == self.settings.discriminator:
            message = f"`{self.settings.generator}` cannot be trained against itself"
            self._say(PLAN, message, self.node.span)
            return
        pair = pairing(self.generator, self.discriminator)
        self._compiled()
        self._paired(pair)
        self._noise(pair)
        self._ends()
        self._settings()

    def _compiled(self) -> None:
        for model in (self.generator, self.discriminator):
            if model.graph.compile is None:
                message = f"`{model.graph.name}` has no `compile`, whose optimizer would train it"
                help = "`compile: {optimizer: adam}`; the loss is that of the objective"
                self._say(PLAN, message, (model.graph.span or self.node.span), help=help)

    def _paired(self, pair: Pairing) -> None:
        made, taken = self.generator.graph, self.discriminator.graph
        for name in pair.unfed:
            message = f"`{made.name}` makes nothing for input `{name}` of `{taken.name}`"
            help = f"give `{made.name}` an output named `{name}`, or an input, if that is a condition"
            causes = [Label(taken.nodes[name].key.span, name)]
            self._say(PLAN, message, self.node.span, causes=causes, help=help)
        for name in pair.lost:
            message = f"output `{name}` of `{made.name}` goes into no input of `{taken.name}`"
            help = f"the inputs of `{taken.name}` are {', '.join(taken.inputs)}"
            causes = [Label(made.nodes[name].key.span, name)]
            self._say(PLAN, message, self.node.span, causes=causes, help=help)
        if pair.unfed or pair.lost:
            return
        outputs = self.generator.outputs or ()
        for ref, type_, name in zip(made.outputs, outputs, pair.made, strict=False):
            want = taken.nodes[name].type
            if want is not None and not _same(type_.truth, want):
                given = f"`{made.name}` makes {shape_text(type_.truth.shape[1:])}"
                message = f"{given}, and `{taken.name}` takes {shape_text(want.shape[1:])} as `{name}`"
                causes = [
                    Label(made.nodes[ref.node].key.span, shape_text(type_.truth.shape[1:])),
                    Label(taken.nodes[name].item.span, shape_text(want.shape[1:])),
                ]
                self._say(PLAN, message, self.node.span, causes=causes)

    def _noise(self, pair: Pairing) -> None:
        made, taken = self.generator.graph, self.discriminator.graph
        for name in pair.noise:
            node = made.nodes[name]
            if node.type is None:
                continue
            unknown = [str(size) for size in node.type.shape[1:] if not isinstance(size, int)]
            if unknown:
                message = f"noise for `{name}` cannot be drawn, as its size {', '.join(unknown)} is not known"
                self._say(PLAN, message, node.item.span, help=f"a number in place of {unknown[0]}")
            elif not is_float(node.type.dtype):
                message = f"input `{name}` of `{made.name}` is of {node.type.dtype}, which noise is not"
                help = f"a condition is an input that `{taken.name}` has under the same name"
                self._say(PLAN, message, node.item.span, help=help)

    def _ends(self) -> None:
        graph = self.discriminator.graph
        if len(graph.outputs) != 1:
            message = f"`{graph.name}` has {len(graph.outputs)} outputs, a discriminator has one"
            self._say(PLAN, message, self.node.span)
            return
        last = last_activation(self.discriminator, graph.outputs[0])
        if last.name is None or last.node is None:
            return
        loss, ending = self.settings.loss, last.name
        place = last.node.argument("activation") or last.node.key
        if loss == "non_saturating":
            fits, wanted = ending in ("sigmoid", "linear"), "`activation: sigmoid`, or none for raw scores"
            why = "takes a probability or a raw score"
        elif loss == "wasserstein":
            fits, wanted = ending == "linear", "no activation"
            why = "takes scores without bounds"
        else:
            fits, wanted = ending in ("sigmoid", "linear"), "no activation"
            why = "brings scores to 0 and 1"
        if not fits:
            message = f"`{loss}` {why}, and `{graph.name}` ends in `{ending}`"
            self._say(
                ENDS,
                message,
                place.span,
                causes=[Label(self._key("loss").span, "the objective")],
                help=wanted,
            )

    def _settings(self) -> None:
        settings = self.settings
        if settings.loss != "wasserstein":
            return
        if settings.label_smoothing:
            message = "`label_smoothing` does nothing in a wasserstein game, which has no labels"
            self._say(PLAN, message, self._key("label_smoothing").span, severity="warning")
        if settings.gradient_penalty == 0:
            message = "a wasserstein critic without a gradient penalty has no bounds on its slope"
            help = "`gradient_penalty: 10`, as in Gulrajani et al. 2017"
            self._say(PLAN, message, self._key("gradient_penalty").span, help=help, severity="warning")
        mixing = [
            node for node in self.discriminator.graph.nodes.values() if node.target == "BatchNormalization"
        ]
        if mixing and settings.gradient_penalty != 0:
            message = (
                "the gradient penalty is on the slope of each example by itself, and BatchNormalization"
                f" `{mixing[0].name}` makes scores depend on the others"
            )
            self._say(
                PLAN, message, mixing[0].key.span, help="LayerNormalization in its place", severity="warning"
            )

    def _key(self, name: str) -> Node:
        """Where the objective says a setting, or the objective."""
        node = self.node
        if isinstance(node, MapNode):
            inner = node.get("adversarial")
            found = inner.get(name) if isinstance(inner, MapNode) else None
            return found or node
        return node

    def _say(self, rule: str, message: str, span: Span, **more: Any) -> None:
        self.report.say(rule, message, span, **more)


def _same(made: TensorType, want: TensorType) -> bool:
    pairs = zip(made.shape[1:], want.shape[1:], strict=False)
    return made.rank == want.rank and all(equal(a, b).kind != "never" for a, b in pairs)
