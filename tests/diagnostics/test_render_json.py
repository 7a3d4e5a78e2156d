from __future__ import annotations

import json

from findings import GAN, RESHAPE, finding, span

from specgraph.diagnostics import BY_RULE, Diagnostic, Edit, Fix
from specgraph.diagnostics.json import render
from specgraph.source.text import Source, Span


def test_the_shape_of_an_entry() -> None:
    place = {"file": "gan.yaml", "line": 5, "column": 20, "end_line": 5, "end_column": 23}
    start = GAN.text.index("128")
    edit = {**place, "start": start, "end": start + 3, "replacement": "49"}
    assert json.loads(render([RESHAPE], limit=20)) == {
        "diagnostics": [
            {
                "code": "E09",
                "rule": "reshape-count",
                "severity": "error",
                "message": "Reshape needs 49 values, its input has 128",
                "file": "gan.yaml",
                "line": 7,
                "column": 29,
                "end_line": 7,
                "end_column": 38,
                "layer": "reshape",
                "help": "set `units: 49` on line 5, or choose a target of 128 values, such as [8, 16, 1]",
                "related": [{**place, "message": "128 values per example come from here"}],
                "fix": {"title": "set `units: 49`", "safe": False, "edits": [edit]},
            }
        ]
    }


def test_what_is_absent_is_null_and_the_rest_is_counted() -> None:
    report = json.loads(render([finding(span(GAN, "noise"))] * 3, limit=1))
    assert report["omitted"] == 2
    [entry] = report["diagnostics"]
    assert entry["layer"] is entry["help"] is entry["fix"] is None
    assert entry["related"] == []
    assert json.loads(render([], limit=5)) == {"diagnostics": []}
    assert json.loads(render([finding(span(GAN, "noise"))], limit=0)) == {"diagnostics": [], "omitted": 1}


def test_offsets_count_code_points_and_no_raw_control_is_written() -> None:
    source = Source("😀: \x1b\u202e\ud800x", "\u2028.yaml")
    text = render([finding(span(source, "x"), "\x9b\n::error::")], limit=1)
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    [entry] = json.loads(text)["diagnostics"]
    assert (entry["column"], entry["message"], entry["file"]) == (7, "\x9b\n::error::", "\u2028.yaml")


def test_no_file_makes_the_output_long() -> None:
    source = Source("x" * 100, "a.yaml")
    fix = Fix("t" * 9000, (Edit(Span(source, 0, 1), "y" * 9000),))
    text = render([finding(Span(source, 0, 1), "m" * 9000, fix=fix)] * 20, limit=20)
    assert len(text) < 64_000
    report = json.loads(text)
    assert len(report["diagnostics"]) + report["omitted"] == 20


def test_a_huge_fix_is_left_out() -> None:
    source = Source("a: 1", "a.yaml")
    span = Span(source, 3, 4)
    fix = Fix("mend it", (Edit(span, "x" * 100_000),))
    [found] = json.loads(render([Diagnostic(BY_RULE["bad-param"], "wrong", span, fix=fix)], limit=20))[
        "diagnostics"
    ]
    assert found["message"] == "wrong" and found["fix"] is None
