"""Diagnostics as JSON, for programs. Lines and columns count from 1, offsets from 0, in code points."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from specgraph.source.text import Span

from .diagnostic import Diagnostic, Edit, Fix
from .escape import clip

MAX_TEXT = 2_000
"""Characters of one message."""

MAX_ENTRY = 40_000
"""Bytes of one diagnostic; a larger one goes without its related places and its fix."""

MIN_BYTES = 60_000
BYTES_EACH = 3_000
"""The output may take 60 kB, or 3 kB for each diagnostic of a higher limit."""


def render(diagnostics: Iterable[Diagnostic], *, limit: int) -> str:
    """`{"diagnostics": […]}`, with `"omitted": N` beside it if there are more than are shown.

    All is ASCII: control and bidi characters from the file stand in it as JSON escapes.
    """
    found = list(diagnostics)
    budget = max(MIN_BYTES, BYTES_EACH * limit)
    shown: list[str] = []
    for diagnostic in found[: max(limit, 0)]:
        data = as_data(diagnostic)
        entry = json.dumps(data, ensure_ascii=True)
        if len(entry) > MAX_ENTRY:
            entry = json.dumps({**data, "related": [], "fix": None}, ensure_ascii=True)
        budget -= len(entry) + 4
        if budget < 0:
            break
        shown.append(entry)
    omitted = len(found) - len(shown)
    tail = f',\n"omitted": {omitted}' if omitted else ""
    body = ",\n".join(f"  {entry}" for entry in shown)
    listed = f"[\n{body}\n]" if shown else "[]"
    return f'{{"diagnostics": {listed}{tail}}}\n'


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as plain data."""
    related = [
        {**_place(cause.span), "message": clip(cause.message, MAX_TEXT)} for cause in diagnostic.causes[:20]
    ]
    return {
        "code": diagnostic.code.id,
        "rule": diagnostic.code.rule,
        "severity": diagnostic.severity,
        "message": clip(diagnostic.message, MAX_TEXT),
        **_place(diagnostic.span),
        "layer": diagnostic.layer,
        "help": None if diagnostic.help is None else clip(diagnostic.help, MAX_TEXT),
        "related": related,
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
    }


def _place(span: Span) -> dict[str, Any]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {
        "file": span.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": clip(fix.title, MAX_TEXT),
        "safe": fix.safe,
        "edits": [_edit(edit) for edit in fix.edits],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    span = edit.span
    return {**_place(span), "start": span.start, "end": span.end, "replacement": edit.replacement}
