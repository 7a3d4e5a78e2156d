"""Text -> typed graphs: the phases in their order."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Any

from specgraph.diagnostics import Diagnostic
from specgraph.diagnostics.report import Report
from specgraph.graph.document import Document, read_document
from specgraph.infer.walk import ModelTypes, infer
from specgraph.limits import DEFAULT, Limits
from specgraph.resolve.params import Param, read_params
from specgraph.resolve.substitution import Substitution
from specgraph.source import MapNode, Source, SourceError, load, read


class Analysis:
    """What is known of a spec without Keras."""

    def __init__(self, source: Source, report: Report, document: Document | None = None) -> None:
        self.source = source
        self.document = document
        self.models: dict[str, ModelTypes] = {}
        self.params: dict[str, Param] = {}
        self._report = report

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Everything found, in the order of its places."""
        return self._report.sorted()

    @property
    def ok(self) -> bool:
        """True if there is no error; warnings may be there."""
        return not self._report.failed

    def check_budget(self, limits: Limits, names: Collection[str] | None = None) -> None:
        """Adds to the diagnostics what building would cost too much, of these models or of all.

        Only a build minds, so that `analyze` says nothing of it.
        """
        from specgraph.infer.budget import check_budget, needed

        check_budget(needed(self.models, self.models if names is None else names), limits, self._report)


def analyze(
    spec: str | os.PathLike[str], *, params: Mapping[str, Any] | None = None, limits: Limits = DEFAULT
) -> Analysis:
    """Everything that can be known of a spec without Keras.

    `spec` is a path, or the text itself if it has a line break. Raises `UnreadableError` for a file that
    cannot be read; faults of its content are `Analysis.diagnostics`.

    >>> analysis = analyze("specgraph: 1\\ninputs: {x: [4]}\\nlayers: [Dense: {units: 3}]\\n")
    >>> analysis.ok, analysis.models["model"].parameters()
    (True, (15, 0))
    """
    if isinstance(spec, str) and "\n" in spec:
        return analyze_source(Source(spec), params=params, limits=limits)
    return analyze_file(spec, params=params, limits=limits)


def analyze_file(
    path: str | os.PathLike[str], *, params: Mapping[str, Any] | None = None, limits: Limits = DEFAULT
) -> Analysis:
    """The same for a file, whatever its name; `-` is standard input."""
    try:
        source = load(path, limits)
    except SourceError as error:
        report = Report()
        _say(error, report)
        return Analysis(error.span.source, report)
    return analyze_source(source, params=params, limits=limits)


def analyze_source(
    source: Source, *, params: Mapping[str, Any] | None = None, limits: Limits = DEFAULT
) -> Analysis:
    """The same for text that is read already."""
    report = Report()
    analysis = Analysis(source, report)
    try:
        root = read(source, limits)
    except SourceError as error:
        _say(error, report)
        return analysis
    analysis.params = read_params(
        root.get("params") if isinstance(root, MapNode) else None, params or {}, report, limits
    )
    substitution = Substitution(analysis.params, report, limits)
    document = read_document(root, substitution, report, limits)
    analysis.document = document
    for param in analysis.params.values():
        if not param.used and not report.failed:
            message = f"nothing uses param `{param.name}`"
            report.say("unused-param", message, param.key.span, severity="warning")
    if document is None:
        return analysis
    top = root if isinstance(root, MapNode) else None
    for name, graph in document.graphs.items():
        analysis.models[name] = infer(graph, analysis.models, report, top, limits)
    return analysis


def _say(error: SourceError, report: Report) -> None:
    from specgraph.diagnostics import Label

    causes = [Label(span, words) for span, words in error.related]
    report.say(error.rule, error.message, error.span, causes=causes, help=error.help)
