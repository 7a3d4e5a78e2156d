"""JSON in the usual style: what fits on a line stands on one, except the whole."""

from __future__ import annotations

from specgraph.source.nodes import MapNode, Node, Scalar

from .tokens import BREAK

WIDTH = 110


def layout_json(root: Node) -> str:
    """The text of a JSON document, its strings and numbers as they were written."""
    text = root.source.text
    found = BREAK.search(text)
    newline = found.group() if found else "\n"
    return newline.join([*_lines(root, 0, "", "", whole=True), ""])


def _lines(node: Node, indent: int, lead: str, end: str, *, whole: bool = False) -> list[str]:
    """The lines of a value, behind its key in `lead`, and before its comma in `end`."""
    space = " " * indent
    short = _one_line(node)
    children = _children(node)
    if not children or (not whole and indent + len(lead) + len(short) + len(end) <= WIDTH):
        return [f"{space}{lead}{short}{end}"]
    opening, closing = "{}" if isinstance(node, MapNode) else "[]"
    lines = [f"{space}{lead}{opening}"]
    for key, child in children:
        comma = "" if child is children[-1][1] else ","
        lines += _lines(child, indent + 2, key, comma)
    return [*lines, f"{space}{closing}{end}"]


def _children(node: Node) -> list[tuple[str, Node]]:
    """Each child with the text before it on its line."""
    if isinstance(node, Scalar):
        return []
    if isinstance(node, MapNode):
        return [(f"{key.span.text}: ", value) for key, value in node]
    return [("", item) for item in node.items]


def _one_line(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.span.text
    body = ", ".join([key + _one_line(child) for key, child in _children(node)])
    return f"{{{body}}}" if isinstance(node, MapNode) else f"[{body}]"
