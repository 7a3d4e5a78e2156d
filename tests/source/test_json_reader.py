"""JSON, strictly."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specgraph.limits import DEFAULT
from specgraph.source import Node, Source, SourceError, read
from specgraph.source.json_reader import read_json


def parse(text: str) -> Node:
    return read(Source(text, "a.json"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (1, 1)), ("  \n ", (2, 2)), ("{", (1, 1)), ("[1,\n [2", (2, 2)), ('{"a":1,}', (1, 8)),
        ("[1,]", (1, 4)), ("[,]", (1, 2)), ('{"a" 1}', (1, 6)), ("{a:1}", (1, 2)), ("{'a':1}", (1, 2)),
        ("{1:1}", (1, 2)), ("[NaN]", (1, 2)), ("[-Infinity]", (1, 2)), ("[Infinity]", (1, 2)),
        ("[1e999]", (1, 2)), ("[-1e999]", (1, 2)), ("[01]", (1, 2)), ("[-]", (1, 2)), ("[1.]", (1, 2)),
        ("[.5]", (1, 2)), ("[+1]", (1, 2)), ("[0x1]", (1, 2)), ("[1_0]", (1, 2)), ("[1e]", (1, 2)),
        ("[true1]", (1, 2)), ("True", (1, 1)), ("nul", (1, 1)), ("١", (1, 1)), ('"abc', (1, 1)),
        ('"a\nb"', (1, 1)), ('"\t"', (1, 2)), ('"\x00"', (1, 2)), ('"\x1f"', (1, 2)), ('"\\x41"', (1, 2)),
        ('"\\u12"', (1, 2)), ('"\\u12G4"', (1, 2)), ('"\\', (1, 2)), ('"\\ud83d"', (1, 2)),
        ('"\\ude00"', (1, 2)), ('"\\ud83d\\u0041"', (1, 2)), ('"\\ud83dx"', (1, 2)), ('"\\u0000"', (1, 2)),
        ('"\ud800"', (1, 2)), ("[1] x", (1, 5)), ("[1][2]", (1, 4)), ("1 2", (1, 3)), ("// c\n1", (1, 1)),
        ("[1 /* c */]", (1, 4)), ("# c\n1", (1, 1)), ("[1}", (1, 3)), ('{"a":1]', (1, 7)), ("[1 2]", (1, 4)),
        ('{"a":}', (1, 6)), ('{"a"}', (1, 5)), ('{"a":1 "b":2}', (1, 8)), ("]", (1, 1)), ("\x0b1", (1, 1)),
        ("\u00a01", (1, 1)), ("a: 1", (1, 1)), ("[1,,2]", (1, 4)), ('{"a"::1}', (1, 6)), ("[:]", (1, 2)),
    ],
)  # fmt: skip
def test_what_is_not_json(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert caught.value.rule == "syntax"
    assert caught.value.span.source.position(caught.value.span.start) == place


def test_duplicate_keys() -> None:
    with pytest.raises(SourceError) as caught:
        parse('{"a": 1,\n "\\u0061": 2}')
    error = caught.value
    assert (error.rule, error.span.text) == ("duplicate-key", '"\\u0061"')
    assert error.related[0][0].text == '"a"'


def test_surrogate_pairs_are_joined() -> None:
    assert parse('"\\ud83d\\uDE00\\u00e9\\/\\b\\f\\n\\r\\t\\"\\\\"').data() == '😀é/\b\f\n\r\t"\\'


def test_a_byte_order_mark() -> None:
    assert parse("\ufeff[1]").data() == [1]


def test_when_text_is_taken_for_json() -> None:
    """A text that begins with `{` and is JSON may have what YAML has not, and the reverse."""
    assert read(Source('{"a": "\\ud83d\\ude00"}', "-")).data() == {"a": "😀"}
    assert read(Source("{a: 1,}", "-")).data() == {"a": 1}
    with pytest.raises(SourceError):
        read(Source("a: 1", "a.JSON"))


def test_nothing_is_plain() -> None:
    node = parse("[true]")
    assert not node.items[0].plain  # type: ignore[union-attr]


FINITE = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
ATOMS = st.none() | st.booleans() | st.integers(-(1 << 53), 1 << 53) | FINITE | TEXT
DATA = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20
)


@settings(max_examples=150, deadline=None)
@given(DATA, st.booleans(), st.sampled_from([None, 0, 2]))
def test_what_the_standard_library_writes(data: object, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(data, ensure_ascii=ascii_only, indent=indent)
    assert parse(text).data() == data


@settings(max_examples=300, deadline=None)
@given(st.text('[]{}:,"\\u0123dea.-+eE \n\ttruefalsn', max_size=12))
def test_agrees_with_the_standard_library(text: str) -> None:
    try:
        expected = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    except (ValueError, RecursionError):
        with pytest.raises(SourceError):
            read_json(Source(text), DEFAULT)
        return
    try:
        found = read_json(Source(text), DEFAULT).data()
    except SourceError as error:
        assert error.rule in ("limit", "duplicate-key") or "e" in text.lower() or "\\u" in text
    else:
        assert found == expected or (isinstance(expected, float) and math.isnan(expected))
