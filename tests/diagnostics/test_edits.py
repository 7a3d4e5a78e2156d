from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from findings import Parse
from hypothesis import given
from hypothesis import strategies as st

from specgraph.diagnostics import Edit, Fix, rename
from specgraph.diagnostics.edits import (
    add_entry,
    apply,
    delete_entry,
    delete_item,
    format_value,
    in_block,
    insert_after,
    insert_before,
    replace,
    set_argument,
)
from specgraph.source.nodes import MapNode, Node, at
from specgraph.source.text import Source, Span


def done(node: Node, edit: Edit) -> str:
    return apply(node.source.text, [Fix("", (edit,))])


@pytest.mark.parametrize(
    ("item", "edited"),
    [
        ("Flatten", "Flatten: {rate: 2}"),
        ("Flatten  # why", "Flatten: {rate: 2}  # why"),
        ("'Flatten'", "'Flatten': {rate: 2}"),
        ("Flatten:", "Flatten: {rate: 2}"),
        ("Flatten:  # why", "Flatten: {rate: 2}  # why"),
        ("Flatten: null", "Flatten: {rate: 2}"),
        ("Flatten: ~ # why", "Flatten: {rate: 2} # why"),
        ("Flatten: {}", "Flatten: {rate: 2}"),
        ("Flatten: {a: 1}", "Flatten: {a: 1, rate: 2}"),
        ("Flatten: { a: 1 }  # why", "Flatten: { a: 1, rate: 2 }  # why"),
        ("Flatten: {a: 1,}", "Flatten: {a: 1, rate: 2}"),
        ("Flatten: {a: }", "Flatten: {a: , rate: 2}"),
        ("Flatten: {a}", "Flatten: {a, rate: 2}"),
        ("Flatten: {a: [1, 2], rate: 1}", "Flatten: {a: [1, 2], rate: 2}"),
        ("Flatten: {rate: 1, a: 1}", "Flatten: {rate: 2, a: 1}"),
        ("Flatten: {rate: , a: 1}", "Flatten: {rate: 2, a: 1}"),
        ("Flatten: {rate, a: 1}", "Flatten: {rate: 2, a: 1}"),
        ('Flatten: {"a": 1}', 'Flatten: {"a": 1, "rate": 2}'),
        ("Flatten: &x {a: 1}", "Flatten: &x {a: 1, rate: 2}"),
        ("Flatten: &x {}", "Flatten: &x {rate: 2}"),
        ("&x Flatten", "&x Flatten: {rate: 2}"),
        (
            "Flatten:\n      a: 1  # why\n      # end",
            "Flatten:\n      a: 1  # why\n      rate: 2\n      # end",
        ),
        ("Flatten:\n      a: 1\n\n", "Flatten:\n      a: 1\n      rate: 2\n\n"),
        (
            "Flatten:\n      a:\n        - 1\n        - 2",
            "Flatten:\n      a:\n        - 1\n        - 2\n      rate: 2",
        ),
        ("Flatten:\n      a:\n", "Flatten:\n      a:\n      rate: 2\n"),
        ("Flatten:\n      rate:\n      a: 1", "Flatten:\n      rate: 2\n      a: 1"),
        ("Flatten:\n      rate:  # why\n      a: 1", "Flatten:\n      rate: 2  # why\n      a: 1"),
        ("Flatten:\n      a: 1\n      rate: 1 # why", "Flatten:\n      a: 1\n      rate: 2 # why"),
        (
            "Flatten: {\n      a: 1,  # one\n      b: 3  # three\n    }",
            "Flatten: {\n      a: 1,  # one\n      b: 3,\n      rate: 2  # three\n    }",
        ),
        ("Flatten:\r\n      a: 1\r", "Flatten:\r\n      a: 1\r\n      rate: 2\r"),
    ],
)
@pytest.mark.parametrize("after", ["", "\n", "\n  # more\n  - Dense: {units: 1}\n"])
def test_set_argument_in_a_block_list(parse: Parse, item: str, edited: str, after: str) -> None:
    if item.endswith("\r"):
        item, edited, after = item[:-1], edited[:-1], after.replace("\n", "\r\n")
    text = f"layers:\n  - {item}{after}"
    node = at(parse(text), ["layers", 0])
    new = done(node, set_argument(node, "rate", "2"))
    assert new == f"layers:\n  - {edited}{after}"
    before = yaml.safe_load(text)["layers"]
    result = yaml.safe_load(new)["layers"]
    old = before[0].get("Flatten") if isinstance(before[0], dict) else None
    assert result == [{"Flatten": {**(old or {}), "rate": 2}}, *before[1:]]


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("layers: [Flatten, Add]", "layers: [{Flatten: {rate: 2}}, Add]"),
        ("layers: [{Flatten: {a: 1}}, Add]", "layers: [{Flatten: {a: 1, rate: 2}}, Add]"),
        ("layers: [Flatten: {a: 1}, Add]", "layers: [Flatten: {a: 1, rate: 2}, Add]"),
        ('{"layers": ["Flatten"]}', '{"layers": [{"Flatten": {"rate": 2}}]}'),
        ('{"layers": [{"Flatten": {"a": 1}}]}', '{"layers": [{"Flatten": {"a": 1, "rate": 2}}]}'),
        ('{"layers": [{"Flatten": {}}]}', '{"layers": [{"Flatten": {"rate": 2}}]}'),
        (
            '{"layers": [{"Flatten": {\n  "a": 1\n}}]}',
            '{"layers": [{"Flatten": {\n  "a": 1,\n  "rate": 2\n}}]}',
        ),
    ],
)
def test_set_argument_in_a_flow_list(parse: Parse, text: str, edited: str) -> None:
    node = at(parse(text, "spec.json" if text[0] == "{" else "spec.yaml"), ["layers", 0])
    assert done(node, set_argument(node, "rate", "2")) == edited
    yaml.safe_load(edited)


@pytest.mark.parametrize(
    ("text", "index", "edited"),
    [
        ("layers:\n  - a\n  - b: {c: 1}  # b\n  # next\n  - d\n", 1, "layers:\n  - a\n  # next\n  - d\n"),
        ("layers:\n  - a\n  - b:\n      c: 1\n  # next\n  - d\n", 1, "layers:\n  - a\n  # next\n  - d\n"),
        ("layers:\n  - a\n  - b", 1, "layers:\n  - a"),
        ("layers:\r\n- a\r\n- b", 1, "layers:\r\n- a"),
        ("layers:\n  - a\n  - b\n", 0, "layers:\n  - b\n"),
        ("layers: [a, b, c]", 0, "layers: [b, c]"),
        ("layers: [a, b, c]", 1, "layers: [a, c]"),
        ("layers: [a, b, c]", 2, "layers: [a, b]"),
        ("layers: [a]", 0, "layers: []"),
        ('{"layers": [\n  "a",\n  {"b": 1}\n]}', 1, '{"layers": [\n  "a"\n]}'),
        ('{"layers": [\n  "a",\n  {"b": 1}\n]}', 0, '{"layers": [\n  {"b": 1}\n]}'),
    ],
)
def test_delete_item(parse: Parse, text: str, index: int, edited: str) -> None:
    node = at(parse(text), ["layers", index])
    assert done(node, delete_item(node)) == edited
    rest = yaml.safe_load(text)["layers"]
    del rest[index]
    assert yaml.safe_load(edited)["layers"] == rest


@pytest.mark.parametrize(
    ("text", "index", "edited"),
    [
        ("layers:\n  - a  # a\n  - b\n", 0, "layers:\n  - a  # a\n  - new\n  - b\n"),
        ("layers:\n- a:\n    c: 1\n# b\n- b\n", 0, "layers:\n- a:\n    c: 1\n- new\n# b\n- b\n"),
        ("layers:\n  - a", 0, "layers:\n  - a\n  - new"),
        ("layers:\r\n  - a\r\n", 0, "layers:\r\n  - a\r\n  - new\r\n"),
        ("layers: [a, b]", 0, "layers: [a, new, b]"),
        ("layers: [\n  a,\n  b\n]", 1, "layers: [\n  a,\n  b,\n  new\n]"),
    ],
)
def test_insert_after(parse: Parse, text: str, index: int, edited: str) -> None:
    node = at(parse(text), ["layers", index])
    assert done(node, insert_after(node, "new")) == edited
    expected = yaml.safe_load(text)["layers"]
    expected.insert(index + 1, "new")
    assert yaml.safe_load(edited)["layers"] == expected


@pytest.mark.parametrize(
    ("text", "index", "edited"),
    [
        ("layers:\n  - a  # a\n  - b\n", 0, "layers:\n  - new\n  - a  # a\n  - b\n"),
        ("layers:\n- a:\n    c: 1\n# b\n- b\n", 1, "layers:\n- a:\n    c: 1\n# b\n- new\n- b\n"),
        ("layers:\r\n  - a\r\n", 0, "layers:\r\n  - new\r\n  - a\r\n"),
        ("layers: [a, b]", 0, "layers: [new, a, b]"),
        ("layers: [a, b]", 1, "layers: [a, new, b]"),
    ],
)
def test_insert_before(parse: Parse, text: str, index: int, edited: str) -> None:
    node = at(parse(text), ["layers", index])
    edit = insert_before(node, "new")
    assert edit is not None and done(node, edit) == edited
    expected = yaml.safe_load(text)["layers"]
    expected.insert(index, "new")
    assert yaml.safe_load(edited)["layers"] == expected
    assert in_block(node) == ("[" not in text)


def test_insert_before_needs_a_line(parse: Parse) -> None:
    assert insert_before(at(parse("a:\n- - x\n  - y\n"), ["a", 0, 0]), "new") is None


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("m:\n  a: [1]  # a\n  b: 2\nend: 1\n", "m:\n  b: 2\nend: 1\n"),
        ("m:\n  b: 2\n  a:\n    - 1\nend: 1\n", "m:\n  b: 2\nend: 1\n"),
        ("m: {a: [1], b: 2}\nend: 1\n", "m: {b: 2}\nend: 1\n"),
        ("m: {b: 2, a: {}}\nend: 1\n", "m: {b: 2}\nend: 1\n"),
        ("m: {a: 1}\nend: 1\n", "m: {}\nend: 1\n"),
    ],
)
def test_delete_entry(parse: Parse, text: str, edited: str) -> None:
    holder = at(parse(text), ["m"])
    assert isinstance(holder, MapNode)
    edit = delete_entry(holder, "a")
    assert edit is not None and done(holder, edit) == edited
    yaml.safe_load(edited)


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("m:\n  a: [1]  # a\nend: 1\n", "m:\n  a: [1]  # a\n  z: [2]\nend: 1\n"),
        ("m: {a: [1]}\nend: 1\n", "m: {a: [1], z: [2]}\nend: 1\n"),
        ('{"m": {"a": 1}}', '{"m": {"a": 1, "z": [2]}}'),
    ],
)
def test_add_entry(parse: Parse, text: str, edited: str) -> None:
    holder = at(parse(text), ["m"])
    assert isinstance(holder, MapNode) and done(holder, add_entry(holder, "z", "[2]")) == edited


@pytest.mark.parametrize("text", ["m:\n  a: 1\n", "- m: 1\n- a: 1\n  b: 2\n"])
def test_delete_entry_leaves_what_shares_its_line(parse: Parse, text: str) -> None:
    holder = at(parse(text), ["m"] if text[0] == "m" else [1])
    assert isinstance(holder, MapNode) and delete_entry(holder, "a") is None


def test_replace_leaves_what_stands_around(parse: Parse) -> None:
    node = at(parse("a: {b: 1 } # c"), ["a", "b"])
    assert done(node, replace(node, "[2, 3]")) == "a: {b: [2, 3] } # c"


@pytest.mark.parametrize("indent", ["", "  "])
def test_replace_keeps_a_block_below_its_key(parse: Parse, indent: str) -> None:
    text = f"a:\n  b:  # why\n  {indent}- 1\n  {indent}- 2\n  c: 1\n"
    node = at(parse(text), ["a", "b"])
    for edit in (replace(node, "[3]"), set_argument(parse(text), "b", "[3]")):
        edited = done(node, edit)
        assert yaml.safe_load(edited) == {"a": {"b": [3], "c": 1}} and "# why" in edited


def _fix(source: Source, *edits: tuple[int, int, str]) -> Fix:
    return Fix("", tuple(Edit(Span(source, start, end), text) for start, end, text in edits))


def test_apply_makes_all_that_do_not_overlap() -> None:
    source = Source("abcdef")
    fixes = [
        _fix(source, (4, 5, "E"), (0, 1, "A")),
        _fix(source, (4, 6, "no"), (2, 3, "no")),
        _fix(source, (5, 5, "+")),
        _fix(source, (5, 5, "no")),
        _fix(Source("other"), (1, 2, "no")),
    ]
    assert apply("abcdef", fixes) == "AbcdE+f"


_SPAN = st.tuples(st.integers(0, 30), st.integers(0, 30), st.text("xyz", max_size=3))


@given(st.lists(_SPAN, max_size=8))
def test_apply_makes_each_fix_whole_or_not_at_all(spans: list[tuple[int, int, str]]) -> None:
    text = "abcdefghijklmnopqrstuvwxyzABCD"
    source = Source(text)
    fixes = [_fix(source, (min(a, b), max(a, b), new)) for a, b, new in spans]
    kept: list[tuple[int, int, str]] = []
    for a, b, new in spans:
        a, b = min(a, b), max(a, b)
        if all((b <= c or d <= a) and (a, b) != (c, d) for c, d, _ in kept):
            kept.append((a, b, new))
    assert len(apply(text, fixes)) == len(text) + sum(len(n) - (b - a) for a, b, n in kept)


_LEAF: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["no", "Yes", "010", "1:30", "1e3", ".inf", "null", "~", "<<", "=", "- a", "a: b", "a #b", "y"]
    ),
    st.sampled_from(
        ["relu", "$width", "a-b", "a-", "he_normal", "2024-01-01", "0x1f", "a:", "@a", "\x85", "\u2028"]
    ),
)
_DATA = st.recursive(
    _LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5).filter(str.isprintable), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_DATA)
def test_format_value_reads_back(data: Any) -> None:
    assert json.loads(format_value(data, quoted=True)) == data
    assert yaml.safe_load(format_value(data)) == data
    assert yaml.safe_load(f"- a: {{b: {format_value(data)}, c: 1}}") == [{"a": {"b": data, "c": 1}}]


def test_format_value_refuses_what_has_no_text() -> None:
    assert format_value(float("-inf")) == "-.inf"
    for value in (float("nan"), object()):
        with pytest.raises(ValueError, match="no"):
            format_value(value, quoted=True)


_NAME = st.from_regex(r"[a-z]{1,4}", fullmatch=True).filter(
    lambda word: word not in ("y", "n", "no", "on", "yes", "off", "true", "null")
)


@given(
    st.lists(
        st.dictionaries(
            _NAME,
            st.integers(-(2**53), 2**53) | st.none() | st.lists(st.integers(-9, 9), max_size=2),
            max_size=3,
        ),
        min_size=1,
        max_size=3,
    ),
    _NAME,
    st.sampled_from([True, False, None]),
    st.data(),
)
def test_set_argument_sets_just_that(
    parse: Parse, items: list[dict[str, Any]], key: str, style: bool | None, data: st.DataObject
) -> None:
    layers = [{"Flatten": arguments} for arguments in items]
    text = yaml.safe_dump({"layers": layers, "end": 1}, default_flow_style=style, sort_keys=False)
    index = data.draw(st.integers(0, len(items) - 1))
    node = at(parse(text), ["layers", index])
    layers[index]["Flatten"][key] = 7
    assert yaml.safe_load(done(node, set_argument(node, key, "7"))) == {"layers": layers, "end": 1}


@pytest.mark.parametrize(
    ("text", "name", "mended"),
    [
        ("a: [relo]", "f.yaml", "a: [relu]"),
        ("a: ['relo']", "f.yaml", 'a: ["relu"]'),
        ('{"a": ["relo"]}', "f.json", '{"a": ["relu"]}'),
    ],
)
def test_another_name_is_quoted_as_the_first_was(text: str, name: str, mended: str) -> None:
    start = text.index("[") + 1
    span = Span(Source(text, name), start, text.index("]"))
    assert apply(text, [Fix("", (rename(span, "relu"),))]) == mended
