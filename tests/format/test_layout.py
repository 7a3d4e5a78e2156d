"""How single forms are written, each before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from specgraph.format import FormatError, format_source, same
from specgraph.format.tokens import comments
from specgraph.source import Source, SourceError, load, read

ROOT = Path(__file__).parents[2]
LONG = ", ".join(f"a_rather_long_name_{n}: {n}" for n in range(5))
KEYS = [f"a_rather_long_name_{n}: {n}" for n in range(5)]

CASES = {
    "spacing": ("a:   1\nb : {c: 2 , d : [1,2 ,3], }\n", "a: 1\nb: {c: 2, d: [1, 2, 3]}\n"),
    "flow": ("b: { c: 2,d : [ 1,2 ,3], }\n", "b: {c: 2, d: [1, 2, 3]}\n"),
    "empty flow": ("b: { }\nc: [  ]\n", "b: {}\nc: []\n"),
    "one key": ("l: [ Dense : {units: 3}, a, Flatten ]\n", "l: [Dense: {units: 3}, a, Flatten]\n"),
    "json style": ('b: {"c":2}\n', 'b: {"c": 2}\n'),
    "no value in a flow": ("b: {c, d: , e}\nf: [a: ]\n", "b: {c, d: , e}\nf: [a: ]\n"),
    "joined": ("b: {c: 2,\n    d: 3}\n", "b: {c: 2, d: 3}\n"),
    "the next line": ("b:\n  {c: 2}\nd:\n  5\n", "b: {c: 2}\nd: 5\n"),
    "unfolded": (f"b: {{{LONG}}}\n", "b:\n  " + "\n  ".join(KEYS) + "\n"),
    "unfolded item": (f"- {{{LONG}}} # c\n", "# c\n- " + "\n  ".join(KEYS) + "\n"),
    "unfolded inside": (f"- x: [y, {{{LONG}}}] # c\n", "- x:  # c\n    - y\n    - " + "\n      ".join(KEYS) + "\n"),
    "unfolded pair": (f"x: [y: {{{LONG}}}]\n", "x:\n  - y:\n      " + "\n      ".join(KEYS) + "\n"),
    "unfolded whole": (f"{{{LONG}}}\n", "\n".join(KEYS) + "\n"),
    "indentation": ("a:\n- b:\n      c: 1\n-   - d\n    - e\n", "a:\n  - b:\n      c: 1\n  - - d\n    - e\n"),
    "empty lines": ("\n\na: 1\n\n\n\nb:\n\n  c: 2\n\n\n  d: 3\n\n\n", "a: 1\n\nb:\n  c: 2\n\n  d: 3\n"),
    "spaces at the end": ("a: 1   \nb: [1]\t\n# c  \n", "a: 1\nb: [1]\n# c\n"),
    "no end": ("a: 1", "a: 1\n"),
    "windows": ("a:   1\r\nb:\r\n- 2\r\n", "a: 1\r\nb:\r\n  - 2\r\n"),
    "as written": ("a: 'x'\nb: \"y\"\nc: 0x1F\nd: 1.0e-3\ne: ~\nf:\n", None),
    "trailing": ("a: 1 # one\nb: # two\n  c: 3\t# three\n", "a: 1  # one\nb:  # two\n  c: 3  # three\n"),
    "above": ("a:\n# first\n   - 1\n # second\n   - 2\n", "a:\n  # first\n  - 1\n  # second\n  - 2\n"),
    "below": ("a:\n    b: 1\n    # of a\n# of all\nc: 2\n", "a:\n  b: 1\n  # of a\n# of all\nc: 2\n"),
    "beside a list": ("a:\n- 1\n# of b\nb: 2\n", "a:\n  - 1\n# of b\nb: 2\n"),
    "before a value": ("a: # x\n # y\n 5 # z\n", "a:  # x\n  # y\n  5  # z\n"),
    "behind a dash": ("- # x\n  a: 1\n-\n  # y\n  b\n", "-  # x\n  a: 1\n-\n  # y\n  b\n"),
    "in an empty section": ("a:\n   # nothing yet\nb: 1\n", "a:\n  # nothing yet\nb: 1\n"),
    "in braces": ("a:\n    - {b: 1, # x\n       c:   2}   \n", "a:\n  - {b: 1, # x\n     c:   2}\n"),
    "block text": ("a: |  # x\n     b  \n\n       # no comment\n\n\nc: 1\n", "a: |  # x\n  b  \n\n    # no comment\n\nc: 1\n"),
    "kept ends": ("a: |+\n    b\n\n\nc: 1\n", "a: |+\n  b\n\n\nc: 1\n"),
    "given indentation": ("a:\n    b: |2\n         c\n        d\n", "a:\n  b: |2\n       c\n      d\n"),
    "text of spaces": ("a: |\n  b\n     \nc: 1\n", None),
    "text without an end": ("a: |\n    b", "a: |\n  b"),
    "lines in quotes": ('a:\n    b: "c\n           d\\\n      e"\n', 'a:\n  b: "c\n    d\\\n    e"\n'),
    "a space that is escaped": ('a: "b\\ \n      c"\n', 'a: "b\\ \n  c"\n'),
    "lines without quotes": ("a: b\n       c\n\n    d\n", "a: b\n  c\n\n  d\n"),
    "anchors": ("a:\n    b: &x   {c:  1}\n    d:   *x\ne: [*x,   2]\n", "a:\n  b: &x   {c:  1}\n  d: *x\ne: [*x, 2]\n"),
    "anchored block": ("a:\n    - &x\n      b:   1\n    - *x\n", "a:\n  - &x\n    b:   1\n  - *x\n"),
    "anchored key": ("c:\n    &x a:   1\n    b:   *x\n*x : 2\n", "c:\n  &x a:   1\n  b: *x\n*x : 2\n"),
    "anchors in a flow": ("a: [&x {b:  1},  *x]\nc:   *x\n", "a: [&x {b:  1},  *x]\nc: *x\n"),
    "anchored nothing": ("a: &x\nb:   *x\n", "a: &x\nb: *x\n"),
    "keys with a mark": ("a:\n    ? b\n    : c\n    d:   1\n", "a:\n  ? b\n  : c\n  d: 1\n"),
    "marks": ("# x\n%YAML 1.2\n---\n\na:   1\n...\n# y\n", "# x\n%YAML 1.2\n---\na: 1\n...\n# y\n"),
    "keys of several lines": ("a: { foo\n   bar, x : 1 }\n", "a: { foo\n   bar, x : 1 }\n"),
    "such keys further in": ("a:  [x, {b: {'c\n d'}}]\n", "a: [x, {b: {'c\n d'}}]\n"),
    "only comments": ("# x\n", "# x\n"),
    "nothing": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_form(name: str) -> None:
    before, after = CASES[name]
    assert format_source(Source(before)) == (before if after is None else after)
    assert after is None or format_source(Source(after)) == after


JSON = {
    "short": ('{"a":1,"b":[1,{}],"c":{"d":"\\u0041"}}', '{\n  "a": 1,\n  "b": [1, {}],\n  "c": {"d": "\\u0041"}\n}\n'),
    "numbers": ('{"a":1.0e-3,"b":-0}', '{\n  "a": 1.0e-3,\n  "b": -0\n}\n'),
    "empty": (" { } ", "{}\n"),
    "list": ("[1 ,2]\r\n", "[\r\n  1,\r\n  2\r\n]\r\n"),
    "long": (f'{{"a":[{",".join(["1000000"] * 20)}]}}', '{\n  "a": [\n' + ",\n".join(["    1000000"] * 20) + "\n  ]\n}\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", JSON)
def test_json(name: str) -> None:
    before, after = JSON[name]
    assert format_source(Source(before, "s.json")) == after
    assert format_source(Source(after, "s.json")) == after


def test_json_in_a_file_of_another_name_stays_json() -> None:
    assert format_source(Source('{"a":1}', "s.yaml")) == '{\n  "a": 1\n}\n'
    assert format_source(Source('{"a":1,}', "s.yaml")) == '{\n  "a": 1\n}\n'
    assert format_source(Source('{"a":1,b: 2}', "s.yaml")) == '{"a": 1, b: 2}\n'


SHIPPED = sorted((ROOT / "specs").glob("**/*.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_specs_are_in_style(file: Path) -> None:
    source = load(file)
    assert format_source(source) == source.text


def test_faulty_specs_are_formatted_too() -> None:
    files = sorted((ROOT / "tests" / "cases").glob("**/*.yaml"))
    assert len(files) > 100
    for file in files:
        source = load(file)
        try:
            root = read(source)
        except SourceError:
            continue
        text = format_source(source)
        again = Source(text, str(file))
        assert same(root, read(again)) and comments(root) == comments(read(again))
        assert format_source(again) == text


def test_what_cannot_be_read_is_not_formatted() -> None:
    with pytest.raises(SourceError):
        format_source(Source("a: [1\n"))


def test_the_printer_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from specgraph.format import layout

    for wrong in (
        "a: 2 # x\n",
        "a: '1' # x\n",
        "a: 1\n",
        "b: 1 # x\n",
        "a: [1 # x\n",
        "a: 1.0 # x\n",
        "a: 1 # x\nb: 2\n",
    ):
        monkeypatch.setattr(layout, "layout", lambda root, wrong=wrong: wrong)
        with pytest.raises(FormatError):
            format_source(Source("a: 1 # x\n"))
