"""Params: their definitions, what the user sets, and their values where the spec uses them.

Before: `params: {width: 64}` and `Dense: {units: $width}`. After: `Dense: {units: 64}`, the 64 standing
where `$width` stood and knowing where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.source.errors import SourceError
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar, at
from specgraph.source.scalars import legacy
from specgraph.source.text import Source, Span
from specgraph.spec.kinds import Bad, Bool, Choice, Int, Kind, ListOf, Number, Optional, Schema, Str, show
from specgraph.spec.record import Field, by_name

_REFERENCE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{(.*)\})", re.ASCII | re.DOTALL)


class Plain(Kind):
    """What a param, or an item of one that is a list, may be."""

    phrase = "a number, a bool, a string or a list of these"

    def check(self, value: Any) -> Any:
        if isinstance(value, list):
            return ListOf(Optional(self)).check(value)
        if not isinstance(value, bool | int | float | str):
            raise self.wrong(value)
        return value

    def schema(self) -> Schema:
        return {"$ref": "#/definitions/plain"}


TYPES: dict[str, Kind] = {
    "int": Int(), "float": Number(), "bool": Bool(), "str": Str(), "list": ListOf(Optional(Plain())),
}  # fmt: skip
"""What the value of a param of each type may be."""

PARAM = by_name(
    Field("type", Choice(*TYPES), None, "The type of its values: by default that of `default`."),
    Field("default", Optional(Plain()), None, "Its value, unless `--set` gives another."),
    Field("min", Number(), None, "The least value it may have."),
    Field("max", Number(), None, "The greatest value it may have."),
    Field("choices", ListOf(Plain(), least=1), None, "The values it may have."),
    Field("doc", Str(), "", "What it is for."),
)
"""Of a param's definition, where it is not just its default."""


class Param:
    """One param: its type, its bounds, and its value as a node."""

    __slots__ = ("doc", "key", "name", "node", "type", "used")

    def __init__(self, name: str, key: Scalar, type_: str, node: Node | None, doc: str) -> None:
        self.name = name
        self.key = key
        self.type = type_
        self.node = node
        self.doc = doc
        self.used = False

    @property
    def value(self) -> Any:
        return None if self.node is None else self.node.data()


def read_params(
    node: Node | None, overrides: Mapping[str, Any], report: Report, limits: Limits
) -> dict[str, Param]:
    """The params of a spec with their values, overrides applied."""
    params: dict[str, Param] = {}
    if isinstance(node, MapNode):
        for key, definition in node:
            made = _define(key, definition, overrides, report, limits)
            if made is not None:
                params[made.name] = made
    elif node is not None and node.data() is not None:
        report.say("bad-param", "`params` is a mapping of names to defaults", node.span)
    for name in overrides:
        if name not in params and not report.failed:
            _, help = report.did_you_mean(name, list(params))
            place = Source(name, "--set")
            report.say(
                "undefined-param",
                f"the spec has no param `{name}`",
                Span(place, 0, len(name)),
                help=help or None,
            )
    return params


def _define(
    key: Scalar, definition: Node, overrides: Mapping[str, Any], report: Report, limits: Limits
) -> Param | None:
    name = str(key.value)
    full = definition if isinstance(definition, MapNode) else None
    default: Node | None = definition if full is None else full.get("default")
    if full is not None:
        _check_keys(full, report)
    stated = full.get("type") if full is not None else None
    type_ = _type_of(stated, default, definition, name, report)
    if type_ is None:
        return None
    nullable = default is not None and default.data() is None
    value = default
    if name in overrides:
        value = _override(name, overrides[name], type_, nullable, report, limits)
    elif default is None:
        message = f"param `{name}` has no default; give it a value with --set {name}=…"
        report.say("param-type", message, key.span)
        return None
    doc = full.get("doc") if full is not None else None
    param = Param(name, key, type_, value, str(doc.data()) if doc is not None else "")
    if value is not None:
        _check(param, value, nullable, full, report)
    return param


def _check_keys(definition: MapNode, report: Report) -> None:
    for key, node in definition:
        field = PARAM.get(str(key.value))
        if field is None:
            _, help = report.did_you_mean(str(key.value), PARAM)
            message = f"a param has no key `{key.value}`"
            report.say("unknown-layer-or-key", message, key.span, help=help or None)
        elif field.name not in ("type", "default"):  # whose faults have messages of their own
            try:
                field.kind.check(node.data())
            except Bad as bad:
                report.say("bad-param", f"`{field.name}` {bad.message}", at(node, bad.path).span)


def _type_of(stated: Node | None, default: Node | None, place: Node, name: str, report: Report) -> str | None:
    if stated is not None:
        type_ = stated.data()
        if isinstance(type_, str) and type_ in TYPES:
            return type_
        words = ", ".join(TYPES)
        report.say("param-type", f"a param's type is one of {words}, not {show(type_)}", stated.span)
        return None
    if default is None or default.data() is None:
        report.say("param-type", f"param `{name}` needs a type: `{{type: int, …}}`", place.span)
        return None
    if isinstance(default, Scalar) and default.plain and (other := legacy(default)):
        _ambiguous(default, other, report)
        return None
    value = default.data()
    if isinstance(value, dict):
        report.say("param-type", "a param is a number, a bool, a string or a list", default.span)
        return None
    return {bool: "bool", int: "int", float: "float", str: "str", list: "list"}[type(value)]


def _ambiguous(node: Scalar, other: str, report: Report) -> None:
    report.say(
        "ambiguous-scalar",
        f"YAML 1.2 reads this as {show(node.value)}, YAML 1.1 as {other}",
        node.span,
        help=f"write {other}, or quote it if a string is meant",
    )


def _override(
    name: str, value: Any, type_: str, nullable: bool, report: Report, limits: Limits
) -> Node | None:
    from specgraph.source import read

    if not isinstance(value, str):
        return _as_node(value, Source(show(value), f"params[{name!r}]"))
    source = Source(value, f"--set {name}")
    if type_ == "str" and not (nullable and value == "null"):
        return Scalar(source, 0, len(value), value)
    try:
        return read(source, limits)
    except SourceError as error:
        report.say(error.rule, error.message, error.span, help=error.help)
        return None


def _as_node(value: Any, source: Source) -> Node:
    if isinstance(value, list | tuple):
        return ListNode(source, 0, len(source.text), [_as_node(item, source) for item in value])
    if value is None or isinstance(value, bool | int | float | str):
        return Scalar(source, 0, len(source.text), value)
    raise TypeError(f"a param's value is plain data, not {type(value).__name__}")


def _check(param: Param, node: Node, nullable: bool, full: MapNode | None, report: Report) -> None:
    value = node.data()
    if value is None and nullable:
        return
    if isinstance(node, Scalar) and node.plain and param.type != "str" and (other := legacy(node)):
        _ambiguous(node, other, report)
        return
    try:
        TYPES[param.type].check(value)
    except Bad:
        message = f"param `{param.name}` is {_with_article(param.type)}, not {show(value)}"
        report.say("param-type", message, node.span)
        return
    if full is None:
        return
    for key, words in (("min", "at least"), ("max", "at most")):
        bound = full.get(key)
        limit = bound.data() if bound is not None else None
        if bound is None or not isinstance(limit, int | float) or not isinstance(value, int | float):
            continue
        if value < limit if key == "min" else value > limit:
            message = f"param `{param.name}` is {words} {limit}, not {value}"
            report.say("param-type", message, node.span, causes=[Label(bound.span, "its bound")])
    choices = full.get("choices")
    if isinstance(choices, ListNode) and value not in [one.data() for one in choices.items]:
        message = f"param `{param.name}` is one of {show(choices.data())}, not {show(value)}"
        report.say("param-type", message, node.span, causes=[Label(choices.span, "its choices")])


def _with_article(type_: str) -> str:
    return f"an {type_}" if type_ == "int" else f"a {type_}"


class Substitution:
    """Puts the params' values where a spec refers to them."""

    def __init__(self, params: dict[str, Param], report: Report, limits: Limits) -> None:
        self.params = params
        self.report = report
        self.limits = limits
        self.values = {name: param.value for name, param in params.items()}
        self.failed: set[int] = set()

    def apply(self, node: Node) -> Node:
        """The node with its references replaced; the same object where it has none."""
        if isinstance(node, Scalar):
            value = node.value
            return self._scalar(node, value) if isinstance(value, str) and "$" in value else node
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
        if match[1] is not None:
            return self._whole(node, match[1])
        from .expressions import ExpressionError, evaluate

        try:
            value, used = evaluate(match[2], self.values, self.limits)
        except ExpressionError as error:
            self._say(node, str(error), error.name)
            return node
        for name in used:
            self.params[name].used = True
        return Scalar(node.source, node.start, node.end, value)

    def _whole(self, node: Scalar, name: str) -> Node:
        param = self.params.get(name)
        if param is None:
            self._say(node, f"there is no param `{name}`", name)
            return node
        param.used = True
        return _moved(param.node, node, param.key.span)

    def _say(self, node: Scalar, message: str, name: str | None) -> None:
        self.failed.add(id(node))
        if name is None:
            self.report.say("bad-expression", message, node.span)
            return
        _, help = self.report.did_you_mean(name, self.params)
        self.report.say("undefined-param", message, node.span, help=help or None)


def _moved(value: Node | None, at: Scalar, origin: Span) -> Node:
    if isinstance(value, ListNode):
        items = [_moved(item, at, origin) for item in value.items]
        return ListNode(at.source, at.start, at.end, items, True, origin)
    if isinstance(value, Scalar):
        return Scalar(at.source, at.start, at.end, value.value, False, origin)
    return Scalar(at.source, at.start, at.end, None, False, origin)
