"""Items of a list of layers: the one-key form, and what each becomes in the flat list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from specgraph.diagnostics import Fix, Label
from specgraph.diagnostics.report import Report
from specgraph.source.nodes import MapNode, Node, Scalar
from specgraph.spec.kinds import show

from .blocks import Home
from .names import Scope
from .params import Param


class Flat(NamedTuple):
    """One layer, or call of a model, of the flat list that blocks and repeats stand for."""

    name: str
    """Its path, unique in the model if the spec is sound."""
    key: Scalar
    """Its key as written: `Conv2D`."""
    body: MapNode | None
    """Its arguments, every param and expression replaced."""
    item: Node
    """The whole item as written, for edits."""
    scope: Scope
    """Where its references are read."""
    above: tuple[str, ...] | None
    """References, from the model's own scope, to what it reads if it has no `from`; None: nothing."""
    home: Home
    """Which blocks and models its file has."""
    params: Mapping[str, Param]
    """The params that its arguments may use."""
    via: tuple[Label, ...] = ()
    """The lines that brought it here, nearest first: uses of blocks, rounds of repeats."""
    shares: str | None = None
    """The path of the layer whose weights it uses."""
    frozen: bool = False
    """Whether a block around it is used with `trainable: false`."""


def split_item(item: Node, report: Report) -> tuple[Scalar, MapNode | None] | None:
    """An item's key and its arguments; None, with a diagnostic, if it is not of the one-key form."""
    if isinstance(item, Scalar) and isinstance(item.value, str):
        return item, None
    if isinstance(item, MapNode) and len(item.entries) == 1:
        [(key, value)] = item
        if isinstance(value, MapNode):
            return key, value
        if isinstance(value, Scalar) and value.value is None:
            return key, None
        message = f"the arguments of {key.value} are a mapping, not {show(value.data())}"
        report.say("malformed-item", message, value.span, help=f"write `{key.value}: {{argument: value}}`")
        return None
    if isinstance(item, MapNode) and item.entries:
        _say_keys(item, report)
        return None
    report.say("malformed-item", f"an item is a layer, not {show(item.data())}", item.span)
    return None


MOST_JOINED = 200
"""Characters of an item that is written anew for a fix."""


def _say_keys(item: MapNode, report: Report) -> None:
    """Reports an item of several keys: arguments that stand beside their layer, or layers without a dash."""
    from specgraph.diagnostics.edits import replace_item

    (first, held), *others = item
    message, span = "an item has one key, the layer; its arguments go under it", others[0][0].span
    if all(str(key.value)[:1].isupper() for key, _ in others):
        help = f"put a dash before it, `- {others[0][0].value}`, if it is the next layer"
        report.say("malformed-item", message, span, help=help)
        return
    text = _joined(item, first, held, others)
    help = f"write `- {text or f'{first.value}: {{…}}'}`"
    fix = Fix("put them under it", (replace_item(item, text),), safe=False) if text is not None else None
    report.say("malformed-item", message, span, help=help, fix=fix)


def _joined(item: Node, first: Scalar, held: Node, others: list[tuple[Scalar, Node]]) -> str | None:
    """The item with all arguments under its layer; None if that would lose something that was written."""
    from specgraph.diagnostics.edits import format_value, is_json

    written = item.span.text
    within = {str(key.value): value.data() for key, value in held} if isinstance(held, MapNode) else {}
    beside = {str(key.value): value.data() for key, value in others}
    plain = isinstance(held, MapNode) or (isinstance(held, Scalar) and held.value is None)
    if not plain or len(written) > MOST_JOINED or set(within) & set(beside) or set(written) & set("#&*!<|>"):
        return None
    try:
        body = format_value({**within, **beside}, quoted=is_json(item))
    except ValueError:
        return None
    return f"{format_value(str(first.value), quoted=is_json(item))}: {body}"
