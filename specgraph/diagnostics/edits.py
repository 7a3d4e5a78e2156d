"""Edits of a spec's text, made from its nodes: comments, order and quotes stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from json import dumps
from typing import Any

from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Source, Span

from .diagnostic import Edit, Fix

_PLAIN = re.compile(r"\$?[A-Za-z_][A-Za-z0-9_./]*(?:-[A-Za-z0-9_./]+)*")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_GAP = re.compile(r"(?:[ \t\r\n]|(?<![^ \t\r\n,])#[^\r\n]*)*")
_DASH = re.compile(r"(?:^|[ \t\r\n])(-)[ \t\r\n]+(?:[&!][^ \t\r\n]*[ \t\r\n]+)*$")
_LOOK_BACK = 400
"""How far before an item its dash may stand: it is on the same line in all but odd files."""


def apply(text: str, fixes: Iterable[Fix]) -> str:
    """The text with the fixes made; a fix that touches what an earlier one changed is left out whole.

    So is one that edits another file: offsets refer to `text` as it was read.
    """
    taken: list[Edit] = []
    for fix in fixes:
        ours = all(edit.span.source.text == text for edit in fix.edits)
        if ours and not any(_overlap(edit.span, other.span) for edit in fix.edits for other in taken):
            taken.extend(fix.edits)
    pieces: list[str] = []
    done = 0
    for edit in sorted(taken, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start < done:
            continue
        pieces += [text[done : edit.span.start], edit.replacement]
        done = edit.span.end
    return "".join([*pieces, text[done:]])


def _overlap(a: Span, b: Span) -> bool:
    """Whether two edits cannot both be made; two insertions at one place cannot."""
    return (a.start < b.end and b.start < a.end) or (a.start, a.end) == (b.start, b.end)


def replace(node: Node, new_text: str) -> Edit:
    """Write `new_text` in place of a value or key."""
    return Edit(Span(node.source, node.start, _end(node)), _deeper(node) + new_text)


def replace_item(item: Node, new_text: str) -> Edit:
    """Write another item in place of one, behind the same dash."""
    return Edit(Span(item.source, item.start, _end(item)), new_text)


def _deeper(node: Node) -> str:
    """What puts a text in place of a block's lines right of the key that they belong to."""
    return "  " if isinstance(node, (MapNode, ListNode)) and not node.flow else ""


def set_argument(item: Node, key: str, value_text: str) -> Edit:
    """Give a layer item (`Flatten`, `Dense: {…}`) the argument `key`, or change it."""
    arguments = next(iter(item))[1] if isinstance(item, MapNode) and item.entries else item
    beside = arguments if isinstance(arguments, MapNode) and arguments.entries else item
    pair = f"{_quote(key) if is_json(beside) else key}: {value_text}"
    if not isinstance(item, MapNode) or len(item.entries) != 1:
        return _give_arguments(item, pair)
    name, value = next(iter(item))
    if isinstance(value, MapNode):
        if key in value.entries:
            return _set_value(*value.entries[key], value_text)
        return _add_flow(value, pair) if value.flow or not value.entries else _add_line(value, pair)
    return _set_value(name, value, f"{{{pair}}}")


def _give_arguments(item: Node, pair: str) -> Edit:
    """`Flatten` -> `Flatten: {pair}`, in braces of its own inside a flow list."""
    source = item.source
    end = _end(item)
    whole = f"{source.text[item.start : end]}: {{{pair}}}"
    return Edit(Span(source, item.start, end), whole if _dash(item) is not None else f"{{{whole}}}")


def _set_value(key: Scalar, value: Node, text: str) -> Edit:
    """Replace a value, or write one where only its key stands (`key:`, or `key` in a flow map)."""
    source = key.source
    end = _end(value)
    if source.text[value.start : end].strip():
        return Edit(Span(source, value.start, end), _deeper(value) + text)
    at = _skip(source, key.end)
    if source.text[at : at + 1] == ":":
        rest = source.text[at + 1 : _line_end(source, at)]
        spaces = len(rest) - len(rest.lstrip(" \t"))
        stop = at + 1 + spaces if rest[spaces : spaces + 1] in (",", "}") else at + 1
        return Edit(Span(source, at + 1, stop), f" {text}")
    return Edit(Span(source, key.end, key.end), f": {text}")


def _add_flow(value: MapNode, pair: str) -> Edit:
    """Insert a pair after the last one of `{…}`, on a line of its own where the last one has one."""
    source = value.source
    if not value.entries:
        at = source.text.index("{", value.start) + 1
        return Edit(Span(source, at, at), pair)
    key, last = list(value)[-1]
    at = max(_end(last), key.end)
    comma = _skip(source, at)
    if not source.text[last.start : _end(last)].strip():
        colon = _skip(source, key.end)
        at = comma = _skip(source, colon + 1) if source.text[colon : colon + 1] == ":" else comma
    indent = _own_line(source, key.start)
    lead = " " if indent is None else _newline(source, key.start) + indent
    if source.text[comma : comma + 1] == ",":
        return Edit(Span(source, comma + 1, comma + 1), lead + pair)
    return Edit(Span(source, at, at), f",{lead}{pair}")


def _add_line(value: MapNode, pair: str) -> Edit:
    """Insert a line after the last entry of a block map, indented like its first key."""
    source = value.source
    keys = list(value.entries.values())
    column = source.position(keys[0][0].start)[1]
    at = _line_end(source, _end(value))
    return Edit(Span(source, at, at), f"{_newline(source, keys[0][0].start)}{' ' * (column - 1)}{pair}")


def delete_item(node: Node) -> Edit:
    """Take an item out of its list: its whole lines, or the element and its comma.

    The last item of a block list leaves a key with nothing under it.
    """
    source, text = node.source, node.source.text
    dash = _dash(node)
    end = _end(node)
    if dash is not None:
        start = _line_start(text, dash)
        stop = _line_end(source, end)
        if text[start:dash].strip():
            return Edit(Span(source, node.start, end), "null")
        if stop < len(text):
            stop += 2 if text.startswith("\r\n", stop) else 1
        elif start:
            start -= 2 if text.startswith("\r\n", start - 2) else 1
        return Edit(Span(source, start, stop), "")
    after = _skip(source, end)
    if text[after : after + 1] == ",":
        return Edit(Span(source, node.start, _skip(source, after + 1)), "")
    before = len(text[: node.start].rstrip())
    if before and text[before - 1] == ",":
        return Edit(Span(source, before - 1, end), "")
    return Edit(Span(source, node.start, end), "")


def add_entry(holder: MapNode, key: str, value_text: str) -> Edit:
    """Add a key with its value to the end of a mapping that has some already."""
    pair = f"{_quote(key) if is_json(holder) else key}: {value_text}"
    return _add_flow(holder, pair) if holder.flow else _add_line(holder, pair)


def delete_entry(holder: MapNode, key: str) -> Edit | None:
    """Take a key and its value out of a mapping; None where other things share their lines."""
    name, value = holder.entries[key]
    source, end = holder.source, max(_end(value), name.end)
    if holder.flow:
        return delete_item(Scalar(source, name.start, end, None))
    start, stop = _line_start(source.text, name.start), _line_end(source, end)
    if source.text[start : name.start].strip() or len(holder.entries) == 1:
        return None
    if stop < len(source.text):
        stop += len(_newline(source, name.start))
    return Edit(Span(source, start, stop), "")


def insert_after(item: Node, text: str) -> Edit:
    """Put a new item behind this one: a `- text` line, or an element where the list is written `[…]`."""
    source = item.source
    dash = _dash(item)
    if dash is None:
        at = _end(item)
        indent = _own_line(source, item.start)
        lead = " " if indent is None else _newline(source, item.start) + indent
        return Edit(Span(source, at, at), f",{lead}{text}")
    at = _line_end(source, _end(item))
    break_ = _newline(source, dash)
    indent = " " * (source.position(dash)[1] - 1)
    body = f"{break_}{indent}  ".join(text.splitlines())
    return Edit(Span(source, at, at), f"{break_}{indent}- {body}")


def insert_before(item: Node, text: str) -> Edit | None:
    """Put a new item before this one, written like it; None where its dash shares a line with another."""
    source = item.source
    dash = _dash(item)
    if dash is None:
        return Edit(Span(source, item.start, item.start), f"{text}, ")
    start = _line_start(source.text, dash)
    indent = source.text[start:dash]
    if indent.strip():
        return None
    return Edit(Span(source, start, start), f"{indent}- {text}{_newline(source, dash)}")


def in_block(item: Node) -> bool:
    """Whether an item has a dash of its own, and does not stand in `[…]`."""
    return _dash(item) is not None


def format_value(value: Any, *, quoted: bool = False) -> str:
    """Python data as flow YAML that YAML 1.1, YAML 1.2 and this language read back as the same.

    With `quoted`, strict JSON: for specs that are JSON. ValueError for data that has no such form.
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value, quoted)
    if isinstance(value, str):
        plain = not quoted and _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if plain else _quote(value)
    if isinstance(value, Mapping):
        keys = [format_value(str(key), quoted=quoted) for key in value]
        values = [format_value(entry, quoted=quoted) for entry in value.values()]
        return "{" + ", ".join([f"{key}: {entry}" for key, entry in zip(keys, values, strict=True)]) + "}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join([format_value(entry, quoted=quoted) for entry in value])}]"
    raise ValueError(f"no text for a {type(value).__name__}")


def is_json(node: Node) -> bool:
    """Whether keys beside this node are to be quoted: a JSON file, or JSON's way of writing."""
    if node.source.name.endswith(".json"):
        return True
    key = next(iter(node))[0] if isinstance(node, MapNode) and node.entries else node
    return node.source.text.startswith('"', key.start)


def _number(value: float, strict: bool) -> str:
    """YAML 1.1 wants a point in every float: `1e-05` would be a string."""
    if value != value or value in (float("inf"), float("-inf")):
        if strict:
            raise ValueError("JSON has no infinite numbers")
        return ".nan" if value != value else ".inf" if value > 0 else "-.inf"
    digits, e, exponent = repr(value).partition("e")
    if e and "." not in digits:
        digits += ".0"
    return f"{digits}{e}{exponent}"


def _quote(text: str) -> str:
    """In double quotes, the same string to JSON and to YAML."""
    quoted = dumps(text, ensure_ascii=False)
    return "".join([c if c.isprintable() or c > "\uffff" else f"\\u{ord(c):04x}" for c in quoted])


def _end(node: Node) -> int:
    """Where the text of a node really ends: a block's own end may lie behind the comments after it."""
    if isinstance(node, MapNode) and not node.flow and node.entries:
        key, value = list(node)[-1]
        return max(_end(value), key.end)
    if isinstance(node, ListNode) and not node.flow and node.items:
        return _end(node.items[-1])
    return node.start + len(node.source.text[node.start : node.end].rstrip())


def _skip(source: Source, offset: int) -> int:
    """The offset of the next token: behind spaces, line breaks and comments."""
    gap = _GAP.match(source.text, offset)
    return gap.end() if gap else offset


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_end(source: Source, offset: int) -> int:
    line = source.position(offset)[0]
    return offset - source.position(offset)[1] + 1 + len(source.line(line))


def _newline(source: Source, offset: int) -> str:
    """The line break that the file uses around here."""
    text = source.text
    end = _line_end(source, offset)
    if end == len(text):
        end = _line_start(text, offset) - 1
        end -= end > 0 and text[end - 1 : end + 1] == "\r\n"
    if end < 0:
        return "\n"
    return "\r\n" if text.startswith("\r\n", end) else text[end]


def _own_line(source: Source, offset: int) -> str | None:
    """The indentation before `offset` if nothing else stands before it on its line."""
    start = _line_start(source.text, offset)
    before = source.text[start:offset]
    return before if start and not before.strip() else None


def _dash(node: Node) -> int | None:
    """The offset of the dash that makes a node an item of a block list; None in `[…]`."""
    begin = max(0, node.start - _LOOK_BACK)
    found = _DASH.search(node.source.text[begin : node.start])
    if found is None or (begin and not found.start()):
        return None
    return begin + found.start(1)
