"""Params' values where a spec refers to them.

Before: `params: {width: 64}` and `Dense: {units: $width}`. After: `Dense: {units: 64}`, the 64 standing
where `$width` stood and knowing where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Span

from .definitions import Unresolved
from .params import Param

_REFERENCE = re.compile(r"\$(?:([A-Za-z_][\w.]*)|\{(.*)\})", re.ASCII | re.DOTALL)


class Values(Mapping[str, Any]):
    """The values of the params that have one, by name; worked out when they are asked for."""

    def __init__(self, params: Mapping[str, Param]) -> None:
        self.params = params

    def __getitem__(self, name: str) -> Any:
        param = self.params[name]
        if param.failed:
            raise KeyError(name)
        return param.value

    def __iter__(self) -> Iterator[str]:
        return (name for name, param in self.params.items() if not param.failed)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Substitution:
    """The params that are in scope, and what refers to them replaced.

    `params` may still grow. How much is put in is counted in the report, for all substitutions of a run.
    """

    def __init__(
        self, params: Mapping[str, Param], report: Report, limits: Limits, what: str = "the spec"
    ) -> None:
        self.params = params
        self.report = report
        self.limits = limits
        self.what = what
        """Whose params these are, for messages."""
        self.values = Values(params)

    def apply(self, node: Node) -> Node:
        """The node with its references replaced; the same object where it has none.

        What cannot be computed is reported, and stays, as `Unresolved`.
        """
        if isinstance(node, Scalar):
            value = node.value
            return self._scalar(node, value) if isinstance(value, str) and "$" in value else node
        count = len(node.items if isinstance(node, ListNode) else node.entries)
        if not self._afford(count, node):
            return node
        if isinstance(node, ListNode):
            items = [self.apply(item) for item in node.items]
            if all(a is b for a, b in zip(items, node.items, strict=True)):
                return node
            return ListNode(node.source, node.start, node.end, items, node.flow, node.origin)
        entries = {name: (key, self.apply(value)) for name, (key, value) in node.entries.items()}
        if all(entries[name][1] is node.entries[name][1] for name in entries):
            return node
        return MapNode(node.source, node.start, node.end, entries, node.flow)

    def _scalar(self, node: Scalar, text: str) -> Node:
        if text.startswith("$$"):
            return Scalar(node.source, node.start, node.end, text[1:])
        match = _REFERENCE.fullmatch(text)
        if match is None:
            return node
        if match[1] is None:
            return self._expression(node, match[2])
        param = self.params.get(match[1])
        if param is None:
            self._say_undefined(node, node.span, match[1])
            return _unresolved(node)
        param.used = True
        if param.failed or not self._afford(_size(param.node), node):
            return _unresolved(node)
        return _moved(param.node, node, param.key.span)

    def _expression(self, node: Scalar, text: str) -> Node:
        from .expressions import ExpressionError, evaluate

        if not self._afford(len(text) // 2, node):
            return _unresolved(node)
        try:
            value, used = evaluate(text, self.values, self.limits)
        except ExpressionError as error:
            place = _part(node, text, error.offset)
            if error.name is None:
                self.report.say("bad-expression", str(error), place)
            elif error.name not in self.params:
                self._say_undefined(node, place, error.name)
            else:
                self.params[error.name].used = True
            return _unresolved(node)
        for name in used:
            self.params[name].used = True
        return _computed(value, node)

    def _afford(self, count: int, node: Node) -> bool:
        """Whether the file may have that many values more; the first time that it may not is reported."""
        before = self.report.expanded
        self.report.expanded += count
        if self.report.expanded <= self.limits.expanded_nodes:
            return True
        if before <= self.limits.expanded_nodes:
            message = f"with its params put in the file has more than {self.limits.expanded_nodes:,} values"
            help = "the limit is named `expanded_nodes`; a trusted file may raise it"
            self.report.say("limit", message, node.span, help=help)
        return False

    def _say_undefined(self, node: Scalar, place: Span, name: str) -> None:
        _, help = self.report.did_you_mean(name, self.params)
        if not help and self.what != "the spec":
            help = f"{self.what} sees its own params only; pass it as one of them"
        self.report.say("undefined-param", f"{self.what} has no param `{name}`", place, help=help or None)


def _unresolved(node: Scalar) -> Scalar:
    return Scalar(node.source, node.start, node.end, Unresolved(node.value), node.plain, node.origin)


def _part(node: Scalar, expression: str, offset: int) -> Span:
    """The place in the source of a character of an expression; the whole scalar where that cannot be told."""
    written = node.source.text[node.start : node.end]
    begin = written.find(expression)
    if begin < 0 or not expression:
        return node.span
    start = min(node.start + begin + offset, node.start + begin + len(expression) - 1)
    match = re.compile(r"[\w.]+|.", re.ASCII | re.DOTALL).match(node.source.text, start)
    return Span(node.source, start, match.end() if match else start + 1)


def _computed(value: Any, at: Scalar) -> Node:
    if isinstance(value, list):
        items = [_computed(item, at) for item in value]
        return ListNode(at.source, at.start, at.end, items, True)
    return Scalar(at.source, at.start, at.end, value)


def _size(value: Node | None) -> int:
    return 1 + sum(_size(item) for item in value.items) if isinstance(value, ListNode) else 1


def _moved(value: Node | None, at: Scalar, origin: Span) -> Node:
    if isinstance(value, ListNode):
        items = [_moved(item, at, origin) for item in value.items]
        return ListNode(at.source, at.start, at.end, items, True, origin)
    found = value.value if isinstance(value, Scalar) else None
    return Scalar(at.source, at.start, at.end, found, False, origin)
