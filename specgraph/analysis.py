"""Text -> typed graphs: the phases in their order."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from specgraph.diagnostics import Diagnostic
from specgraph.diagnostics.report import Report
from specgraph.graph.document import Document, read_document
from specgraph.graph.modules import Module, Modules
from specgraph.infer.walk import ModelTypes, infer
from specgraph.ir.compare import bounded_effort
from specgraph.ir.graph import with_called
from specgraph.limits import DEFAULT, Limits
from specgraph.lint import lint
from specgraph.resolve.params import Param
from specgraph.rows.base import LEARNT
from specgraph.source import Source, SourceError, load, read
from specgraph.vocabulary import ROWS

if TYPE_CHECKING:
    from specgraph.data.source import Place


class Analysis:
    """What is known of a spec without Keras."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.document: Document | None = None
        self.module: Module | None = None
        """The file as it was read, with what it imports."""
        self.all_models: dict[str, ModelTypes] = {}
        """Every model that is needed, each after those it calls; imported ones too."""
        self._report = report

    @property
    def models(self) -> dict[str, ModelTypes]:
        """The models that the file itself has, by name."""
        own = self.document.own if self.document is not None else ()
        return {name: self.all_models[name] for name in own if name in self.all_models}

    @property
    def params(self) -> dict[str, Param]:
        """The params of the file, and of those it imports as `prefix.name`."""
        return self.module.params if self.module is not None else {}

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

        check_budget(needed(self.all_models, self.models if names is None else names), limits, self._report)

    def refuse_pending(self, names: Collection[str] | None = None) -> None:
        """Adds to the diagnostics which layers of these models, or of all, only training would adapt to data.

        For whoever makes models without it.
        """
        if self.document is not None and self.document.training is not None:
            from specgraph.infer.adapting import refuse_pending

            refuse_pending(self.all_models, self.models if names is None else names, self._report)


def analyze(
    spec: str | os.PathLike[str],
    *,
    params: Mapping[str, Any] | None = None,
    variant: str | None = None,
    limits: Limits = DEFAULT,
    root: str | os.PathLike[str] | None = None,
    plugins: Iterable[str] = (),
) -> Analysis:
    """Everything that can be known of a spec without Keras.

    `spec` is a path, or the text itself if it has a line break. `variant` is one of the spec's named sets of
    params; `params` count for more. Imported files lie in the spec's folder, or in `root`. `plugins` are the
    names of installed packages' entry points whose layers the spec may use (`PluginError`). Raises
    `UnreadableError` for a file that cannot be read; faults of its content are `Analysis.diagnostics`.

    >>> analysis = analyze("specgraph: 1\\ninputs: {x: [4]}\\nlayers: [Dense: {units: 3}]\\n")
    >>> analysis.ok, analysis.models["model"].parameters()
    (True, (15, 0))
    """
    if isinstance(spec, str) and "\n" in spec:
        return analyze_source(
            Source(spec), params=params, variant=variant, limits=limits, root=root, plugins=plugins
        )
    return analyze_file(spec, params=params, variant=variant, limits=limits, root=root, plugins=plugins)


def analyze_file(
    path: str | os.PathLike[str],
    *,
    params: Mapping[str, Any] | None = None,
    variant: str | None = None,
    limits: Limits = DEFAULT,
    root: str | os.PathLike[str] | None = None,
    plugins: Iterable[str] = (),
    place: Place | None = None,
) -> Analysis:
    """The same for a file, whatever its name; `-` is standard input. Its data may be in another `place`."""
    try:
        source = load(path, limits)
    except SourceError as error:
        report = Report()
        report.refuse(error)
        return Analysis(error.span.source, report)
    return analyze_source(
        source,
        params=params,
        variant=variant,
        limits=limits,
        root=root,
        plugins=plugins,
        place=place,
    )


def analyze_source(
    source: Source,
    *,
    params: Mapping[str, Any] | None = None,
    variant: str | None = None,
    limits: Limits = DEFAULT,
    root: str | os.PathLike[str] | None = None,
    plugins: Iterable[str] = (),
    place: Place | None = None,
) -> Analysis:
    """The same for text that is read already."""
    report = Report()
    analysis = Analysis(source, report)
    try:
        top = read(source, limits)
    except SourceError as error:
        report.refuse(error)
        return analysis
    rows: Mapping[str, Any] = ROWS
    plugins = tuple(plugins)
    if plugins:
        from specgraph.plugins import vocabulary

        rows = vocabulary(plugins)
    modules = Modules(report, limits, root, rows)
    analysis.module = module = modules.read(top, params or {}, variant)
    if module is None:
        return analysis
    analysis.document = document = read_document(
        module, modules.sections, report, limits, root, plugins, place
    )
    for name, param in module.params.items():
        if not param.used and "." not in name and not report.failed:
            message = f"nothing uses param `{param.name}`"
            report.say("unused-param", message, param.key.span, severity="warning")
    adapting = _Adapting(document, "train" in module.root.entries)
    with bounded_effort():
        for name, graph in document.graphs.items():
            learns = adapting.keys(name)
            model = infer(graph, analysis.all_models, report, module.root, limits, learns)
            analysis.all_models[name] = model
            if "assert" in graph.section.entries and graph.sound and model.outputs is not None:
                from specgraph.infer.assertions import check_assertions

                check_assertions(model, modules.sections[name].params.values, report, limits)
        if analysis.ok:
            adapting.check(analysis.all_models, report)
        if analysis.ok:
            lint(analysis.models, document.training, report, module.root)
    return analysis


class _Adapting:
    """Which layers training will adapt; looked at only where there is training, and such a layer."""

    def __init__(self, document: Document, stated: bool) -> None:
        self.fed: Collection[str] = ()
        self.within: Collection[str] = ()
        nodes = (node for graph in document.graphs.values() for node in graph.nodes.values())
        if not stated or not any(node.target in LEARNT for node in nodes):
            return
        if document.training is None:  # it is at fault, and which models it is for is not known
            self.within = document.graphs.keys()
            return
        from specgraph.infer.adapting import fed_models

        self.fed = fed_models(document.training, document.graphs)
        self.within = with_called(self.fed, document.graphs)

    def keys(self, model: str) -> Collection[str]:
        """The keys of those layers in a model."""
        return LEARNT if model in self.within else ()

    def check(self, models: Mapping[str, ModelTypes], report: Report) -> None:
        """Reports those that cannot be adapted where they stand."""
        if self.fed:
            from specgraph.infer.adapting import check_places

            check_places(self.fed, models, report)
