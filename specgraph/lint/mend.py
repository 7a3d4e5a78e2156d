"""Edits that the rules offer.

What makes them is imported when there is one to make, so that a sound spec does not pay for it.
"""

from __future__ import annotations

from typing import Any

from specgraph.diagnostics.diagnostic import Edit, Fix, rename
from specgraph.ir.graph import GraphNode
from specgraph.source.nodes import MapNode, Node, Scalar
from specgraph.spec.catalog import Named

from .view import Output, Setting

ALIASES = {
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "BinaryCrossentropy": "binary_crossentropy",
    "MeanSquaredError": "mse",
}
"""What authors write where they write no class."""
UNITS = ("units", "filters", "classes")


def fixed(title: str, *edits: Edit | None, safe: bool = False) -> Fix | None:
    """A fix, unless one of its edits cannot be made."""
    made = tuple(one for one in edits if one is not None)
    return Fix(title, made, safe) if made and len(made) == len(edits) else None


def activate(output: Output, name: str | None) -> Edit | None:
    """Give an output another activation, where an argument says which."""
    last = output.last
    return write(last.node, last.path, name) if last.node is not None and last.path is not None else None


def write(node: GraphNode, path: tuple[str, ...], value: Any) -> Edit | None:
    """Give a layer's argument another value."""
    from specgraph.infer.causes.slots import edit

    return edit(node, path, value)


def put(node: Node, value: Any) -> Edit | None:
    """Write a value in place of one that stands here; None where a param stands for it."""
    from specgraph.diagnostics.edits import format_value, is_json, replace
    from specgraph.infer.causes.slots import is_written_here

    if not is_written_here(node) or (isinstance(node, MapNode) and "$" in node.span.text):
        return None
    if isinstance(node, Scalar) and isinstance(value, str):
        return rename(node.span, value)
    return replace(node, format_value(value, quoted=is_json(node)))


def set_units(node: GraphNode, units: int) -> Edit | None:
    """Give a layer another number of units or filters."""
    path = _units(node)
    return write(node, path, units) if path is not None else None


def units_name(node: GraphNode) -> str | None:
    """What the argument is called."""
    path = _units(node)
    return path[-1] if path is not None else None


def _units(node: GraphNode) -> tuple[str, ...] | None:
    from .activation import nested

    path, args = nested(node)
    if node.kind != "layer" or hasattr(args, "return_sequences"):
        return None
    return next(((*path, name) for name in UNITS if hasattr(args, name)), None)


def rename_loss(setting: Setting, name: str, **changes: Any) -> Edit | None:
    """Write another loss in place of one, with those of its arguments that both have; None is left out."""
    from specgraph.objects.losses import LOSSES

    node, old = setting.node, setting.value
    fields = LOSSES.by_name[name].args.fields()
    kept = {key: value for key, value in old.args.given_values() if key in fields} | changes
    kept = {key: value for key, value in kept.items() if value is not None}
    if isinstance(node, Scalar) and not kept:
        return put(node, name if old.alias == old.name else ALIASES.get(name, name))
    return _call(node, name, kept)


def set_argument_of(setting: Setting, key: str, value: Any) -> Edit | None:
    """Give a loss or metric an argument, or take it away (None)."""
    old = setting.value
    kept = {**dict(old.args.given_values()), key: value}
    return _call(setting.node, old.name, {name: one for name, one in kept.items() if one is not None})


def _call(node: Node, name: str, arguments: dict[str, Any]) -> Edit | None:
    if any(isinstance(one, Named) for one in arguments.values()):
        return None
    return put(node, {name: arguments} if arguments else name)
