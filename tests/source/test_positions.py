"""Every node knows its place: what its span covers reads as the same value again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from specgraph.source import ListNode, MapNode, Node, Scalar, Source, at, read

PRINTABLE = st.characters(
    exclude_categories=["Cs", "Cc"],
    exclude_characters="\ufeff\ufffe\uffff\u2028\u2029",
    include_characters="\n\t",
)
TEXT = st.text(PRINTABLE, max_size=12) | st.sampled_from(
    ["yes", "010", "1:30", "~", "", "a b", "#", "- x", "a: b"]
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ATOMS = st.none() | st.booleans() | st.integers(-(1 << 53), 1 << 53) | FLOATS | TEXT
DATA = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=15
)


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
        return
    for child in [value for _, value in node] if isinstance(node, MapNode) else node.items:
        yield from scalars(child)


def containers(node: Node) -> Iterator[ListNode | MapNode]:
    if isinstance(node, Scalar):
        return
    yield node
    for child in [value for _, value in node] if isinstance(node, MapNode) else node.items:
        yield from containers(child)


def check_places(root: Node, suffix: str) -> None:
    for node in scalars(root):
        again = read(Source(node.span.text, suffix))
        assert again.data() == node.value
        assert node.span.text == node.span.text.strip(" \t\r\n")
    for container in containers(root):
        text = container.span.text
        assert text == text.strip(" \t\r\n")
        if container.flow:
            assert text[0] + text[-1] == ("{}" if isinstance(container, MapNode) else "[]")


@settings(max_examples=150, deadline=None)
@given(DATA, st.sampled_from([True, False, None]), st.booleans(), st.sampled_from([40, 10_000]))
def test_yaml_that_pyyaml_writes(data: object, flow: bool | None, unicode: bool, width: int) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=unicode, width=width, sort_keys=False)
    root = read(Source(text))
    assert root.data() == data
    check_places(root, "again.yaml")


@settings(max_examples=150, deadline=None)
@given(DATA, st.sampled_from([None, 2, "\t"]))
def test_json_and_yaml_readers_agree(data: object, indent: int | str | None) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    strict, loose = read(Source(text, "a.json")), read(Source(text, "a.yaml"))
    assert strict.data() == loose.data() == data
    check_places(strict, "again.json")
    places = [(node.start, node.end) for node in (*scalars(strict), *containers(strict))]
    assert places == [(node.start, node.end) for node in (*scalars(loose), *containers(loose))]


SPEC = """\
# comment
name: "café"   # quoted
inputs: {x: [H, 'W', 3], }
layers:
  - Conv2D: {filters: $width}   # after

  - Dropout
  - repeat:
      times: 3
      note: |
        text

# trailing

empty:
last: &l [1]
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (["name"], '"café"'),
        (["inputs"], "{x: [H, 'W', 3], }"),
        (["inputs", "x", 1], "'W'"),
        (["layers", 0], "Conv2D: {filters: $width}"),
        (["layers", 1], "Dropout"),
        (["layers", 2, "repeat", "note"], "|\n        text"),
        (["layers", 2, "repeat"], "times: 3\n      note: |\n        text"),
        (["layers"], SPEC[SPEC.index("- Conv2D") : SPEC.index("\n\n# trailing")]),
        (["empty"], ""),
        (["last"], "[1]"),
        ([], SPEC[SPEC.index("name") :].rstrip()),
    ],
)
def test_spans(path: list[str | int], text: str) -> None:
    assert at(read(Source(SPEC)), path).span.text == text


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a: &x b", ["b"]),
        ("a: &x   # c\n  'b'", ["'b'"]),
        ("a: &x\nb: 1", ["", "1"]),
        ("&x a: 1", ["1"]),
        ("\ufeffa: b\nc: d", ["b", "d"]),
        ("a: b\r\nc: d\re: f", ["b", "d", "f"]),
        ("a: \u2028b\nc: '😀'", ["\u2028b", "'😀'"]),
        ("[a , 'b' ,\tc ]", ["a", "'b'", "c"]),
        ("- a  \n-   b # c\n", ["a", "b"]),
        ("a: |+\n  b\n\n\nc: 1", ["|+\n  b", "1"]),
        ("a: b\n  c\n", ["b\n  c"]),
        ("[a: b , {c: d} ]", ["b", "d"]),
    ],
)
def test_scalar_spans(text: str, spans: list[str]) -> None:
    assert [node.span.text for node in scalars(read(Source(text)))] == spans


def test_flow_and_plain() -> None:
    root = read(Source("a: [x]\nb:\n  - 'y'\nc: {}"))
    assert isinstance(root, MapNode)
    assert not root.flow
    first, second, third = (value for _, value in root)
    assert isinstance(first, ListNode)
    assert isinstance(second, ListNode)
    assert isinstance(third, MapNode)
    assert (first.flow, second.flow, third.flow) == (True, False, True)
    assert [node.plain for node in scalars(root)] == [True, False]
    assert root.key("a").plain
