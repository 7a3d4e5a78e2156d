"""Common mistakes: where they are said to be, what is said, and what is advised."""

from __future__ import annotations

import sys

import pytest

from specgraph.source import Source, SourceError, UnreadableError, read, yaml_reader


@pytest.mark.parametrize(
    ("text", "marked", "message", "help"),
    [
        ("a:\n\tb: 1", "\t", "tab", "spaces"),
        ("a:\n  b: 1\n\tc: 2", "\t", "tab", "spaces"),
        ("a: 1\n\tb: 2", "\t", "tab", "spaces"),
        ("a: >\n\tx", "\t", "tab", "spaces"),
        ("a: {x: ${y}}", "${y}", "unquoted `${`", 'quote it: "${y}", or write $y'),
        ("a: [${y * 2}, 1]", "${y * 2}", "unquoted `${`", 'quote it: "${y * 2}"'),
        ("a: [1, 2", "[", "never closed", "`]`"),
        ("b: [", "[", "never closed", "`]`"),
        ("b: {a: [1], ", "{", "never closed", "`}`"),
        ("a: {b: 1\nc: 2", ":", "expected `,` or `}`", "line 1"),
        ("{a: 1]", "]", "expected `}`", ""),
        ("[a, b]]", "]", "closes nothing", ""),
        ("a: b: c", ":", "second `:`", "quote"),
        ("a\nb: 1", ":", "cannot be a mapping", "line 1 lack"),
        ("a: 1\n  b: 2", "b", "deeper", "line 1"),
        ("a: 1\nDropout\nb: 2", "Dropout", "`:` is missing", "key: value"),
        ("a: 1\nb:2\nc: 3", "b:2", "`:` is missing", "space after the colon"),
        ("- a\nb: 1", "b", "another `- ` item", "indent"),
        ("a:\n   b: 1\n  c: 2", "c", "indentation fits nothing", "line 1"),
        ('a: "b" c', "c", "has ended", "quote"),
        ('a: "x', '"', "never closed", ""),
        ("a: @b", "@", "cannot begin", "quote"),
        ("a: *.py", "*", "name is missing", "quote"),
        ("a: *name", "*name", "no anchor", "quote"),
        ("[a, , b]", ",", "value is missing", ""),
        ("a: - b", "-", "cannot begin here", "next line"),
        ('a: "\\d"', "\\d", "escape", "single quotes"),
    ],
)
def test_message(text: str, marked: str, message: str, help: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(Source(text))
    error = caught.value
    assert error.rule == "syntax"
    assert error.span.text == marked
    assert message in error.message
    assert help in (error.help or "")


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: {b: 1\nc: 2", (1, 4)), ("x: 1\na: [1}", (2, 4)), ("a\nb: 1", (1, 1)), ("a: 1\na: 2", (1, 1))],
)
def test_related_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(SourceError) as caught:
        read(Source(text))
    [(span, _)] = caught.value.related
    assert span.source.position(span.start) == place


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "CParser", None)
    with pytest.raises(UnreadableError, match="libyaml"):
        read(Source("a: 1"))


def test_whatever_the_parser_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __init__(self, text: str) -> None: ...

        def get_event(self) -> None:
            raise KeyError("x")

    monkeypatch.setattr(yaml_reader, "CParser", Broken)
    with pytest.raises(SourceError):
        read(Source("a: 1"))


def test_json_needs_no_yaml() -> None:
    import subprocess

    code = (
        "import sys; from specgraph.source import Source, read; read(Source('{}', 'a.json'));"
        "sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
