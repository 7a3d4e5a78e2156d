"""Edits of a whole spec: shapes of inputs, items put in or taken out with their readers led past them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specgraph.diagnostics import Edit, rename
from specgraph.diagnostics.edits import (
    delete_item,
    format_value,
    in_block,
    insert_after,
    insert_before,
    is_json,
    replace,
    set_argument,
)
from specgraph.ir.dim import Dim, SymDim, variables
from specgraph.ir.graph import GraphNode, Ref
from specgraph.source.nodes import ListNode, MapNode, Node

from .search import Search
from .slots import is_written_here

Edits = tuple[Edit, ...]


def shape_node(node: GraphNode) -> ListNode | None:
    """The list of sizes of an input, if it stands there and not in a param."""
    shape = node.item.get("shape") if isinstance(node.item, MapNode) else node.item
    return shape if isinstance(shape, ListNode) and is_written_here(shape) else None


def size_text(size: Dim) -> str:
    """A declared size as it is written."""
    if isinstance(size, SymDim):
        [var] = variables(size)
        return "null" if var.unknown else var.name
    return str(size)


def shape_text(shape: Sequence[Dim]) -> str:
    return f"[{', '.join(map(size_text, shape))}]"


def set_shape(node: GraphNode, shape: Sequence[Dim]) -> Edits | None:
    """Declare an input with another shape (without the batch); None if its text cannot be changed."""
    written = shape_node(node)
    if written is None or node.type is None or not written.items:
        return None
    now, new = [size_text(one) for one in node.type.shape[1:]], [size_text(one) for one in shape]
    if len(now) != len(written.items):
        return None
    if len(new) == len(now):
        changed = [(item, b) for item, a, b in zip(written.items, now, new, strict=True) if a != b]
        return tuple(replace(item, text) for item, text in changed if is_written_here(item)) or None
    if new == now[1:]:
        return (delete_item(written.items[0]),)
    if new[:-1] == now:
        return (insert_after(written.items[-1], new[-1]),)
    return (Edit(written.span, f"[{', '.join(new)}]"),) if written.flow else None


def item_text(beside: Node, target: str, arguments: Mapping[str, Any]) -> str:
    """A layer written like the item beside it: with a dash to come, in a flow list, or in JSON."""
    quoted = is_json(beside)
    whole = format_value({target: dict(arguments)} if arguments else target, quoted=quoted)
    return whole[1:-1] if arguments and in_block(beside) and not quoted else whole


def put_before(
    search: Search, node: GraphNode, input: int, target: str, arguments: Mapping[str, Any], word: str
) -> Edits | None:
    """Put a layer between a node and one of its inputs; `word` is for its name, where it needs one."""
    if not search.alone(node) or len(node.inputs) <= input:
        return None
    ref = node.inputs[input]
    if ref.span is None:
        made = insert_before(node.item, item_text(node.item, target, arguments))
        return (made,) if made is not None and len(node.inputs) == 1 else None
    if "$" in ref.span.text:
        return None
    name = search.free_name(f"{ref.node.rpartition('.')[2]}_{word}", node)
    arguments = {**arguments, "name": name, "from": ref.span.text.strip("'\"")}
    made = insert_before(node.item, item_text(node.item, target, arguments))
    return None if made is None else (made, rename(ref.span, name))


def reference(ref: Ref) -> str:
    """A reference by the whole path."""
    return f"{ref.node}.{ref.output}" if ref.explicit else ref.node


def local(path: str, reader: GraphNode) -> str | None:
    """What a node is called where another stands; None if it may have no name there.

    A block sees its own layers only; from the model's own list, everything can be reached by its path.
    """
    prefix = reader.name[: reader.name.rfind(".") + 1]
    return path[len(prefix) :] if path.startswith(prefix) else None


def read(search: Search, reader: GraphNode | None, path: str) -> Edit | None:
    """Let an item that reads only the one above it read this instead."""
    if reader is None or len(reader.inputs) != 1 or not search.alone(reader):
        return None
    name = local(path, reader)
    if name is None:
        return None
    return set_argument(reader.item, "from", f'"{name}"' if is_json(reader.item) else name)


def take_out(search: Search, node: GraphNode) -> Edits | None:
    """Delete a layer and lead what reads it to its first input; None if that cannot be written."""
    if not search.alone(node) or len(node.inputs) != 1:
        return None
    [ref] = node.inputs
    follows = ref.span is None or _is_next(search, ref, node)
    edits: list[Edit | None] = [delete_item(node.item)]
    for use in search.uses(node.name):
        if use.ref.span is not None:
            name = reference(ref) if use.reader is None else local(reference(ref), use.reader)
            edits.append(None if name is None else rename(use.ref.span, name))
        elif use.reader is None:
            edits += [] if follows and search.nodes[ref.node].kind != "input" else [None]
        elif not follows or ref.explicit:
            edits.append(read(search, use.reader, reference(ref)))
    made = tuple(edit for edit in edits if edit is not None)
    return made if len(made) == len(edits) else None


def _is_next(search: Search, ref: Ref, node: GraphNode) -> bool:
    """Whether a node's item is the one that would be read in its place, were it not there.

    False where blocks, repeats or branches may come in between.
    """
    if not search.flat:
        return False
    above = search.before(node)
    return search.walk.graph.inputs == [ref.node] if above is None else above.name == ref.node


def body_text(node: GraphNode, leave: Sequence[str]) -> dict[str, str]:
    """The source text of a layer's arguments by name, some left out, where each is on one line."""
    body = node.body()
    found: dict[str, str] = {}
    for key, value in body or ():
        if str(key.value) not in leave:
            text = value.source.text[value.start : value.end].strip()
            if "\n" in text or "#" in text:
                return {}
            found[str(key.value)] = text
    return found
