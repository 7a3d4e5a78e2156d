"""The core schema of YAML 1.2, and where YAML 1.1 differs."""

from __future__ import annotations

import math

import pytest

from specgraph.limits import Limits
from specgraph.source import MapNode, Scalar, Source, SourceError, legacy, read


def scalar(text: str, limits: Limits | None = None) -> Scalar:
    node = read(Source(text), limits or Limits())
    assert isinstance(node, Scalar)
    return node


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, None) for word in ("~", "null", "Null", "NULL", "", "# nothing")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *((word, word) for word in ("nULL", "tRUE", "yes", "No", "on", "y", "None", "nil")),
        ("0", 0), ("-0", 0), ("+12", 12), ("-7", -7), ("010", 10), ("08", 8), ("0o17", 15), ("0x1F", 31),
        ("9007199254740992", 1 << 53), ("-9007199254740992", -(1 << 53)),
        ("1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("1e3", 1000.0), ("1e-3", 0.001),
        ("1.0E+2", 100.0), ("+.5e1", 5.0), (".inf", math.inf), ("-.INF", -math.inf), ("+.Inf", math.inf),
        *((word, word) for word in (
            "1_000", "0b11", "1:30", "0x", "0xG", "0o8", "-0x1", "1e", "e3", ".", "+", "--1", "1.2.3",
            "inf", "nan", "2001-01-01", "١٢", "1 2", ".e3", "$x", "${x}", "=",
        )),
        ('"1"', "1"), ("'yes'", "yes"), ('"null"', "null"), ("'it''s'", "it's"), ('"\\t\\x41\\u263A"', "\tA☺"),
        ("|\n 1\n", "1\n"), (">-\n a\n b\n", "a b"), ("a\n b", "a b"),
    ],
)  # fmt: skip
def test_core_schema(text: str, value: object) -> None:
    found = scalar(text).value
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_nan(text: str) -> None:
    value = scalar(text).value
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        *((word, "true") for word in ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON")),
        *((word, "false") for word in ("n", "N", "no", "No", "NO", "off", "Off", "OFF")),
        ("010", "8"), ("-010", "-8"), ("+010", "8"), ("08", "the text '08'"), ("-09", "the text '-09'"),
        ("1:30", "90"), ("-1:30", "-90"), ("1:30:00", "5400"), ("1:30.5", "90.5"), ("0:00.5", "0.5"),
        ("1_000", "1000"), ("1_000.5", "1000.5"), ("0b11", "3"), ("-0b1_1", "-3"), ("0x_ff", "255"),
        ("0_10", "8"), ("1_" + "0" * 5000, "a number"),
    ],
)  # fmt: skip
def test_legacy_differs(text: str, reading: str) -> None:
    assert legacy(scalar(text)) == reading
    assert legacy(scalar(f"'{text}'")) is None


@pytest.mark.parametrize(
    "text",
    ["", "~", "true", "False", "1", "0", "00", "07", "-7", "1.5", "1e-3", "1e3", "0o10", "0x1F", ".inf", "-.inf",
     ".nan", "same", "yEs", "1:60", ":30", "a_b", "0b", "0b2", "0x_", "--1_0", "x" * 5000, "1.2.3", "$n",
     "0:30", "1-1", "٣_٣"],
)  # fmt: skip
def test_legacy_agrees(text: str) -> None:
    assert legacy(scalar(text)) is None


def test_legacy_knows_the_place_of_an_aliased_value() -> None:
    root = read(Source("{a: &x 010, b: *x}"))
    assert isinstance(root, MapNode)
    aliased = root.get("b")
    assert isinstance(aliased, Scalar)
    assert legacy(aliased) == "8"


@pytest.mark.parametrize(
    "digits", ["9007199254740993", "-9007199254740993", "1" * 21, "0" * 21, "9" * 500_000]
)
@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_large_integers_are_refused(digits: str, name: str) -> None:
    if name == "a.json" and digits.startswith("0"):
        pytest.skip("no number of JSON")
    with pytest.raises(SourceError) as caught:
        read(Source(f"[1,\n {digits}]", name))
    assert caught.value.rule == "limit"
    assert caught.value.span.source.position(caught.value.span.start) == (2, 2)
    assert caught.value.span.text == digits


def test_the_limit_on_integers_can_be_raised_and_lowered() -> None:
    assert scalar("1" * 30, Limits(integer=10**40)).value == int("1" * 30)
    with pytest.raises(SourceError):
        scalar("1" * 5000, Limits(integer=10**6000))
    with pytest.raises(SourceError):
        scalar("0x100", Limits(integer=255))


@pytest.mark.parametrize("text", ["1e999", "-1e999", "1" * 400 + ".0"])
@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_floats_that_overflow_are_refused(text: str, name: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(Source(f"[{text}]", name))
    assert caught.value.rule == "syntax"
    assert caught.value.span.text == text
