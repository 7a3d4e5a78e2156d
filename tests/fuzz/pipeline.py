"""The whole way of a text, and what must hold whatever the text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from specgraph.analysis import Analysis, analyze_source
from specgraph.diagnostics import Diagnostic, Fix
from specgraph.diagnostics.edits import apply
from specgraph.diagnostics.github import render as as_github
from specgraph.diagnostics.json import render as as_json
from specgraph.diagnostics.text import render as as_text
from specgraph.format import FormatError, format_source
from specgraph.limits import DEFAULT
from specgraph.report import summary
from specgraph.report.expand import expand
from specgraph.source import Source, SourceError, Span, read

MOST = 64_000
"""Bytes of any output about a spec, with the default limits."""
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_COLORS = re.compile(r"\x1b\[[0-9;]*m")


def check(text: str, params: Mapping[str, str] | None = None) -> Analysis:
    """Analyse and render a text; AssertionError for what must not be, or whatever is raised."""
    name = "f.json" if text.startswith("{") and len(text) % 2 else "f.yaml"
    analysis = analyze_source(Source(text, name), params=params)
    if analysis.ok:
        analysis.check_budget(DEFAULT, list(analysis.models))
    found = analysis.diagnostics
    for one in found:
        _check_places(one)
    _check_renderings(found)
    if analysis.ok and analysis.document is not None:
        graphs = analysis.document.graphs.values()
        assert all(graph.sound and not any(node.cut for node in graph.nodes.values()) for graph in graphs)
        assert all(model.outputs is not None for model in analysis.all_models.values())
        models = [summary.summarize(model) for model in analysis.models.values()]
        assert json.loads(summary.as_json(models))
        assert not _CONTROLS.search(summary.as_table(models))
        few = len(analysis.models) > 0 and len(analysis.all_models) < 5
        if few and sum(len(graph.nodes) for graph in analysis.document.graphs.values()) < 200:
            _check_expanded(analysis)
    if len(text) < 20_000:
        _check_format(Source(text, name))
    for one in found[:3]:
        if one.fix is not None and params is None:
            _check_fix(text, one, one.fix)
    return analysis


def _check_format(source: Source) -> None:
    try:
        read(source)
    except SourceError:
        return
    try:
        neat = format_source(source)  # checks by itself that it is the same spec
    except FormatError:
        return  # and leaves the file alone where it is not
    assert format_source(Source(neat, source.name)) == neat, neat


def _check_expanded(analysis: Analysis) -> None:
    flat = expand(analysis)
    again = analyze_source(Source(flat, "flat.yaml"))
    assert again.ok, (flat, [one.message for one in again.diagnostics])
    counts = {name: model.parameters() for name, model in analysis.models.items()}
    assert {name: again.models[name].parameters() for name in counts} == counts, flat
    assert expand(again) == flat


def _check_places(one: Diagnostic) -> None:
    edits = [edit.span for edit in one.fix.edits] if one.fix else []
    for span in (one.span, *(cause.span for cause in one.causes), *edits):
        assert isinstance(span, Span)
        assert 0 <= span.start <= span.end <= len(span.source.text), one
    assert one.message and "\n" not in one.code.rule


def _check_renderings(found: list[Diagnostic]) -> None:
    plain, colored = as_text(found, limit=20), as_text(found, limit=20, color=True)
    assert not _CONTROLS.search(plain), plain
    assert _COLORS.sub("", colored) == plain
    data = json.loads(as_json(found, limit=20))
    assert len(data["diagnostics"]) + data.get("omitted", 0) == len(found)
    commands = as_github(found, limit=20)
    assert all(re.match("::(error|warning|notice) ", line) for line in commands.splitlines()), commands
    for output in (plain, as_json(found, limit=20), commands):
        assert len(output.encode()) < MOST


def _check_fix(text: str, one: Diagnostic, fix: Fix) -> None:
    mended = apply(text, [fix])
    again = analyze_source(Source(mended, one.span.source.name)).diagnostics
    assert not any(other.code.rule in ("syntax", "yaml-feature") for other in again), mended
    if fix.safe:
        same = [other for other in again if (other.code, other.message) == (one.code, one.message)]
        assert not any(other.span.start == one.span.start for other in same), (one.message, mended)
