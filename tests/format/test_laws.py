"""Laws of formatting, under specs written in styles drawn at random: indentation, braces, quotes, comments."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lawful import examples, specs

from specgraph.analysis import analyze
from specgraph.diagnostics.edits import format_value
from specgraph.format import format_source, same
from specgraph.format.layout import WIDTH
from specgraph.format.tokens import comments
from specgraph.source import Source, read

EXAMPLES = examples(40)
COMMENTS = ("# a", "#b", "# c: {d: [", "# - e", "## 'f", "#")
values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-99, 99), st.sampled_from([0.5, 1e-7, "a b", "it's", "x\ny\n", "", "a: b", " # no", "-", "\n\n z"]),
        st.text("ab:#-'\" \n\\{[,", max_size=12),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b c", "d" * 40, "e-f", "g#"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


class Writer:
    """Writes data in one of the many ways that YAML has."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one(self, *of: Any) -> Any:
        return self.draw(st.sampled_from(of))

    def comment(self) -> str:
        return self.one("", "", "", *(f"{self.one(' ', '   ')}{text}" for text in COMMENTS))

    def end(self) -> str:
        """What may stand behind a value: a comment, and lines of comments and nothing."""
        lines = [self.one("", "", " ") + self.comment()]
        for _ in range(self.one(0, 0, 0, 1, 2)):
            lines.append(" " * self.one(0, 0, 1, 2, 5) + self.one("", *COMMENTS))
        return "\n".join(lines) + "\n"

    def scalar(self, value: Any, flow: bool, deep: int) -> str:
        if not isinstance(value, str):
            return format_value(value)
        choices = [json.dumps(value), format_value(value)]
        if "\n" not in value:
            choices.append("'" + value.replace("'", "''") + "'")
        if " " in value.strip() and "\n" not in value:
            head, _, tail = value.partition(" ")
            if head and tail.strip() == tail and tail:
                choices.append(json.dumps(head)[:-1] + "\n" + " " * (deep + 1) + json.dumps(tail)[1:])
        return str(self.one(*choices))

    def flow(self, value: Any, deep: int) -> str:
        gap = self.one("", " ")

        def next_part() -> str:
            return self.one(gap, gap, gap, "\n" + " " * (deep + 1), f" # in flow\n{' ' * (deep + 2)}")

        if isinstance(value, dict):
            parts = [self.flow_entry(key, one, deep) for key, one in value.items()]
        elif isinstance(value, list):
            parts = [self.flow(one, deep) for one in value]
        else:
            return self.scalar(value, True, deep)
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        body = ("," + next_part() if parts else "").join(parts)
        last = "," if parts and self.one(False, False, True) else ""
        return opening + gap + body + last + gap + closing

    def flow_entry(self, key: str, value: Any, deep: int) -> str:
        """`key: value`, or without a value just a key, which may then have several lines."""
        if value is None and "#" not in key and self.one(False, True):
            quote = self.one("", "'", '"')
            return quote + key.replace(" ", self.one(" ", "\n" + " " * (deep + 1))) + quote
        return f"{self.scalar(key, True, deep) if '#' in key else key}: {self.flow(value, deep)}"

    def value(self, value: Any, indent: int, *, item: bool) -> str:
        """The text behind `key:` or `-`, to the end of its last line; `indent` is that of the key or dash."""
        text = value if isinstance(value, str) else ""
        if text.strip() and not text.startswith((" ", "\n")) and self.one(False, True):
            inner = " " * (indent + self.one(1, 2, 4))
            chomp = "+" if text.endswith("\n\n") else "" if text.endswith("\n") else "-"
            lines = text[:-1].split("\n") if chomp != "-" else text.split("\n")
            return f" |{chomp}{self.comment()}\n" + "".join(
                f"{inner}{line}\n" if line else "\n" for line in lines
            )
        if value and isinstance(value, (list, dict)) and self.one(False, True, True):
            deeper = indent + self.one(1, 2, 2, 4)
            if isinstance(value, list) and not item and self.one(False, True):
                deeper = indent
            if item and self.one(False, True):
                return self.block(value, indent + 2)[indent + 1 :]
            return self.end() + self.block(value, deeper)
        return " " + self.flow(value, indent) + self.end()

    def block(self, value: Any, indent: int) -> str:
        space = " " * indent
        if isinstance(value, list):
            return "".join(f"{space}-{self.value(one, indent, item=True)}" for one in value)
        keys = [(json.dumps(key) if "#" in key else key, one) for key, one in value.items()]
        return "".join(f"{space}{key}:{self.value(one, indent, item=False)}" for key, one in keys)


@st.composite
def texts(draw: st.DrawFn, data: st.SearchStrategy[Any]) -> str:
    value = draw(data)
    text = Writer(draw).block(value, 0)
    read(Source(text))  # the writer's own law: it writes YAML
    assert read(Source(text)).data() == value
    return text


def check(text: str) -> str:
    source = Source(text)
    written = format_source(source)
    before, after = read(source), read(Source(written))
    assert same(before, after)
    assert comments(before) == comments(after)
    assert format_source(Source(written)) == written
    return written


@given(texts(specs()))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_spec_is_the_same_afterwards(text: str) -> None:
    written = check(text)
    one, other = analyze(text), analyze(written)
    assert one.ok and other.ok
    for name, model in one.all_models.items():
        again = other.all_models[name]
        assert model.types == again.types and model.weights == again.weights
        assert [
            (node.name, node.target, node.args, node.shares, node.trainable)
            for node in model.graph.nodes.values()
        ] == [
            (node.name, node.target, node.args, node.shares, node.trainable)
            for node in again.graph.nodes.values()
        ]


@given(
    texts(
        st.one_of(st.lists(values, min_size=1), st.dictionaries(st.sampled_from("abcd"), values, min_size=1))
    )
)
@settings(max_examples=EXAMPLES * 2, deadline=None)
def test_any_data_is_the_same_afterwards(text: str) -> None:
    check(text)


@given(texts(specs()))
@settings(max_examples=EXAMPLES, deadline=None)
def test_only_what_keeps_its_lines_is_wide(text: str) -> None:
    if "# in flow" not in text:
        for line in format_source(Source(text)).split("\n"):
            assert len(line.split("  #")[0]) <= WIDTH or not line.endswith(("}", "]"))


@given(values)
@settings(max_examples=EXAMPLES, deadline=None)
def test_json_is_the_same_afterwards(value: Any) -> None:
    written = format_source(Source(json.dumps(value), "s.json"))
    assert json.loads(written) == value
    assert format_source(Source(written, "s.json")) == written
