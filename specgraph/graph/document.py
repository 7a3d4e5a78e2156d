"""The whole document: its top-level keys, and its models in the order in which they use each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from specgraph.diagnostics.report import Report
from specgraph.ir.graph import Graph
from specgraph.limits import Limits
from specgraph.resolve.blocks import Block, read_blocks
from specgraph.resolve.names import NAME
from specgraph.resolve.substitution import Substitution
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Span
from specgraph.spec.kinds import show
from specgraph.spec.record import Field, required
from specgraph.vocabulary import ALIASES, ROWS

from .build import Builder
from .dims import read_dims
from .sections import BODY, MODEL, SPEC, VERSION


class Document(NamedTuple):
    """A file's name and models; `graphs` has each model after those it calls."""

    name: str
    graphs: dict[str, Graph]
    doc: str = ""
    several: bool = False
    """Whether the file has a `models:` section, even of one."""


def read_document(root: Node, params: Substitution, report: Report, limits: Limits) -> Document | None:
    """The graphs of all models; None where the document has no shape that could be read."""
    if not isinstance(root, MapNode):
        words = "is empty" if root.data() is None else f"is {show(root.data())}"
        report.say("malformed-item", f"a spec is a mapping of keys; this one {words}", root.span)
        return None
    _check_keys(root, SPEC, "a spec", report)
    _check_version(root, report)
    name, doc = _string(root, "name", "model", report), _string(root, "doc", "", report)
    sections = _sections(root, name, report, limits)
    entries = {
        model: MapNode(
            section.source, section.start, section.end,
            {key: (node, value if key in ("doc", "name", "layers") else params.apply(value))
             for key, (node, value) in section.entries.items() if key in MODEL},
            section.flow,
        )
        for model, section in sections.items()
    }  # fmt: skip
    facts = root.get("dims")
    dims = read_dims(params.apply(facts) if facts is not None else None, report)
    several = "models" in root.entries
    blocks = read_blocks(root.get("blocks"), {*ROWS, *ALIASES, *(entries if several else ())}, report)
    graphs: dict[str, Graph] = {}
    used = 0
    for model in _order(entries, blocks):
        callable = entries if several else {}
        builder = Builder(model, graphs, callable, blocks, params, report, limits, dims, used)
        graphs[model] = builder.build(entries[model])
        used += len(graphs[model].nodes) - len(graphs[model].inputs)
    for key in dims.unused():
        message = f"no input has a dim `{key.value}`"
        report.say("unused-param", message, key.span, severity="warning")
    return Document(name, graphs, doc, several)


def _string(section: MapNode, key: str, default: str, report: Report) -> str:
    node = section.get(key)
    if node is None:
        return default
    value = node.data()
    if not isinstance(value, str):
        report.say("bad-param", f"`{key}` is a string, not {show(value)}", node.span)
    return str(value)


def _check_keys(section: MapNode, allowed: Mapping[str, Field], what: str, report: Report) -> None:
    for key, _ in section:
        if key.value not in allowed:
            _, help = report.did_you_mean(str(key.value), allowed)
            message = f"{what} has no key `{key.value}`"
            report.say("unknown-layer-or-key", message, key.span, help=help or f"it has {', '.join(allowed)}")


def _check_version(root: MapNode, report: Report) -> None:
    node = root.get("specgraph")
    if node is None:
        start = Span(root.source, root.start, root.start)
        report.say(
            "spec-version",
            "the spec does not say its language version",
            start,
            help="add `specgraph: 1` on top",
        )
    elif node.data() != VERSION or isinstance(node.data(), bool):
        message = f"language version {show(node.data())} is unknown here; this is version {VERSION}"
        report.say("spec-version", message, node.span)


def _sections(root: MapNode, name: str, report: Report, limits: Limits) -> dict[str, MapNode]:
    models = root.get("models")
    if models is None:
        _check_missing(root, "a spec", Span(root.source, root.start, root.start), report)
        return {name: root}
    for misplaced in BODY:
        if misplaced in root.entries:
            message = f"with `models`, `{misplaced}` stands in each model"
            report.say("unknown-layer-or-key", message, root.key(misplaced).span)
    if not isinstance(models, MapNode) or not models.entries:
        report.say("malformed-item", "`models` maps names to models", models.span)
        return {}
    found = {}
    for key, section in models:
        _check_model_name(key, report, limits)
        if isinstance(section, MapNode):
            _check_keys(section, MODEL, "a model", report)
            _check_missing(section, f"model `{key.value}`", key.span, report)
            _string(section, "doc", "", report)
            found[str(key.value)] = section
        else:
            report.say("malformed-item", f"model `{key.value}` is a mapping of keys", section.span)
    return found


def _check_missing(section: MapNode, what: str, place: Span, report: Report) -> None:
    missing = [key for key in required(MODEL) if key not in section.entries]
    if missing:
        listed = " and ".join(f"`{key}`" for key in missing)
        report.say("missing-argument", f"{what} needs {listed}", place)


def _check_model_name(key: Scalar, report: Report, limits: Limits) -> None:
    name = str(key.value)
    if name in ROWS or name in ALIASES:
        message = f"a model cannot be called `{name}`, because there is a layer of that name"
        report.say("duplicate-name", message, key.span)
    elif not NAME.fullmatch(name) or len(name) > limits.name_length:
        message = f"'{name}' is no name for a model: letters, digits, `_` and `-` only"
        report.say("bad-param", message, key.span)


def _order(sections: dict[str, MapNode], blocks: Mapping[str, Block]) -> list[str]:
    """Models after those they call; models in a cycle come last, and `Builder` says so."""
    waiting = {
        name: _called(section.get("layers"), blocks) & sections.keys() for name, section in sections.items()
    }
    callers: dict[str, list[str]] = {}
    for name, called in waiting.items():
        for other in called:
            callers.setdefault(other, []).append(name)
    order = [name for name, called in waiting.items() if not called]
    for name in order:  # grows as it is walked
        for caller in callers.get(name, ()):
            waiting[caller].remove(name)
            if not waiting[caller]:
                order.append(caller)
    return [*order, *(name for name, called in waiting.items() if called)]


def _called(layers: Node | None, blocks: Mapping[str, Block]) -> set[str]:
    """The keys of all items, those of the blocks that are used among them."""
    found: set[str] = set()
    waiting = list(_keys(layers))
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            if key in blocks:
                waiting += _keys(blocks[key].layers)
    return found


def _keys(node: Node | None) -> Iterator[str]:
    """The keys of the items of a list, and of the lists within them."""
    waiting = list(node.items) if isinstance(node, ListNode) else []
    while waiting:
        item = waiting.pop()
        if isinstance(item, Scalar):
            yield str(item.value)
        elif isinstance(item, ListNode):
            waiting += item.items
        else:
            yield from item.entries
            waiting += [value for _, value in item if not isinstance(value, Scalar)]
