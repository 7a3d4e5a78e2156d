"""What a stranger's text may try, by class of attack; each is refused at its place, and soon."""

from __future__ import annotations

import json
import threading

import pytest
from yaml._yaml import get_version_string

from specgraph.limits import DEFAULT, Limits
from specgraph.source import MapNode, Source, SourceError, read

LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
MERGES = "a0: &a0 {k: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 30))

GIVES_UP = tuple(map(int, get_version_string().split("."))) >= (0, 2, 6)
"""libyaml has a limit of its own, a thousand levels, which it meets while it looks ahead."""
PARSE_DEPTH = [
    ("[" * 65, "limit", (1, 65)),
    ("[" * 1_000_000, "limit", (1, 1001) if GIVES_UP else (1, 65)),
    ("{a: " * 100, "limit", (1, 257)),
    ("[\n" * 1000, "limit", (65, 1)),
    ("- " * 1000, "limit", (1, 129)),
    ("? " * 1000, "syntax", (1, 3)),
    ("\n".join(" " * i + "a:" for i in range(100)), "limit", (65, 65)),
    ('{"a":' * 100, "limit", (1, 321)),
    (f"a: &a {'[' * 40 + ']' * 40}\nb: {'[' * 30}*a{']' * 30}", "limit", (2, 34)),
]
AMPLIFICATION = [
    (LAUGHS, "limit", (5, 35)),
    (MERGES, "yaml-feature", (2, 10)),
    ("&a [*a]", "yaml-feature", (1, 5)),
    ("a: &a {b: {c: *a}}", "yaml-feature", (1, 15)),
    ("&a [&a [1], *a, &b [*b]]", "yaml-feature", (1, 21)),
    ("a: &a {*a : 1}", "syntax", (1, 8)),
    ("a: &a [1]\nb: {*a : 1}", "syntax", (2, 5)),
    ("- &a 1\n" + "- *a\n" * 101, "limit", (102, 3)),
    ("k: &a b\nl: [" + "{*a : 1}, " * 101 + "]", "limit", (2, 1006)),
    ("[" + "a," * 200_000 + "]", "limit", (1, 400_000)),
    ("[" + "{}," * 200_000 + "]", "limit", (1, 599_999)),
    ("*a", "syntax", (1, 1)),
    ("%TAG !a! b\n" * 10_000 + "--- a", "yaml-feature", (1, 1)),
]
SCALARS = [
    ("a: " + "9" * 100_000, "limit", (1, 4)),
    ("a: 1e400", "syntax", (1, 4)),
    ("a: 0x" + "f" * 1000, "limit", (1, 4)),
    ("k" * 129 + ": 1", "limit", (1, 1)),
    ("a:\n  ? " + "k" * 5000 + "\n  : 1", "limit", (2, 5)),
    ('"\\0"', "syntax", (1, 1)),
    ('a: "\\ud800"', "syntax", (1, 5)),
    ('a: "\\U00110000"', "syntax", (1, 5)),
    ('a: "\\q"', "syntax", (1, 5)),
]
TAGS = [
    ("a: !!python/object/apply:os.system [ls]", "yaml-feature", (1, 4)),
    ("a: !!str 1", "yaml-feature", (1, 4)),
    ("a: !foo b", "yaml-feature", (1, 4)),
    ("a: ! b", "yaml-feature", (1, 4)),
    ("a: &x !foo b", "yaml-feature", (1, 7)),
    ("a: !<tag:yaml.org,2002:int> 1", "yaml-feature", (1, 4)),
    ("!!map\na: 1", "yaml-feature", (1, 1)),
    ("!!set {a}", "yaml-feature", (1, 1)),
    ("a: !e!x y", "yaml-feature", (1, 4)),
    ("{!!int a: 1}", "yaml-feature", (1, 2)),
    ("%TAG !e! tag:x,2000:\n---\na: !e!x y", "yaml-feature", (1, 1)),
    ("a: !<", "yaml-feature", (1, 4)),
]
ENCODINGS = [
    ("a: \0", "syntax", (1, 4)),
    ("a: \x1b[31m", "syntax", (1, 4)),
    ("a: b\n# \x07", "syntax", (2, 3)),
    ("a: \x7f", "syntax", (1, 4)),
    ("a: \x9b", "syntax", (1, 4)),
    ("a: \ud800", "encoding", (1, 4)),
    ("a: '\udfff'", "encoding", (1, 5)),
    ("a: \uffff", "syntax", (1, 4)),
    ("😀: 1\n😀: 2", "duplicate-key", (2, 1)),
]
SHAPE = [
    ("a: 1\nb: 2\na: 3", "duplicate-key", (3, 1)),
    ("{a: 1, 'a': 2}", "duplicate-key", (1, 8)),
    ('{"a": 1, "\\u0061": 2}', "duplicate-key", (1, 10)),
    ("? &k a\n: 1\n? *k\n: 2", "duplicate-key", (3, 3)),
    ("a: 1\n---\nb: 2", "yaml-feature", (2, 1)),
    ("a\n...\n---\nb", "yaml-feature", (3, 1)),
    ("%YAML 1.3\n---\na", "yaml-feature", (1, 1)),
    ("%YAML 1.1\n%YAML 1.1\n---\na", "yaml-feature", (2, 1)),
    ("%WHAT 1\n---\na", "yaml-feature", (1, 1)),
    ("{[a]: b}", "syntax", (1, 2)),
    ("? {a: b}\n: c", "syntax", (1, 3)),
    ("? - a\n: c", "syntax", (1, 3)),
    ("{{x}}", "syntax", (1, 2)),
    (": a", "syntax", (1, 1)),
    ("{: a}", "syntax", (1, 2)),
    ("a: 1\n?", "syntax", (2, 1)),
    ("<<: {a: 1}", "yaml-feature", (1, 1)),
]
CASES = {
    "depth": PARSE_DEPTH,
    "amplification": AMPLIFICATION,
    "scalars": SCALARS,
    "tags": TAGS,
    "encodings": ENCODINGS,
    "shape": SHAPE,
}


def short(value: object) -> str | None:
    return repr(value)[:24].replace("\\", "/") if isinstance(value, str) else None


@pytest.mark.parametrize(
    ("text", "rule", "place"), [case for cases in CASES.values() for case in cases], ids=short
)
def test_refused(text: str, rule: str, place: tuple[int, int]) -> None:
    with pytest.raises(SourceError) as caught:
        read(Source(text))
    error = caught.value
    assert (error.rule, error.span.source.position(error.span.start)) == (rule, place)
    assert "cannot be read as YAML" not in error.message
    assert "\n" not in error.message
    assert error.span.end <= len(error.span.source.text)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("[" * 64 + "]" * 64, None),
        ("a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]", {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}, "d": [{"b": [1, 2]}] * 2}),
        ("&a a: &b\nc: *a\n", {"a": None, "c": "a"}),
        ("a: &k key\n*k : 1", {"a": "key", "key": 1}),
        ("&x 1: 2\n", {"1": 2}),
        ("- &a 1\n- &a 2\n- *a", [1, 2, 2]),
        ("1: a\nyes: b\nnull: c\n1.0: d", {"1": "a", "yes": "b", "null": "c", "1.0": "d"}),
        ("'<<': 1", {"<<": 1}),
        ("%YAML 1.1\n---\na: yes\n...\n", {"a": "yes"}),
        ("%YAML 1.2\n--- [a]", ["a"]),
        ("a: x\x85y\u2028z # \u2029c\nb: \ue000", {"a": "x\x85y\u2028z", "b": "\ue000"}),
        ('"\u2028\\ue000\\ue001"', "\u2028\ue000\ue001"),
        ("k" * 128 + ": 1", {"k" * 128: 1}),
        ("[a: b, ? c : d, e]", [{"a": "b"}, {"c": "d"}, "e"]),
        ("a:\r\n  - b\r  - c", {"a": ["b", "c"]}),
        ('"\\e[31m"', "\x1b[31m"),
    ],
    ids=short,
)  # fmt: skip
def test_harmless(text: str, data: object) -> None:
    read_data = read(Source(text)).data()
    assert data is None or read_data == data


def test_aliases_share_nodes() -> None:
    root = read(Source("a: &x {b: 1}\nc: *x"))
    assert isinstance(root, MapNode)
    assert root.get("a") is root.get("c")


def test_limits_on_aliases() -> None:
    text = "a: &x [1, 2, 3]\nb: [*x, *x]"
    assert read(Source(text), Limits(aliases=2, alias_nodes=8, nodes=14))
    for limits in (Limits(aliases=1), Limits(alias_nodes=7), Limits(nodes=13)):
        with pytest.raises(SourceError) as caught:
            read(Source(text), limits)
        assert caught.value.rule == "limit"


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_exact_limits(name: str) -> None:
    text = json.dumps([{"k" * 10: [1, 2]}, None])
    assert read(Source(text, name), Limits(depth=3, nodes=6, name_length=10))
    for limits in (Limits(depth=2), Limits(nodes=5), Limits(name_length=9)):
        with pytest.raises(SourceError) as caught:
            read(Source(text, name), limits)
        assert caught.value.rule == "limit"


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
@pytest.mark.parametrize("opener", ["[", "{", '{"a":', "- "])
def test_depth_bombs_on_a_small_stack(opener: str, name: str) -> None:
    caught: list[BaseException] = []

    def run() -> None:
        try:
            read(Source(opener * 1_000_000, name), DEFAULT)
        except SourceError as error:
            caught.append(error)

    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert len(caught) == 1


def test_stand_ins_are_never_taken_for_written_characters() -> None:
    private = "".join(map(chr, range(0xE000, 0xF900)))
    text = f"'\u2028{private}'"
    assert read(Source(text)).data() == f"\u2028{private}"
