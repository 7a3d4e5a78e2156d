"""How a param is defined: its type, its default and its bounds.

width: 64                     the type is the default's
filters: int                  no default: whoever uses the spec or block gives a value
rate: {type: float, default: 0.1, min: 0, max: 1, doc: of the dropout}
"""

from __future__ import annotations

from typing import Any, NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar, at
from specgraph.source.scalars import legacy
from specgraph.spec.kinds import Bad, Bool, Choice, Int, Kind, ListOf, Number, Optional, Schema, Str, show
from specgraph.spec.record import Field, by_name


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


class Unresolved(str):
    """A reference that stays in the place of a value because it could not be computed, which is reported."""

    __slots__ = ()


class Definition(NamedTuple):
    """One param before it has a value; `full` is the mapping of its long form."""

    name: str
    key: Scalar
    type: str
    default: Node | None
    full: MapNode | None

    @property
    def nullable(self) -> bool:
        """Whether null is a value of it: it is, where it is the default."""
        return self.default is not None and self.default.data() is None

    @property
    def doc(self) -> str:
        node = self.full.get("doc") if self.full is not None else None
        return str(node.data()) if node is not None else ""


def read_definition(key: Scalar, node: Node, report: Report) -> Definition | None:
    """The definition, or None where it is at fault; expressions in `node` are computed already."""
    full = node if isinstance(node, MapNode) else None
    default: Node | None = node if full is None else full.get("default")
    stated = full.get("type") if full is not None else None
    if isinstance(node, Scalar) and node.plain and node.value in TYPES:
        stated, default = node, None
    if full is not None:
        _check_keys(full, report)
    type_ = _type_of(stated, default, node, str(key.value), report)
    return Definition(str(key.value), key, type_, default, full) if type_ is not None else None


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
        say_ambiguous(default, other, report)
        return None
    value = default.data()
    if isinstance(value, Unresolved):
        return None
    if isinstance(value, dict):
        report.say("param-type", "a param is a number, a bool, a string or a list", default.span)
        return None
    return {bool: "bool", int: "int", float: "float", str: "str", list: "list"}[type(value)]


def say_ambiguous(node: Scalar, other: str, report: Report) -> None:
    """Report a value that YAML 1.1 and 1.2 read differently."""
    report.say(
        "ambiguous-scalar",
        f"YAML 1.2 reads this as {show(node.value)}, YAML 1.1 as {other}",
        node.span,
        help=f"write {other}, or quote it if a string is meant",
    )


def fits(definition: Definition, node: Node, report: Report) -> bool:
    """Whether a value has the param's type and is within its bounds; what is wrong is reported."""
    value, name, type_ = node.data(), definition.name, definition.type
    if value is None and definition.nullable:
        return True
    if isinstance(value, Unresolved):
        return False
    if isinstance(node, Scalar) and node.plain and type_ != "str" and (other := legacy(node)):
        say_ambiguous(node, other, report)
        return False
    try:
        TYPES[type_].check(value)
    except Bad:
        article = "an" if type_ == "int" else "a"
        causes = [Label(definition.key.span, "the param")] if definition.default is not node else []
        message = f"param `{name}` is {article} {type_}, not {show(value)}"
        report.say("param-type", message, node.span, causes=causes)
        return False
    return definition.full is None or _within(definition.full, name, node, report)


def _within(full: MapNode, name: str, node: Node, report: Report) -> bool:
    value = node.data()
    for key, words in (("min", "at least"), ("max", "at most")):
        bound = full.get(key)
        limit = bound.data() if bound is not None else None
        if bound is None or not isinstance(limit, int | float) or not isinstance(value, int | float):
            continue
        if value < limit if key == "min" else value > limit:
            message = f"param `{name}` is {words} {limit}, not {value}"
            report.say("param-type", message, node.span, causes=[Label(bound.span, "its bound")])
            return False
    choices = full.get("choices")
    if isinstance(choices, ListNode) and value not in [one.data() for one in choices.items]:
        message = f"param `{name}` is one of {show(choices.data())}, not {show(value)}"
        report.say("param-type", message, node.span, causes=[Label(choices.span, "its choices")])
        return False
    return True
