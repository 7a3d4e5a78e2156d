"""Items of a list of layers: the one-key form, and what each becomes in the flat list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from specgraph.diagnostics import Label
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
        keys = [key for key, _ in item]
        message = "an item has one key, the layer; its arguments go under it"
        report.say("malformed-item", message, keys[1].span, help=f"write `- {keys[0].value}: {{…}}`")
        return None
    report.say("malformed-item", f"an item is a layer, not {show(item.data())}", item.span)
    return None
