"""`inputs:` read: a node for each, with its declared type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specgraph.diagnostics import Edit, Fix, rename
from specgraph.diagnostics.report import Report
from specgraph.ir.dim import Dim, named, unknown
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.limits import Limits
from specgraph.resolve.names import NAME
from specgraph.rows.policy import DTYPES
from specgraph.source.nodes import ListNode, MapNode, Node
from specgraph.source.text import Span
from specgraph.spec.kinds import show

from .dims import Dims
from .items import unresolved
from .sections import INPUT

BATCH = named("batch")


class InputReader:
    """Reads the inputs of one model; `sound` is false once one was at fault."""

    def __init__(self, report: Report, limits: Limits, dims: Dims) -> None:
        self.dims = dims
        self.report = report
        self.limits = limits
        self.sound = True

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
                node.type = self._type(node.name, value)
                yield node

    def _fail(self, rule: str, message: str, span: Span, **more: Any) -> None:
        self.sound = False
        self.report.say(rule, message, span, **more)

    def _type(self, name: str, value: Node) -> TensorType | None:
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
        shape = self._shape(name, shape_node)
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

    def _say_dtype(self, name: str, stated: Node) -> None:
        near, help = self.report.did_you_mean(str(stated.data()), DTYPES)
        fix = Fix(f"change it to `{near}`", (rename(stated.span, near),)) if near else None
        help = help or f"one of {', '.join(DTYPES)}"
        message = f"{show(stated.data())} is not a dtype"
        self._fail("bad-param", message, stated.span, help=help, fix=fix, layer=name)

    def _shape(self, name: str, node: Node) -> tuple[Dim, ...] | None:
        if unresolved(node.data()):
            self.sound = False
            return None
        if not isinstance(node, ListNode):
            self._say_no_list(name, node)
            return None
        dims: list[Dim] = []
        for item in node.items:
            value = item.data()
            if type(value) is int and 0 < value <= self.limits.integer:
                dims.append(value)
            elif value is None:
                dims.append(unknown(item.span))
            elif isinstance(value, str) and NAME.fullmatch(value) and len(value) <= self.limits.name_length:
                dims.append(self.dims.get(value, item.span) if value != "batch" else BATCH)
            else:
                message = f"a size is a positive integer or a name, not {show(value)}"
                self._fail("bad-shape-value", message, item.span, layer=name)
                return None
        return tuple(dims)

    def _say_no_list(self, name: str, node: Node) -> None:
        value = node.data()
        fix, help = None, "write a list such as `[28, 28, 1]`"
        if isinstance(value, int) and value > 0:
            help = f"write `[{show(value)}]`"
            fix = Fix(help, (Edit(node.span, f"[{show(value)}]"),))
        message = f"a shape is a list of sizes, not {show(value)}"
        self._fail("bad-shape-value", message, node.span, fix=fix, help=help, layer=name)
