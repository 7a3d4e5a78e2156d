from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgraph.diagnostics.escape import clip, escape, show


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b[31mred\x07", "\\u001b[31mred\\u0007"),
        ("a\n::error::b\r\t", "a\\u000a::error::b\\u000d\\u0009"),
        ("\x7f\x9b\x85", "\\u007f\\u009b\\u0085"),
        ("\u202eevil\u2066\u200f\u061c", "\\u202eevil\\u2066\\u200f\\u061c"),
        ("a\u200bb\u2060\ufeff\u00ad", "a\\u200bb\\u2060\\ufeff\\u00ad"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud800", "\\ud800"),
        ("\U000e0041\u3164", "\\U000e0041\\u3164"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, safe: str) -> None:
    assert escape(text) == safe


@pytest.mark.parametrize(
    "text",
    ["", "plain \\ text", "Größe", "層名", "שלום", "हिन्दी", "e\u0301", "😀🚀", "❤\ufe0f", "\U0001fae8"],
)
def test_letters_and_emoji_stay(text: str) -> None:
    assert escape(text) == text


@given(st.text(st.characters()))
def test_the_result_is_one_encodable_line(text: str) -> None:
    safe = escape(text)
    assert len(safe.encode().decode().splitlines()) <= 1
    assert escape(safe) == safe
    assert len(show(text)) <= 400


@given(st.text("abc", max_size=60), st.integers(3, 20), st.integers(0, 60), st.integers(0, 60))
def test_clip_keeps_a_window(text: str, width: int, start: int, end: int) -> None:
    shown = clip(text, width, start, end)
    assert len(shown) == min(width, len(text))
    assert shown.strip("…") in text


def test_clip_shows_the_span() -> None:
    assert clip("a" * 50 + "HERE" + "b" * 50, 12, 50, 54) == "…aaaHEREbbb…"
    assert clip("abcdefgh", 5) == "abcd…"
    assert clip("abcdefgh", 5, 7, 8) == "…efgh"
