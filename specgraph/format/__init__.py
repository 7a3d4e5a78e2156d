"""Specs written in one style: comments, quotes, numbers and order stay as their authors wrote them."""

from __future__ import annotations

from specgraph.limits import DEFAULT, Limits
from specgraph.source import ListNode, MapNode, Node, Scalar, Source, SourceError, read
from specgraph.source.yaml_reader import read_yaml

from .tokens import FormatError, comments

__all__ = ("FormatError", "format_source", "same")


def format_source(source: Source, limits: Limits = DEFAULT) -> str:
    """The text in the usual style, `layout` for YAML and `as_json` for JSON, with the line ends that it has.

    SourceError for a text that cannot be read. What was written is read again: FormatError if it is not the
    same tree with the same comments.
    """
    root = read(source, limits)
    json = _is_json(source, limits)
    if json:
        from .as_json import layout_json as layout
    else:
        from .layout import layout
    result = Source(layout(root), source.name)
    try:
        again = read(result, limits) if json else read_yaml(result, limits)
    except SourceError as error:
        raise FormatError(f"the result cannot be read: {error.message}") from None
    if not same(root, again) or not (json or comments(root) == comments(again)):
        raise FormatError("the result is not the same spec")
    # `{"a": 1,}` is YAML, and becomes JSON when its last comma goes.
    return format_source(result, limits) if not json and _is_json(result, limits) else result.text


def _is_json(source: Source, limits: Limits) -> bool:
    """Whether `read` takes the text for JSON."""
    if source.name.lower().endswith(".json"):
        return True
    if not source.text.lstrip("\ufeff \t\r\n").startswith("{"):
        return False
    from specgraph.source.json_reader import read_json

    try:
        read_json(source, limits)
    except SourceError:
        return False
    return True


def same(one: Node, other: Node) -> bool:
    """Whether two trees are the same: keys and their order, values, and which scalars have quotes."""
    todo: list[tuple[Node, Node]] = [(one, other)]
    while todo:
        a, b = todo.pop()
        if isinstance(a, Scalar) and isinstance(b, Scalar):
            if type(a.value) is not type(b.value) or repr(a.value) != repr(b.value) or a.plain != b.plain:
                return False
        elif isinstance(a, ListNode) and isinstance(b, ListNode) and len(a.items) == len(b.items):
            todo += zip(a.items, b.items, strict=True)
        elif isinstance(a, MapNode) and isinstance(b, MapNode) and list(a.entries) == list(b.entries):
            for (key, value), (key_again, value_again) in zip(a, b, strict=True):
                todo += [(key, key_again), (value, value_again)]
        else:
            return False
    return True
