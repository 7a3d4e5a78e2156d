"""`inputs:` read: a node for each, with its declared type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from specgraph.diagnostics import Fix, rename
from specgraph.diagnostics.report import Report
from specgraph.ir.dim import Dim, named, unknown
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.limits import Limits
from specgraph.resolve.items import Flat
from specgraph.resolve.names import NAME
from specgraph.rows.policy import DTYPES
from specgraph.source.nodes import ListNode, MapNode, Node
from specgraph.source.text import Span
from specgraph.spec.kinds import show

from .dims import Dims
from .items import check_arguments, unresolved
from .sections import INPUT

if TYPE_CHECKING:
    from .shape_faults import ShapeFaults

BATCH = named("batch")


INPUT_ITEMS = ("Input", "InputLayer")
"""How Keras spells an input, which is no layer here."""


class InputReader:
    """Reads the inputs of one model; `sound` is false once one was at fault."""

    def __init__(self, report: Report, limits: Limits, dims: Dims) -> None:
        self.dims = dims
        self.report = report
        self.limits = limits
        self.sound = True
        self.full = False
        """Whether there were too many open sizes, which is said once."""

    def read(self, section: Node | None) -> Iterator[GraphNode]:
        """A node for each input, without a type where its shape or dtype is at fault."""
        if section is None:
            self.sound = False
        elif not isinstance(section, MapNode) or not section.entries:
            message, help = "`inputs` maps names to shapes", "`inputs: {image: [28, 28, 1]}`"
            self._fail("bad-shape-value", message, section.span, help=help)
        else:
            for key, value in section:
                node = GraphNode(str(key.value), "input", str(key.value), value, key)
                node.type = self.read_type(node.name, value)
                if isinstance(value, MapNode) and "range" in value.entries:
                    node.range = self._range(node.name, value)
                yield node

    def _fail(self, rule: str, message: str, span: Span, **more: Any) -> None:
        self.sound = False
        self.report.say(rule, message, span, **more)

    def read_type(self, name: str, value: Node) -> TensorType | None:
        shape_node, dtype = value, "float32"
        batch: Dim = BATCH
        if isinstance(value, MapNode):
            self._check_keys(value)
            inner = value.get("shape")
            if inner is None:
                self._fail("missing-argument", f"input `{name}` needs a `shape`", value.span, layer=name)
                return None
            shape_node = inner
            stated = value.get("dtype")
            if stated is not None and not unresolved(stated.data()):
                if stated.data() not in DTYPES:
                    self._say_dtype(name, stated)
                    return None
                dtype = str(stated.data())
            batch = self._batch(name, value.get("batch_size"))
        shape = self.read_shape(name, shape_node)
        return TensorType((batch, *shape), dtype) if shape is not None else None

    def _batch(self, name: str, node: Node | None) -> Dim:
        """The batch axis: open, or fixed by `batch_size`, which a stateful layer needs."""
        value = node.data() if node is not None else None
        if node is None or value is None or unresolved(value):
            return BATCH
        if type(value) is int and 0 < value <= self.limits.integer:
            return value
        message = f"`batch_size` must be a positive integer, or null, not {show(value)}"
        self._fail("bad-param", message, node.span, layer=name)
        return BATCH

    def _check_keys(self, value: MapNode) -> None:
        for key, _ in value:
            if key.value not in INPUT:
                _, help = self.report.did_you_mean(str(key.value), INPUT)
                message = f"an input has no key `{key.value}`"
                self._fail("unknown-layer-or-key", message, key.span, help=help or None)
        doc = value.get("doc")
        if doc is not None and not isinstance(doc.data(), str):
            self._fail("bad-param", f"`doc` is a string, not {show(doc.data())}", doc.span)

    def _say_dtype(self, name: str, stated: Node) -> None:
        near, help = self.report.did_you_mean(str(stated.data()), DTYPES)
        fix = Fix(f"change it to `{near}`", (rename(stated.span, near),)) if near else None
        help = help or f"one of {', '.join(DTYPES)}"
        message = f"{show(stated.data())} is not a dtype"
        self._fail("bad-param", message, stated.span, help=help, fix=fix, layer=name)

    def _range(self, name: str, value: MapNode) -> tuple[float, float] | None:
        from .targets import check_range

        stated = {"range": value.entries["range"]}
        held = MapNode(value.source, value.start, value.end, stated)
        checked = check_arguments({"range": INPUT["range"]}, held, f"input `{name}`", value.span, self.report)
        self.sound = self.sound and checked is not None
        return check_range(checked.get("range"), value.get("range"), self.report) if checked else None

    def read_shape(self, name: str, node: Node) -> tuple[Dim, ...] | None:
        if unresolved(node.data()):
            self.sound = False
            return None
        if not isinstance(node, ListNode):
            meant = self._faults().say_no_list(name, node, self.limits.integer)
            return None if meant is None else tuple(meant)
        items = node.items
        if len(items) == 1 and isinstance(items[0], ListNode):
            self._faults().say_nested(name, node, items[0])
            items = items[0].items
        if items and items[0].data() == "batch":
            self._faults().say_batch(name, items)
            items = items[1:]
        dims = [self._size(name, item) for item in items]
        known = [dim for dim in dims if dim is not None]
        return tuple(known) if len(known) == len(dims) else None

    def _size(self, name: str, item: Node) -> Dim | None:
        """A size; where it is clear what was meant, the fault is reported and the size given all the same."""
        value = item.data()
        if type(value) is int and 0 < value <= self.limits.integer:
            return value
        named_size = (
            isinstance(value, str) and NAME.fullmatch(value) and len(value) <= self.limits.name_length
        )
        if value is None or (named_size and str(value).lower() != "none"):
            return self._open_size(value, item)
        return self._faults().say_size(name, item, self.limits.integer)

    def _open_size(self, value: Any, item: Node) -> Dim | None:
        if value == "batch":
            return BATCH
        if not self.dims.has_room(value, self.limits.dims):
            if not self.full:
                message = f"the inputs have more than {self.limits.dims:,} sizes that are open"
                help = "the limit is named `dims`; a trusted file may raise it"
                self._fail("limit", message, item.span, help=help)
            self.full, self.sound = True, False
            return None
        return unknown(item.span) if value is None else self.dims.get(value, item.span)

    def _faults(self) -> ShapeFaults:
        from .shape_faults import ShapeFaults

        self.sound = False
        return ShapeFaults(self.report)


def read_input_item(
    name: str, flat: Flat, below: Flat | None, section: Node | None, reader: InputReader
) -> GraphNode:
    """An input that stands among the layers: reported, and read all the same."""
    from .shape_faults import say_input_item

    node = GraphNode(name, "input", name, flat.item, flat.key)
    shape = flat.body.get("shape") if flat.body is not None else None
    if shape is not None:
        node.type = reader.read_type(name, shape)
    stated = flat.body is not None and "name" in flat.body.entries and not flat.via
    say_input_item(node, shape, stated, below.item if below else None, section, reader.report)
    return node
