from __future__ import annotations

import re
from textwrap import dedent

from findings import GAN, RESHAPE, finding, span
from hypothesis import given
from hypothesis import strategies as st

from specgraph.diagnostics import BY_RULE, Diagnostic, Fix, Label
from specgraph.diagnostics.text import MAX_BYTES, columns, render
from specgraph.source.text import Source, Span


def frame(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_a_frame_names_the_place_the_cause_and_the_fix() -> None:
    assert render([RESHAPE], limit=20) == frame(
        """
        error[E09 reshape-count]: Reshape needs 49 values, its input has 128
         --> gan.yaml:7:29
          |
        5 |   - Dense: {units: 128}
          |                    --- 128 values per example come from here
        7 |   - Reshape: {target_shape: [7, 7, 1]}
          |                             ^^^^^^^^^ 7·7·1 = 49
          |
        help: set `units: 49` on line 5, or choose a target of 128 values, such as [8, 16, 1]
        """
    )


def test_line_numbers_are_right_aligned_and_wide_gaps_are_shown() -> None:
    source = Source("\n" * 4 + "cause: 1\n" + "\n" * 6 + "- Dense\n", "a.yaml")
    found = finding(span(source, "Dense"), causes=(Label(span(source, "1"), "why"),), severity="warning")
    assert render([found], limit=1) == frame(
        """
        warning[E19 bad-param]: it is wrong
          --> a.yaml:12:3
           |
         5 | cause: 1
           |        - why
        ...
        12 | - Dense
           |   ^^^^^
        """
    )


def test_labels_on_one_line_are_stacked() -> None:
    source = Source("- Add: {from: [a, b]}\n", "a.yaml")
    causes = (Label(span(source, "b"), "(batch, 4)"), Label(span(source, "a"), "(batch, 3)"))
    assert render([finding(span(source, "Add"), label="differ", causes=causes)], limit=1) == frame(
        """
        error[E19 bad-param]: it is wrong
         --> a.yaml:1:3
          |
        1 | - Add: {from: [a, b]}
          |   ^^^ differ
          |                - (batch, 3)
          |                   - (batch, 4)
        """
    )


def test_a_cause_in_another_file_has_its_own_section() -> None:
    source = Source("- block: {}", "main.yaml")
    found = finding(
        span(source, "block"), causes=(Label(span(GAN, "Reshape"), "made here"),), fix=Fix("delete it", ())
    )
    assert render([found], limit=1) == frame(
        """
        error[E19 bad-param]: it is wrong
         --> main.yaml:1:3
          |
        1 | - block: {}
          |   ^^^^^
         ::: gan.yaml:7:5
          |
        7 |   - Reshape: {target_shape: [7, 7, 1]}
          |     ------- made here
          |
        help: delete it
        """
    )


def test_a_span_of_several_lines_shows_its_first() -> None:
    source = Source("- Dense:  \n    units: 3\n", "a.yaml")
    lines = render([finding(Span(source, 2, len(source.text)), label="all")], limit=1).splitlines()
    assert lines[3:] == ["1 | - Dense:", "  |   ^^^^^^ all"]


def test_an_empty_file_has_a_caret_too() -> None:
    source = Source("", "a.yaml")
    assert render([finding(Span(source, 0, 0))], limit=1).splitlines()[3:] == ["1 |", "  | ^"]


def test_carets_stand_under_wide_characters_and_tabs() -> None:
    source = Source("\t- 日本: {e\u0301: \x1b, 層: 3}\n", "a.yaml")
    causes = (Label(span(source, "層"), "wide"),)
    lines = render([finding(span(source, "3"), label="here", causes=causes)], limit=1).splitlines()
    assert lines[3:] == [
        "1 |     - 日本: {e\u0301: \\u001b, 層: 3}",
        "  | " + " " * 24 + "-- wide",
        "  | " + " " * 28 + "^ here",
    ]


def test_overlong_lines_are_cut_around_the_spans() -> None:
    source = Source("- " + "x" * 500 + "HERE" + "y" * 500 + " END", "a.yaml")
    found = finding(span(source, "HERE"), label="here", causes=(Label(span(source, "END"), "end"),))
    lines = render([found], limit=1).splitlines()
    assert len(lines) == 7
    for shown, marked, word in ((lines[3], lines[4], "HERE"), (lines[5], lines[6], "END")):
        assert len(shown) <= 4 + 160
        begin = shown.index(word)
        assert shown[4] == "…"
        assert re.sub("[^^-]", " ", marked).rstrip() == " " * begin + marked[begin] * len(word)


def test_the_limit_counts_the_rest() -> None:
    text = render([RESHAPE] * 5, limit=2)
    assert text.count("error[") == 2
    assert text.endswith("\n\n… and 3 more\n")
    assert render([], limit=2) == ""


def test_colors_only_when_asked_for() -> None:
    plain = render([RESHAPE], limit=1)
    colored = render([RESHAPE], limit=1, color=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain != colored


def test_no_file_makes_the_output_long() -> None:
    source = Source("名\x1b" * 3000, "n" * 10_000)
    label = Label(Span(source, 10, 5000), "標" * 5000)
    found = finding(
        Span(source, 100, 4000), "題" * 5000, label="\x1b" * 5000, causes=(label,) * 40, help="h" * 9000
    )
    assert len(render([found] * 1000, limit=1000).encode()) <= MAX_BYTES + 100


@given(st.text(st.characters(), max_size=40), st.text(max_size=10), st.integers(0, 40), st.integers(0, 40))
def test_nothing_from_a_file_breaks_out_of_its_frame(text: str, name: str, a: int, b: int) -> None:
    source = Source(text, name + "::error::\n\x1b")
    a, b = sorted((min(a, len(text)), min(b, len(text))))
    shown = render([finding(Span(source, a, b), text + "\n::error::", label=text)], limit=1)
    lines = shown.encode().decode().split("\n")
    assert len(lines) == 6
    assert lines[5] == ""
    assert all(char.isprintable() or "\U0001f300" <= char <= "\U0001faff" for line in lines for char in line)
    assert not any(line.endswith(" ") or line.startswith("::") for line in lines)


def test_columns_of_a_character() -> None:
    assert [columns(char) for char in "aé層\u0301\t\x1b😀"] == [1, 1, 2, 0, 4, 6, 2]


def test_marks_without_width_do_not_fill_the_screen() -> None:
    text = "a: " + "x" + "\u0301" * 100_000
    source = Source(text, "a.yaml")
    one = Diagnostic(BY_RULE["bad-param"], "wrong", Span(source, 3, len(text)), help="mend it")
    assert render([one], limit=20) == "error[E19 bad-param]: wrong\n --> a.yaml:1:4\n"
