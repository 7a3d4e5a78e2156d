"""Changes of a model that give an output the shape of its target; each has been tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from specgraph.diagnostics import Edit, Fix, Label
from specgraph.diagnostics.report import Report
from specgraph.infer.causes.axes import way_up
from specgraph.infer.causes.mend import put_before
from specgraph.infer.causes.search import Search, Trial
from specgraph.infer.causes.slots import Slot, edit, line, setter, slots, turned_for_all
from specgraph.infer.walk import ModelTypes, Walk
from specgraph.ir.dim import Dim, product
from specgraph.ir.graph import GraphNode, Ref
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.spec.kinds import Choice
from specgraph.spec.record import Record

from .losses import fit
from .mend import fixed, set_units, units_name
from .view import Output

DEEP = 40
"""How many layers above the output are tried."""


class Mend(NamedTuple):
    """A change, in words and as edits, and what it mends."""

    help: str
    fix: Fix | None
    causes: tuple[Label, ...] = ()


class Mender:
    """The search for a change in the model that makes an output."""

    def __init__(self, output: Output) -> None:
        self.output = output
        model, ref = output.view.model, output.ref
        while model.graph.nodes[ref.node].kind == "model":
            model = model.layers_weights[model.graph.nodes[ref.node].target]
            ref = model.graph.outputs[ref.output]
        self.ref: Ref = ref
        self.search = Search(_walk(model))
        self.goal = model.graph.nodes[ref.node]
        self.chain = [self.goal, *self.search.above(self.goal)][:DEEP]
        target = output.target
        assert target is not None and target.shape is not None
        self.wanted: tuple[Dim, ...] = target.shape

    def find(self, want: int | None) -> Mend | None:
        """The first change that works: of the fewest things first."""
        if want is not None:
            found = self._units(want)
            if found is not None:
                return found
        if len(self.output.shape) != len(self.wanted):
            return self._switch() or self._flatten()
        return self._switch() or self._sizes() or self._count()

    def _fits(self, trial: Trial) -> bool:
        if trial.refusal(self.goal) is not None:
            return False
        try:
            made = trial.type(self.ref)
        except Reject:
            return False
        return fit(self.output.loss_name, self.wanted, made.shape[1:]) == "fits"

    def _turned(self, node: GraphNode, slot: Slot, value: Any) -> bool:
        args: dict[str, Record] | None = turned_for_all(self.search, node, slot, value)
        return args is not None and self._fits(Trial(self.search, args=args))

    def _units(self, want: int) -> Mend | None:
        maker = self.output.maker
        word = units_name(maker)
        if word is None:
            return None
        title = f"`{word}: {want}`"
        return Mend(title, fixed(f"set {title}", set_units(maker, want)))

    def _switch(self) -> Mend | None:
        """A switch such as `return_sequences` that gives or takes the axis."""
        for node in self.chain:
            if node.kind != "layer":
                continue
            for slot in slots(node):
                if not isinstance(slot.value, bool) or not self._turned(node, slot, not slot.value):
                    continue
                now, then = ("true", "false") if slot.value else ("false", "true")
                made = self.search.walk.types[node.name][0]
                cause = Label(node.key.span, f"makes {made}, because `{slot.name}` is {now}")
                title = f"set `{slot.name}: {then}` on line {line(node.key.span)}"
                return Mend(title, fixed(title, edit(node, slot.path, not slot.value)), (cause,))
        return None

    def _flatten(self) -> Mend | None:
        """A Flatten before the dense layers that end the model."""
        place: GraphNode | None = None
        for node in self.chain:
            if node.kind != "layer" or len(node.inputs) != 1 or not self._last_axis_only(node):
                break
            if self.search.walk.weights.get(node.name):
                place = node
        if place is None:
            return None
        ref = place.inputs[0]
        given = self.search.type(ref)
        if given is None or given.rank < 3 or len(self.search.uses(ref.node)) != 1:
            return None
        flat = TensorType((given.batch, product(given.shape[1:])), given.dtype)
        if not self._fits(Trial(self.search, types={ref.node: flat})):
            return None
        cause = Label(self.search.nodes[ref.node].key.span, f"makes {given}")
        title = f"put Flatten before `{place.target}` on line {line(place.key.span)}"
        pooling = f"GlobalAveragePooling{given.rank - 2}D"
        help = f"{title}, or {pooling}" if given.rank <= 5 else title
        edits: tuple[Edit | None, ...] = put_before(self.search, place, 0, "Flatten", {}, "flat") or (None,)
        return Mend(help, fixed(title, *edits), (cause,))

    def _last_axis_only(self, node: GraphNode) -> bool:
        """Whether a layer works on the values of each place by themselves."""
        made, given = self.search.type_of(node), self.search.type(node.inputs[0])
        if made is None or given is None or made.rank != given.rank:
            return False
        if made.shape[1:-1] != given.shape[1:-1]:
            return False
        flat = given.with_shape(given.batch, given.shape[-1])
        try:
            [out, *_] = self.search.make(node, [flat])
        except Reject:
            return False
        return out.shape[-1] == made.shape[-1]

    def _sizes(self) -> Mend | None:
        """An argument of a layer above that brings the sizes to those of the target."""
        for node, slot, value in self._candidates():
            if self._turned(node, slot, value):
                title = f"set `{slot.name}: {_word(value)}` on line {line(node.key.span)}"
                return Mend(title, fixed(title, edit(node, slot.path, value)))
        return None

    def _count(self) -> Mend | None:
        """The written number that an axis begins with, such as `n` of RepeatVector."""
        for axis, (made, want) in enumerate(zip(self.output.shape, self.wanted, strict=True), 1):
            steps = way_up(self.search, self.ref, axis) if made != want else []
            begin = setter(self.search, steps[-1]) if steps else None
            value = begin.for_size(want, steps[-1].size) if begin and isinstance(want, int) else None
            if begin is not None and value is not None and self._turned(begin.node, begin.slot, value):
                title = begin.say(value)
                return Mend(title, fixed(title, begin.edit(value)))
        return None

    def _candidates(self) -> Iterator[tuple[GraphNode, Slot, Any]]:
        """What may be turned: what a transposed convolution adds, then paddings, the input's side first."""
        layers = [node for node in reversed(self.chain) if node.kind == "layer"]
        for node in layers:
            for slot in slots(node):
                if slot.name == "output_padding" and slot.value in (None, 0):
                    yield node, slot, 1
        for node in layers:
            for slot in slots(node):
                kind = slot.field.kind
                if isinstance(kind, Choice) and slot.value in ("valid", "same"):
                    yield node, slot, "same" if slot.value == "valid" else "valid"


def _word(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _walk(model: ModelTypes) -> Walk:
    """A walk that has been made, for searches to ask."""
    walk = Walk(model.graph, model.layers_weights, Report())
    walk.types, walk.weights = model.types, model.weights
    return walk
