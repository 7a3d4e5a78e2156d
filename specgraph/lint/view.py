"""A model as training sees it: each output with its last activation, loss, metrics and target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.diagnostic import Fix, Severity
from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.ir.dim import Dim
from specgraph.ir.graph import GraphNode, Ref
from specgraph.source.nodes import ListNode, MapNode, Node
from specgraph.source.text import Span
from specgraph.spec.catalog import Named

from .activation import Last, last_activation

if TYPE_CHECKING:
    from specgraph.ir.training import Column, Phase


class Setting(NamedTuple):
    """A loss or a metric of an output, and where it is written."""

    value: Named
    node: Node


class Output:
    """One output of a model."""

    def __init__(self, view: View, index: int, ref: Ref, shape: tuple[Dim, ...]) -> None:
        self.view = view
        self.index = index
        self.ref = ref
        self.name = ref.node
        self.shape = shape
        """Without the batch axis."""
        self.loss: Setting | None = None
        self.metrics: list[Setting] = []
        self.target: Column | None = None
        self.from_inputs = False
        """Whether it is trained towards an input of the model, as an autoencoder is."""
        self.told: set[str] = set()
        """The rules that have said something of it."""
        self._last: Last | None = None

    @property
    def last(self) -> Last:
        if self._last is None:
            self._last = last_activation(self.view.model, self.ref)
        return self._last

    @property
    def activation(self) -> str | None:
        return self.last.name

    @property
    def node(self) -> GraphNode:
        """The layer to point at: inside the model that is called, if the output comes from one."""
        found = self.last.node
        return found if found is not None else self.view.model.graph.nodes[self.name]

    @property
    def place(self) -> Node:
        """Where its activation is written: the argument, or the layer's key."""
        node = self.node
        return (node.argument("activation") if self.last.path is not None else None) or node.key

    @property
    def maker(self) -> GraphNode:
        """The layer whose units the output has."""
        return self.last.maker or self.node

    @property
    def units(self) -> int | None:
        """The size of the last axis; None where it is not known."""
        size = self.shape[-1] if self.shape else None
        return size if isinstance(size, int) else None

    @property
    def classes(self) -> int | None:
        """How many classes the target has, where that is known."""
        target = self.target
        if target is None:
            return None
        if target.classes is not None:
            return target.classes
        if target.encoding == "onehot" and target.shape:
            return target.shape[-1] if isinstance(target.shape[-1], int) else None
        single = target.shape is None or target.shape in ((), (1,))
        return 2 if target.encoding == "binary" and single else None

    @property
    def from_logits(self) -> bool:
        return self.loss is not None and bool(getattr(self.loss.value.args, "from_logits", False))

    @property
    def loss_name(self) -> str:
        return self.loss.value.name if self.loss is not None else ""


class View:
    """One model and how it is trained."""

    def __init__(self, model: ModelTypes, phases: Sequence[Phase], report: Report, trained: bool) -> None:
        self.model = model
        self.phases = phases
        self.report = report
        self.trained_alone = trained
        """Whether its own loss trains it, and not an objective with losses of its own."""
        self.compile: Any = model.graph.compile
        section = model.graph.section.get("compile")
        self.section = section if isinstance(section, MapNode) else None
        self.outputs = self._outputs()

    def _outputs(self) -> list[Output]:
        types = self.model.outputs or ()
        pairs = zip(self.model.graph.outputs, types, strict=False)
        found = [Output(self, i, ref, one.truth.shape[1:]) for i, (ref, one) in enumerate(pairs)]
        several = len(found) > 1
        for output in found:
            if self.compile is not None and self.trained_alone:
                losses = list(self._of(output, "loss", several))
                output.loss = losses[0] if losses else None
                output.metrics = [
                    *self._of(output, "metrics", several), *self._of(output, "weighted_metrics", several)
                ]  # fmt: skip
            output.target = self._target(output)
        return found

    def _of(self, output: Output, setting: str, several: bool) -> Iterator[Setting]:
        """What a setting says for one output."""
        value = getattr(self.compile, setting)
        node = self.section.get(setting) if self.section is not None else None
        if node is None:
            return
        if isinstance(value, dict):
            value = value.get(output.name)
            node = node.get(output.name) if isinstance(node, MapNode) else None
        elif type(value) is tuple and several:
            value = value[output.index] if output.index < len(value) else None
            listed = isinstance(node, ListNode) and output.index < len(node.items)
            node = node.items[output.index] if listed and isinstance(node, ListNode) else None
        if node is not None:
            yield from _settings(value, node)

    def _target(self, output: Output) -> Column | None:
        """What `targets` says of an output, and for the rest what the data says."""
        said = self.model.graph.targets.get(output.name)
        found = self._fed(output)
        if said is None or found is None:
            return said or found
        return found._replace(**{name: one for name, one in said._asdict().items() if one is not None})

    def _fed(self, output: Output) -> Column | None:
        for phase in self.phases:
            if phase.objective.name in ("autoencoder", "vae"):
                return self._input(output, phase)
            if phase.feed is not None:
                found = phase.feed.column(output.name)
                if found is not None:
                    return found._replace(node=found.node or phase.feed.node)
        return None

    def _input(self, output: Output, phase: Phase) -> Column | None:
        """The input that an output is to be like: the one at its place."""
        from specgraph.ir.training import Column

        graph = self.model.graph
        if output.index >= len(graph.inputs):
            return None
        node = graph.nodes[graph.inputs[output.index]]
        fed = phase.feed.fed(node.name) if phase.feed is not None else None
        output.from_inputs = True
        shape = node.type.shape[1:] if node.type is not None else None
        range_ = node.range or (fed.range if fed is not None else None)
        return Column(shape, None, "float", None, range_, node.item)

    @property
    def has_rate(self) -> bool:
        """Whether a learning rate is written anywhere."""
        args = getattr(getattr(self.compile, "optimizer", None), "args", None)
        given = args is not None and {"learning_rate", "inner_optimizer"} & args.given
        return bool(given) or any("learning_rate" in phase.node.entries for phase in self.phases)

    def why(self, output: Output, *, loss: bool = True, target: bool = True) -> list[Label]:
        """Labels at the loss and at the target of an output."""
        found = []
        if loss and output.loss is not None:
            found.append(Label(output.loss.node.span, "the loss"))
        if target and output.target is not None and output.target.node is not None:
            found.append(Label(output.target.node.span, "the target"))
        return found

    def say(
        self,
        rule: str,
        message: str,
        node: GraphNode | None,
        span: Span,
        *,
        output: Output | None = None,
        label: str = "",
        causes: Sequence[Label] = (),
        help: str | None = None,
        fix: Fix | None = None,
        severity: Severity = "error",
    ) -> None:
        """Report a finding about a layer, or about a setting where `node` is None."""
        self.report.via = node.via if node is not None else ()
        self.report.say(
            rule, message, span, label=label, causes=[one for one in causes if one.span != span], help=help,
            fix=fix, layer=node.name if node is not None else None, severity=severity,
        )  # fmt: skip
        self.report.via = ()
        if output is not None:
            output.told.add(rule)


def _settings(value: Any, node: Node) -> Iterator[Setting]:
    if isinstance(value, Named):
        yield Setting(value, node)
    elif isinstance(value, tuple):
        nodes = node.items if isinstance(node, ListNode) else []
        for one, at in zip(value, nodes, strict=False):
            yield from _settings(one, at)
