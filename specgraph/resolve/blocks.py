"""Blocks: lists of layers with params and inputs of their own, used like a layer.

blocks:
  residual:
    params: {filters: int, stride: 1}
    inputs: [x]
    layers: [...]
    outputs: [sum]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from specgraph.diagnostics import Label
from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.source.nodes import ListNode, MapNode, Node, Scalar, at
from specgraph.source.text import Span
from specgraph.spec.kinds import Bad

from .definitions import TYPES, read_definition
from .keys import BLOCK
from .params import Param, give
from .substitution import Substitution

CONTROL = ("repeat", "branch", "when", "reuse")
"""Keys of items that are no layer and no block."""
USE = ("name", "from", "trainable")
"""Keys that every use of a block takes, besides its params."""


class Home(NamedTuple):
    """What items of a file may name besides layers: blocks, and models by the names they have there."""

    blocks: dict[str, Block]
    models: dict[str, str]
    """Name in the file -> name in the whole document."""
    rows: Mapping[str, Any]
    """Layers, ops and applications, those of plugins among them."""


class Block(NamedTuple):
    """A definition: what it takes and what it stands for, in the file that has it."""

    name: str
    home: Home
    key: Scalar
    params: MapNode | None
    inputs: tuple[str, ...]
    layers: ListNode
    outputs: Node | None
    shared: bool
    doc: str = ""


def read_blocks(section: Node | None, home: Home, taken: Collection[str], report: Report) -> None:
    """Puts the blocks of a file into its home; `taken` are the names that something else has already."""
    if section is None:
        return
    if not isinstance(section, MapNode):
        report.say("malformed-item", "`blocks` maps names to blocks", section.span)
        return
    for key, node in section:
        name = str(key.value)
        if name in taken or name in CONTROL or name in home.models:
            message = f"a block cannot be called `{name}`: that is something else already"
            report.say("duplicate-name", message, key.span, help="call it otherwise")
            continue
        made = _block(key, node, home, report)
        if made is not None:
            home.blocks[name] = made


def _block(key: Scalar, node: Node, home: Home, report: Report) -> Block | None:
    name = str(key.value)
    if not isinstance(node, MapNode):
        help = f"`{name}: {{params: {{…}}, layers: […]}}`"
        report.say("malformed-item", f"block `{name}` is a mapping of keys", node.span, help=help)
        return None
    _check_keys(node, report)
    layers, params = node.get("layers"), node.get("params")
    if not isinstance(layers, ListNode):
        place = layers.span if layers is not None else key.span
        report.say("malformed-item", f"block `{name}` has a list of `layers`", place)
        return None
    if params is not None and not isinstance(params, MapNode):
        report.say("malformed-item", "`params` maps names to types or defaults", params.span)
        return None
    shared, doc = node.get("shared"), node.get("doc")
    is_shared = shared is not None and shared.data() is True
    text = str(doc.data()) if doc else ""
    return Block(name, home, key, params, _inputs(node), layers, node.get("outputs"), is_shared, text)


def _check_keys(node: MapNode, report: Report) -> None:
    """Report keys that a block does not have, and values of the others that are none of theirs."""
    for key, value in node:
        field = BLOCK.get(str(key.value))
        if field is None:
            _, help = report.did_you_mean(str(key.value), BLOCK)
            message = f"a block has no key `{key.value}`"
            report.say("unknown-layer-or-key", message, key.span, help=help or f"it has {', '.join(BLOCK)}")
        elif field.name not in ("params", "layers"):  # which have readers of their own
            try:
                field.kind.check(value.data())
            except Bad as bad:
                report.say("bad-param", f"`{field.name}` {bad.message}", at(value, bad.path).span)


def _inputs(node: MapNode) -> tuple[str, ...]:
    stated = node.get("inputs")
    names = stated.data() if stated is not None else None
    found = [one for one in names if isinstance(one, str)] if isinstance(names, list) else []
    return tuple(dict.fromkeys(found)) or ("input",)


def bind(
    block: Block,
    given: Iterable[tuple[Scalar, Node]],
    outer: Mapping[str, Param],
    place: Span,
    report: Report,
    limits: Limits,
) -> Substitution | None:
    """A block's params with the values of one use; None, with a diagnostic, where they do not fit.

    A default may refer to the params before it.
    """
    values = {str(key.value): (key, node) for key, node in given if key.value not in USE}
    params: dict[str, Param] = {}
    missing: list[str] = []
    what = f"block `{block.name}`"
    earlier = Substitution(params, report, limits, what)
    for key, written in block.params or ():
        name = str(key.value)
        definition = read_definition(key, earlier.apply(written), report)
        argument = values.pop(name, None)
        if definition is None:
            params[name] = Param(name, key, "", None, "", "default", failed=True)
        elif argument is not None:
            params[name] = give(definition, argument[1], "argument", report)
            params[name].outer = outer
        else:
            if definition.default is None:
                missing.append(name)
            params[name] = give(definition, definition.default, "default", report)
            params[name].outer = params
    _say_misfits(block, [key for key, _ in values.values()], missing, place, report)
    sound = not values and not missing and not any(one.failed for one in params.values())
    return Substitution(params, report, limits, what) if sound else None


def say_use(block: Block, given: Iterable[tuple[Scalar, Node]], place: Span, report: Report) -> None:
    """Report the params that a use gives and the block has not, and those that it does not give."""
    names = {str(key.value): key for key, _ in given if key.value not in USE}
    known = dict(block.params.entries) if block.params is not None else {}
    needed = [name for name, (_, node) in known.items() if _is_needed(node)]
    wrong = [key for name, key in names.items() if name not in known]
    _say_misfits(block, wrong, [name for name in needed if name not in names], place, report)


def _is_needed(definition: Node) -> bool:
    """Whether a param, as it is written, has no default."""
    if isinstance(definition, MapNode):
        return "default" not in definition.entries
    return isinstance(definition, Scalar) and definition.plain and definition.value in TYPES


def _say_misfits(
    block: Block, wrong: Iterable[Scalar], missing: list[str], place: Span, report: Report
) -> None:
    known = list(block.params.entries) if block.params is not None else []
    for key in wrong:
        near, help = report.did_you_mean(str(key.value), known)
        if near in missing:
            missing.remove(str(near))
        takes = f"it takes {', '.join(known)}" if known else "it takes no params"
        message = f"block `{block.name}` has no param `{key.value}`"
        report.say("unknown-layer-or-key", message, key.span, help=help or takes)
    if missing and block.params is not None:
        listed = " and ".join(f"`{name}`" for name in missing)
        causes = [Label(block.params.key(name).span, "it has no default") for name in missing[:3]]
        report.say("missing-argument", f"block `{block.name}` needs {listed}", place, causes=causes)
