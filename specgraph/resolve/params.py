"""Params with their values: a spec's, from defaults and what the user sets, and those of a use of a block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.source.errors import SourceError
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Source, Span
from specgraph.spec.kinds import show

from .definitions import Definition, fits, read_definition


class Param:
    """One param and its value as a node; `failed` if it has none that could be used.

    What refers to a failed one is left alone, since its fault has been reported.
    """

    __slots__ = ("definition", "doc", "failed", "key", "name", "node", "outer", "source", "type", "used")

    def __init__(
        self, name: str, key: Scalar, type_: str, node: Node | None, doc: str, source: str, failed: bool
    ) -> None:
        self.name = name
        self.key = key
        self.type = type_
        self.node = node
        self.doc = doc
        self.source = source
        """Where the value came from: `default`, `--set`, `variant tiny`, or `argument`."""
        self.failed = failed
        self.definition: Definition | None = None
        self.outer: Mapping[str, Param] = {}
        """The params that the value itself was written with, where a block is used."""
        self.used = False

    @property
    def value(self) -> Any:
        return None if self.node is None else self.node.data()


def give(definition: Definition, node: Node | None, source: str, report: Report) -> Param:
    """A param with this value, which is checked."""
    failed = node is None or not fits(definition, node, report)
    made = Param(definition.name, definition.key, definition.type, node, definition.doc, source, failed)
    made.definition = definition
    return made


def read_params(
    node: Node | None,
    overrides: Mapping[str, Any],
    report: Report,
    limits: Limits,
    variant: tuple[str, MapNode] | None = None,
) -> dict[str, Param]:
    """The params of a spec with their values: what the user sets, else the variant's, else the default.

    A default may be an expression over the params before it.
    """
    from .substitution import Substitution

    params: dict[str, Param] = {}
    earlier = Substitution(params, report, limits)  # of those that are in `params` by then
    if node is not None and not isinstance(node, MapNode):
        if node.data() is not None:
            report.say("bad-param", "`params` is a mapping of names to defaults", node.span)
            return params
        node = None
    for key, written in node or ():
        name = str(key.value)
        definition = read_definition(key, earlier.apply(written), report)
        if definition is None:
            params[name] = Param(name, key, "", None, "", "default", failed=True)
            continue
        chosen = variant[1].get(name) if variant is not None else None
        if name in overrides:
            value = _override(definition, overrides[name], report, limits)
            params[name] = give(definition, value, "--set", report)
        elif chosen is not None and variant is not None:
            params[name] = give(definition, chosen, f"variant {variant[0]}", report)
        else:
            if definition.default is None:
                message = f"param `{name}` has no default; give it a value with --set {name}=…"
                report.say("param-type", message, key.span)
            params[name] = give(definition, definition.default, "default", report)
            params[name].outer = params
    _check_overrides(overrides, params, report)
    return params


def check_variants(section: Node | None, params: Mapping[str, Param], report: Report) -> dict[str, MapNode]:
    """The named sets of params' values, each value checked, used or not."""
    if section is None:
        return {}
    if not isinstance(section, MapNode):
        report.say("malformed-item", "`variants` maps names to values of params", section.span)
        return {}
    found = {}
    for key, values in section:
        if not isinstance(values, MapNode):
            message = f"variant `{key.value}` maps params to values"
            report.say("malformed-item", message, values.span)
            continue
        found[str(key.value)] = values
        for name, value in values:
            param = params.get(str(name.value))
            if param is None:
                _, help = report.did_you_mean(str(name.value), params)
                message = f"the spec has no param `{name.value}`"
                report.say("undefined-param", message, name.span, help=help or None)
            elif param.definition is not None:
                fits(param.definition, value, report)
    return found


def _check_overrides(overrides: Mapping[str, Any], params: dict[str, Param], report: Report) -> None:
    for name in overrides:
        if name not in params:
            _, help = report.did_you_mean(name, list(params))
            message = f"the spec has no param `{name}`"
            place = Span(Source(name, "--set"), 0, len(name))
            report.say("undefined-param", message, place, help=help or None)


def _override(definition: Definition, value: Any, report: Report, limits: Limits) -> Node | None:
    from specgraph.source import read

    name = definition.name
    if isinstance(value, Scalar | ListNode | MapNode):
        return value
    if not isinstance(value, str):
        return as_node(value, Source(show(value), f"params[{name!r}]"))
    source = Source(value, f"--set {name}")
    if definition.type == "str" and not (definition.nullable and value == "null"):
        return Scalar(source, 0, len(value), value)
    try:
        return read(source, limits)
    except SourceError as error:
        report.say(error.rule, error.message, error.span, help=error.help)
        return None


def as_node(value: Any, source: Source) -> Node:
    """Plain data as a node that covers all of `source`; TypeError if it is none."""
    if isinstance(value, list | tuple):
        return ListNode(source, 0, len(source.text), [as_node(item, source) for item in value])
    if value is None or isinstance(value, bool | int | float | str):
        return Scalar(source, 0, len(source.text), value)
    raise TypeError(f"a param's value is plain data, not {type(value).__name__}")
