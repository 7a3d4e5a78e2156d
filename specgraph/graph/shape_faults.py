"""What is wrong with the shape of an input, and what was probably meant."""

from __future__ import annotations

import re
from math import prod

from specgraph.diagnostics import Edit, Fix
from specgraph.diagnostics.edits import add_entry, delete_item, format_value, is_json, set_argument
from specgraph.diagnostics.report import Report
from specgraph.ir.dim import Dim, unknown
from specgraph.ir.graph import GraphNode
from specgraph.resolve.names import NAME
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.spec.kinds import show

_OPEN = ("none", "?", "*", "-1")
"""How others write a size that is not known."""
_LIST = re.compile(r"[\[(]?\s*(\d+(?:\s*[,x×]\s*\d+)*)\s*,?\s*[\])]?", re.ASCII)
_PRODUCT = re.compile(r"\d+(?:\s*[*x×]\s*\d+)*", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)


class ShapeFaults:
    """Reports faults of shapes."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def say_nested(self, name: str, node: ListNode, inner: ListNode) -> None:
        """`[[28, 28, 1]]`"""
        message, help = "a shape is a list of sizes, not a list in a list", "drop the outer brackets"
        flat = all(isinstance(item, Scalar) for item in inner.items)
        fix = Fix(help, (Edit(node.span, inner.span.text.strip()),)) if node.flow and flat else None
        self.report.say("bad-shape-value", message, node.span, fix=fix, help=help, layer=name)

    def say_batch(self, name: str, items: list[Node]) -> None:
        """`[batch, 28, 28, 1]`"""
        message = f"input `{name}` declares its batch axis; every input has one without that"
        help = "leave the leading `batch` out"
        fix = Fix(help, (delete_item(items[0]),)) if len(items) > 1 else None
        self.report.say("batch-in-shape", message, items[0].span, help=help, fix=fix, layer=name)

    def say_size(self, name: str, item: Node, most: int) -> Dim | None:
        """`None`, `-1`, `28.0`, `28 * 28`; the size that was meant, where that is clear."""
        value = item.data()
        meant: Dim | None = None
        right: str | None = None
        help: str | None = None
        if str(value).lower() in _OPEN:
            right, meant = "null", unknown(item.span)
            help = "a size that is open is `null`, or a name such as `steps`"
        else:
            number = _number(value)
            meant = number if number is not None and 0 < number <= most else None
            right = None if meant is None else str(meant)
            help = None if meant is None else f"write `{right}`"
        fix = Fix(f"write `{right}`", (Edit(item.span, right),)) if right and _is_written(item) else None
        message = f"a size is a positive integer or a name, not {show(value)}"
        self.report.say("bad-shape-value", message, item.span, help=help, fix=fix, layer=name)
        return meant

    def say_no_list(self, name: str, node: Node, most: int) -> list[Dim] | None:
        """`28`, `(28, 28, 1)`, `28x28x1`; the sizes that were meant, where they are clear."""
        value = node.data()
        sizes = _sizes(value)
        meant: list[Dim] | None = (
            None if sizes is None or not all(0 < one <= most for one in sizes) else [*sizes]
        )
        right = None if meant is None else f"[{', '.join(map(str, meant))}]"
        if isinstance(value, str) and NAME.fullmatch(value):
            right = f"[{format_value(value, quoted=is_json(node))}]"
        help = f"write `{right}`" if right else "write a list such as `[28, 28, 1]`"
        fix = Fix(help, (Edit(node.span, right),)) if right and _is_written(node) else None
        message = f"a shape is a list of sizes, not {show(value)}"
        self.report.say("bad-shape-value", message, node.span, fix=fix, help=help, layer=name)
        return meant


def _sizes(value: object) -> list[int] | None:
    if type(value) is int:
        return [value]
    if isinstance(value, str) and len(value) <= 80 and (listed := _LIST.fullmatch(value)):
        return [int(digits) for digits in _NUMBER.findall(listed[1])]
    number = _number(value)
    return None if number is None else [number]


def _number(value: object) -> int | None:
    if isinstance(value, str) and len(value) <= 40 and _PRODUCT.fullmatch(value):
        return prod(int(digits) for digits in _NUMBER.findall(value))
    return int(value) if isinstance(value, float) and value.is_integer() else None


def _is_written(node: Node) -> bool:
    """Whether a value stands there itself, not a param or an expression for it."""
    return "$" not in node.span.text


def say_input_item(
    node: GraphNode,
    shape: Node | None,
    stated: bool,
    below: Node | None,
    section: Node | None,
    report: Report,
) -> None:
    """An input that stands among the layers, above the item `below`."""
    fix = help = None
    if shape is not None:
        text = format_value(shape.data(), quoted=is_json(shape))
        help = f"declare it under `inputs:`, `{node.name}: {text}`"
        if isinstance(section, MapNode) and section.entries and stated and _is_written(shape):
            edits = [add_entry(section, node.name, text), delete_item(node.item)]
            if below is not None and not _reads(below):
                edits.append(set_argument(below, "from", f'"{node.name}"' if is_json(section) else node.name))
            fix = Fix(f"declare `{node.name}` under `inputs:`", tuple(edits), safe=False)
    message = f"input `{node.name}` stands among the layers"
    report.say("undeclared-input", message, node.key.span, layer=node.name, help=help, fix=fix)


def _reads(item: Node) -> bool:
    """Whether an item says what it reads."""
    if not isinstance(item, MapNode):
        return False
    return any(isinstance(body, MapNode) and "from" in body.entries for _, body in item)
