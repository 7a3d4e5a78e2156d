"""Reads YAML, as the core schema of YAML 1.2, into nodes.

libyaml's parser gives events, one at a time; limits are checked at each, so that a hostile text is
refused before it costs anything. (PyYAML's own loaders recurse, and crash on deep nesting.)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Any

from specgraph.limits import Limits

from .builder import Anchor, Builder
from .errors import SourceError, UnreadableError
from .nodes import ListNode, MapNode, Node, Scalar
from .scalars import resolve
from .text import Source, Span

try:
    from yaml._yaml import CParser
    from yaml.events import (
        AliasEvent,
        CollectionEndEvent,
        CollectionStartEvent,
        DocumentStartEvent,
        MappingStartEvent,
        ScalarEvent,
        StreamEndEvent,
    )
except ImportError:
    CParser = None  # type: ignore[assignment,misc]

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_UNWRITTEN = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
_NOT_BREAKS = "\x85\u2028\u2029"
"""Line breaks to libyaml, which reads YAML 1.1, but ordinary characters in YAML 1.2."""


def read_yaml(source: Source, limits: Limits) -> Node:
    """The value of a YAML text; SourceError if it has none, or passes a limit."""
    if CParser is None:
        raise UnreadableError("cannot read YAML: PyYAML is installed without libyaml; install it as a wheel")
    _check_characters(source)
    reader = _Reader(source, limits)
    try:
        return reader.read()
    except SourceError:
        raise
    except Exception as error:
        from .yaml_errors import explain

        raise explain(error, source, reader.shift, reader.offset, reader.open_bracket()) from None


def _check_characters(source: Source) -> None:
    match = _FORBIDDEN.search(source.text)
    if match:
        char = ord(match.group())
        surrogate = 0xD800 <= char < 0xE000
        what = "half of a surrogate pair" if surrogate else "a control character"
        message = f"the text has U+{char:04X} here, {what}"
        raise SourceError(
            "encoding" if surrogate else "syntax", message, Span(source, match.start(), match.end())
        )
    # libyaml compares each %TAG line with all others.
    match = re.search(r"(?:\A\ufeff?|[\r\n])(%TAG)", source.text) if "%TAG" in source.text else None
    if match:
        raise SourceError(
            "yaml-feature", "specs have no tags", Span(source, *match.span(1)), help="remove this line"
        )


class _Reader:
    """`offset` is where the last event ended; `shift` is what libyaml's offsets lack."""

    __slots__ = ("anchors", "back", "builder", "documents", "limits", "offset", "parser", "shift", "source")

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.builder = Builder(source, limits)
        self.anchors: dict[str, Anchor] = {}
        self.documents = 0
        self.offset = 0
        self.shift = 1 if source.text.startswith("\ufeff") else 0
        text = source.text
        self.back: dict[int, str] = {}
        if any(char in text for char in _NOT_BREAKS):
            self.back = _stand_ins(text)
            text = text.translate({ord(char): stand_in for stand_in, char in self.back.items()})
        self.parser = CParser(text)

    def read(self) -> Node:
        shift = self.shift
        get_event: Callable[[], Any] = self.parser.get_event
        while True:
            event = get_event()
            kind = type(event)
            start = event.start_mark.index + shift
            self.offset = end = event.end_mark.index + shift
            if kind is ScalarEvent:
                self.scalar(event, start, end)
            elif issubclass(kind, CollectionStartEvent):
                self.open(event, start)
            elif issubclass(kind, CollectionEndEvent):
                self.close(end)
            elif kind is AliasEvent:
                self.alias(event.anchor, start, end)
            elif kind is DocumentStartEvent:
                self.document(start, end)
            elif kind is StreamEndEvent:
                return self.builder.root or Scalar(self.source, 0, 0, None, plain=True)

    def document(self, start: int, end: int) -> None:
        self.documents += 1
        if self.documents > 1:
            message = "a second document begins here"
            help = "a file holds one spec; several models go under `models:`"
            raise SourceError("yaml-feature", message, Span(self.source, start, end), help=help)

    def scalar(self, event: Any, start: int, end: int) -> None:
        if event.anchor is not None or event.tag is not None:
            start = min(self.skip_properties(event, start), end)
        value: str = event.value
        plain = not event.style
        if self.back:
            value = value.translate(self.back)
        if event.style == '"' and "\0" in value:
            raise SourceError(
                "syntax", "a string cannot hold the character NUL", Span(self.source, start, end)
            )
        if event.style == "|" or event.style == ">":
            end = start + len(self.source.text[start:end].rstrip(" \t\r\n"))
        anchor = None
        if event.anchor is not None:
            anchor = self.anchors[event.anchor] = Anchor(event.anchor, start)
            anchor.key = value
        is_key = self.builder.wants_key
        if is_key:
            self.key(value, start, end, plain)
        if anchor is not None or not is_key:
            read = resolve(value, self.source, start, self.limits) if plain else value
            node = Scalar(self.source, start, end, read, plain)
            if not is_key:
                self.builder.add(node)
            if anchor is not None:
                anchor.node = node

    def key(self, text: str, start: int, end: int, plain: bool) -> None:
        if plain and text == "<<":
            help = "write the keys out, or make a block with params"
            raise SourceError(
                "yaml-feature", "specs have no merge keys (`<<`)", Span(self.source, start, end), help=help
            )
        if plain and not text:
            place = min(start, len(self.source.text) - 1)
            raise SourceError("syntax", "a key is missing here", Span(self.source, place, place + 1))
        self.builder.key(Scalar(self.source, start, end, text, plain))

    def open(self, event: Any, start: int) -> None:
        if event.anchor is not None or event.tag is not None:
            start = self.skip_properties(event, start)
        if self.builder.wants_key:
            help = "a key is a word; quote this if it is meant as text"
            span = Span(self.source, start, start + 1)
            raise SourceError("syntax", "a list or mapping cannot be a key", span, help=help)
        anchor = None
        if event.anchor is not None:
            anchor = self.anchors[event.anchor] = Anchor(event.anchor, start)
        node: ListNode | MapNode
        if type(event) is MappingStartEvent:
            node = MapNode(self.source, start, start, {}, bool(event.flow_style))
        else:
            node = ListNode(self.source, start, start, [], bool(event.flow_style))
        self.builder.open(node, anchor)

    def close(self, end: int) -> None:
        node = self.builder.innermost
        assert node is not None
        # In `[a: b]`, the mapping is of flow style but has no brackets.
        bracketed = node.flow and self.source.text[node.start] == ("{" if isinstance(node, MapNode) else "[")
        self.builder.close(end if bracketed else None)

    def alias(self, name: str, start: int, end: int) -> None:
        anchor = self.anchors.get(name)
        span = Span(self.source, start, end)
        if anchor is None:
            help = f"quote it if it is meant as text: '*{name}'"
            raise SourceError("syntax", f"no anchor `&{name}` comes before this alias", span, help=help)
        place = Span(self.source, anchor.start, anchor.start + 1)
        if not self.builder.wants_key:
            if anchor.node is None:
                related = ((place, "the anchored value begins here"),)
                raise SourceError(
                    "yaml-feature", f"`*{name}` stands inside its own anchor", span, related=related
                )
            self.builder.alias(anchor, start, end)
        elif anchor.key is None:
            raise SourceError(
                "syntax", "a list or mapping cannot be a key", span, related=((place, "it is this one"),)
            )
        else:
            self.builder.count_alias(start, end)
            self.key(anchor.key, start, end, plain=False)

    def open_bracket(self) -> int | None:
        """Where the innermost `[` or `{` is that is still open."""
        node = self.builder.innermost
        return node.start if node is not None and node.flow else None

    def skip_properties(self, event: Any, start: int) -> int:
        """Where a node's own text begins, behind its anchor; SourceError if it has a tag."""
        text = self.source.text
        if event.tag is not None:
            bang = max(text.find("!", start), start)
            match = re.compile(r"[^\s,\]}]*").match(text, bang)
            span = Span(self.source, bang, match.end() if match else bang)
            help = "leave it out: types follow from the place, and quotes make text"
            raise SourceError("yaml-feature", "specs have no tags", span, help=help)
        match = _UNWRITTEN.match(text, start + 1 + len(event.anchor))
        assert match is not None
        return match.end()


def _stand_ins(text: str) -> dict[int, str]:
    """Private-use characters, neither written nor escaped in `text`, for each of `_NOT_BREAKS`."""
    taken = set(map(ord, text))
    taken.update(int(a or b, 16) for a, b in re.findall(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))", text))
    candidates = chain(
        range(0xE000, 0xF900), range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE), range(0x10000, 0xE0000)
    )
    free = (code for code in candidates if code not in taken)
    return dict(zip(free, _NOT_BREAKS, strict=False))
