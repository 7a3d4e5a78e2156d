"""specgraph: declarative model specs, compiled to Keras 3.

`import specgraph` imports no Keras; `build` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import keras

    from specgraph.limits import Limits

    from .analysis import Analysis

__version__ = "0.1.0.dev0"

__all__ = ("SpecError", "analyze", "build")


class SpecError(ValueError):
    """A spec with errors; `analysis` has all diagnostics, the message shows them as frames."""

    def __init__(self, analysis: Analysis) -> None:
        from specgraph.diagnostics.text import render

        self.analysis = analysis
        errors = [one for one in analysis.diagnostics if one.severity == "error"]
        super().__init__("\n" + render(errors, limit=20))


def analyze(
    spec: str | os.PathLike[str],
    *,
    params: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> Analysis:
    """Everything that can be known of a spec without Keras.

    `spec` is a path, or the text itself if it has a line break. Raises `UnreadableError` for a file that
    cannot be read; faults of its content are `Analysis.diagnostics`.

    >>> import specgraph
    >>> analysis = specgraph.analyze("specgraph: 1\\ninputs: {x: [4]}\\nlayers: [Dense: {units: 3}]\\n")
    >>> analysis.ok, analysis.models["model"].parameters()
    (True, (15, 0))
    """
    from specgraph.limits import DEFAULT

    from .analysis import analyze as run

    return run(spec, params=params, limits=limits or DEFAULT)


def build(
    spec: str | os.PathLike[str],
    *,
    params: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> keras.Model | dict[str, keras.Model]:
    """The Keras model of a spec, or its models by name where it has `models:`.

    Models with `compile:` are compiled. Raises `SpecError` if the spec has errors.

    >>> import specgraph
    >>> model = specgraph.build("specgraph: 1\\ninputs: {x: [4]}\\nlayers: [Dense: {units: 3}]\\n")
    >>> model.count_params()
    15
    """
    from specgraph.lower.build import lower

    analysis = analyze(spec, params=params, limits=limits)
    if not analysis.ok:
        raise SpecError(analysis)
    models = lower(analysis.models)
    single = analysis.document is not None and not analysis.document.several
    return next(iter(models.values())) if single else models
