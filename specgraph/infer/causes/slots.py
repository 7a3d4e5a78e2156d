"""Arguments as things to turn: which of them, changed, would change what a layer makes.

A slot is an argument of a layer, or of a layer nested in it. What an argument does is tried, not looked
up by name: `return_sequences` is found because, turned on, it gives the axis that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from specgraph.diagnostics import Edit
from specgraph.diagnostics.edits import format_value, is_json, replace, set_argument
from specgraph.ir.dim import Dim
from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Layer, Reject
from specgraph.source.nodes import MapNode, Node, Scalar
from specgraph.source.text import Span
from specgraph.spec.kinds import Bad
from specgraph.spec.record import Field, Record

from .axes import Step
from .search import Search, Trial


class Slot(NamedTuple):
    """One argument: its way through nested layers (`("layer", "units")`), and its value now."""

    path: tuple[str, ...]
    field: Field
    value: Any

    @property
    def name(self) -> str:
        return self.path[-1]


def slots(node: GraphNode) -> Iterator[Slot]:
    """Every argument of a layer, those of the layers nested in it too."""
    if node.kind == "layer" and node.args is not None:
        yield from _slots(node.row, node.args, ())


def _slots(row: Layer[Any], args: Record, path: tuple[str, ...]) -> Iterator[Slot]:
    for name, field in row.fields().items():
        value = getattr(args, name)
        if _is_nested(value):
            yield from _slots(value.row, value.args, (*path, name))
        else:
            yield Slot((*path, name), field, value)


def _is_nested(value: Any) -> bool:
    return hasattr(value, "row") and hasattr(value, "args") and isinstance(value.args, Record)


def turned(args: Record, slot: Slot, value: Any) -> Record | None:
    """The arguments with another value in a slot; None if it may not have that value."""
    try:
        checked = slot.field.kind.check(value)
    except Bad:
        return None
    return _turned(args, slot.path, checked)


def _turned(args: Record, path: tuple[str, ...], value: Any) -> Record:
    name, *rest = path
    given = dict(args.given_values())
    if rest:
        nested = getattr(args, name)
        value = nested._replace(args=_turned(nested.args, tuple(rest), value))
    return type(args).checked({**given, name: value})


def turned_for_all(search: Search, node: GraphNode, slot: Slot, value: Any) -> dict[str, Record] | None:
    """The same for every node that the node's text stands for, by name."""
    found: dict[str, Record] = {}
    for twin in search.twins(node):
        args = turned(twin.args, slot, value) if twin.args is not None else None
        if args is None:
            return None
        found[twin.name] = args
    return found


def works(search: Search, goal: GraphNode, node: GraphNode, slot: Slot, value: Any) -> bool:
    """Whether the goal would work, were another value written into a slot of some node."""
    args = turned_for_all(search, node, slot, value)
    return args is not None and Trial(search, args=args).refusal(goal) is None


def place(node: GraphNode, path: tuple[str, ...]) -> Node | None:
    """Where the value of a slot is written, if it is."""
    item, name = _holder(node, path)
    body = _body(item)
    return body.get(name) if body is not None else None


def edit(node: GraphNode, path: tuple[str, ...], new: Any) -> Edit | None:
    """Write another value into a slot; None where that would change more than this layer."""
    item, name = _holder(node, path)
    if item is None:
        return None
    body = _body(item)
    text = format_value(new, quoted=is_json(body if body is not None and body.entries else item))
    value = body.get(name) if body is not None else None
    if value is None:
        return set_argument(item, name, text)
    return replace(value, text) if is_written_here(value) else None


def is_written_here(value: Node) -> bool:
    """Whether the text of a value is the value, not a param or an expression that stands for it."""
    if isinstance(value, MapNode):
        return True
    return value.origin is None and "$" not in value.span.text


def _holder(node: GraphNode, path: tuple[str, ...]) -> tuple[Node | None, str]:
    """The item whose argument a slot is: the layer's own, or that of the nested layer."""
    item: Node | None = node.item
    for name in path[:-1]:
        body = _body(item)
        item = body.get(name) if body is not None else None
    return item, path[-1]


def _body(item: Node | None) -> MapNode | None:
    if isinstance(item, MapNode) and len(item.entries) == 1:
        [(_, value)] = item
        return value if isinstance(value, MapNode) else None
    return None


def line(span: Span) -> int:
    """The number of the line that a place is on."""
    return span.source.position(span.start)[0]


class Setter(NamedTuple):
    """The argument that decides the size of an axis: `units` of a Dense."""

    node: GraphNode
    slot: Slot
    place: Node

    def works(self, search: Search, goal: GraphNode, value: int) -> bool:
        """Whether the goal would work with this value."""
        return works(search, goal, self.node, self.slot, value)

    def for_size(self, want: int, size: Dim) -> int | None:
        """The value that gives the axis another size, by proportion; None if there is none."""
        if not isinstance(size, int):
            return None
        value, left = divmod(want * int(self.slot.value), size)
        return value if value > 0 and not left else None

    def edit(self, value: int) -> Edit | None:
        return edit(self.node, self.slot.path, value)

    @property
    def line(self) -> int:
        return line(self.place.span)

    def say(self, value: int) -> str:
        return f"set `{self.slot.name}: {value}` on line {self.line}"


def setter(search: Search, step: Step) -> Setter | None:
    """The written argument, an int, that decides the size of the axis where it begins."""
    node = step.node
    if node.kind != "layer" or node.args is None or not isinstance(step.size, int):
        return None
    for slot in slots(node):
        where = place(node, slot.path)
        if type(slot.value) is not int or not isinstance(where, Scalar) or step.size % max(slot.value, 1):
            continue
        args = turned(node.args, slot, slot.value * 2)
        if args is None:
            continue
        try:
            made = search.make(node, search.inputs(node), args=args)
        except Reject:
            continue
        if step.output < len(made) and made[step.output].shape[step.axis] == step.size * 2:
            return Setter(node, slot, where)
    return None
