"""specgraph: declarative model specs, compiled to Keras 3.

`analyze` says all that can be known of a spec without Keras: diagnostics, and for each model the types and
weights of its nodes. `build` makes the Keras models. `import specgraph` imports no Keras; `build` does.

A built model that holds a layer of our own (`Sampling`) is loaded after `import specgraph.custom_layers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    import keras

    from specgraph.diagnostics import Diagnostic
    from specgraph.infer.walk import ModelTypes
    from specgraph.ir.tensor import TensorType
    from specgraph.limits import Limits
    from specgraph.plugins import PluginError
    from specgraph.report.summary import Summary, summarize
    from specgraph.source.errors import UnreadableError
    from specgraph.training.errors import TrainError
    from specgraph.training.evaluation import Evaluation
    from specgraph.training.run import Run
    from specgraph.training.trained import Trained

    from .analysis import Analysis

__version__ = "0.1.0.dev0"

__all__ = (
    "Analysis", "Diagnostic", "Evaluation", "Limits", "ModelTypes", "PluginError", "Run", "SpecError",
    "Summary", "TensorType", "TrainError", "UnreadableError", "analyze", "build", "evaluate", "predict",
    "summarize", "train",
)  # fmt: skip

_HOMES = {
    "Analysis": "analysis",
    "Diagnostic": "diagnostics",
    "Evaluation": "training.evaluation",
    "Limits": "limits",
    "ModelTypes": "infer.walk",
    "PluginError": "plugins",
    "Run": "training.run",
    "Summary": "report.summary",
    "TensorType": "ir.tensor",
    "TrainError": "training.errors",
    "UnreadableError": "source.errors",
    "summarize": "report.summary",
}
"""Where the rest of the public names stand; each module is imported when its name is asked for."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'specgraph' has no attribute {name!r}")
    return getattr(import_module(f"specgraph.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


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
    variant: str | None = None,
    limits: Limits | None = None,
    root: str | os.PathLike[str] | None = None,
    plugins: Iterable[str] = (),
) -> Analysis:
    """Everything that can be known of a spec without Keras.

    `spec` is a path, or the text itself if it has a line break. `variant` is one of the spec's named sets of
    params; `params` count for more. Imported files lie in the spec's folder, or in `root`. `plugins` are the
    names of installed packages' entry points whose layers the spec may use (`PluginError`). Raises
    `UnreadableError` for a file that cannot be read; faults of its content are `Analysis.diagnostics`.

    >>> import specgraph
    >>> analysis = specgraph.analyze("specgraph: 1\\ninputs: {x: [4]}\\nlayers: [Dense: {units: 3}]\\n")
    >>> analysis.ok, analysis.models["model"].parameters()
    (True, (15, 0))

    A type holds named dims; a diagnostic knows its place and, often, its cause and mend:

    >>> text = '''\\
    ... specgraph: 1
    ... inputs: {image: [H, W, 3]}
    ... layers:
    ...   - Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: same}
    ...   - Dense: {unit: 4}
    ... '''
    >>> analysis = specgraph.analyze(text)
    >>> str(analysis.models["model"].types["conv2d"][0])
    '(batch, (H + 1)//2, (W + 1)//2, 8)'
    >>> [found] = analysis.diagnostics
    >>> found.code.id, found.message, found.help
    ('E20', 'Dense has no argument `unit`', 'did you mean `units`?')
    """
    from specgraph.limits import DEFAULT

    from .analysis import analyze as run

    return run(spec, params=params, variant=variant, limits=limits or DEFAULT, root=root, plugins=plugins)


def build(
    spec: str | os.PathLike[str],
    *,
    params: Mapping[str, Any] | None = None,
    variant: str | None = None,
    limits: Limits | None = None,
    root: str | os.PathLike[str] | None = None,
    plugins: Iterable[str] = (),
) -> keras.Model | dict[str, keras.Model]:
    """The Keras model of a spec, or its models by name where it has `models:`.

    Models with `compile:` are compiled. Raises `SpecError` if the spec has errors, or if building it would
    take more than `limits` allow; both are known before Keras is imported.

    >>> import specgraph
    >>> model = specgraph.build("specgraph: 1\\ninputs: {x: [4]}\\nlayers: [Dense: {units: 3}]\\n")
    >>> model.count_params()
    15
    """
    from specgraph.limits import DEFAULT
    from specgraph.lower.build import lower

    analysis = analyze(spec, params=params, variant=variant, limits=limits, root=root, plugins=plugins)
    if analysis.ok:
        analysis.check_budget(limits or DEFAULT)
        analysis.refuse_pending()
    if not analysis.ok:
        raise SpecError(analysis)
    models = lower(analysis.all_models, list(analysis.models))
    models = {name: models[name] for name in analysis.models}
    single = analysis.document is not None and not analysis.document.several
    return next(iter(models.values())) if single else models


def train(
    spec: str | os.PathLike[str],
    *,
    params: Mapping[str, Any] | None = None,
    variant: str | None = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
    folder: str | os.PathLike[str] | None = None,
    resume: bool = False,
    dry_run: bool = False,
    quiet: bool = False,
    data: Any = None,
    limits: Limits | None = None,
    root: str | os.PathLike[str] | None = None,
    plugins: Iterable[str] = (),
) -> Run:
    """Trains what a spec's `train` section says, and returns the models with the history of their training.

    `epochs` (of each phase), `batch_size` and `seed` count for more than what the spec says. A `folder`, new
    or empty, keeps the spec, the history, weights and checkpoints; with `resume` the run that is in it goes
    on from its last checkpoint, to the same end as if it had never stopped. `dry_run` runs one batch of each
    phase. `data` is trained on in place of what the spec names: arrays by column, `{"x": x, "y": y}`, a pair
    `(x, y)`, `{"train": …, "test": …}` of such, or a `tf.data.Dataset`; with the source `arrays` the spec
    says what they will hold. `spec`, `params`, `variant`, `limits`, `root` and `plugins` are as in `analyze`.

    Raises `SpecError` if the spec has errors, which is known before Keras is imported, and `TrainError` if
    training cannot be done. After Ctrl-C the run is saved, and a KeyboardInterrupt raised.
    """
    from pathlib import Path

    from specgraph.data.source import Place
    from specgraph.limits import DEFAULT
    from specgraph.training.plan import Settings
    from specgraph.training.start import start

    plugins = tuple(plugins)
    limits = limits or DEFAULT
    analysis = analyze(spec, params=params, variant=variant, limits=limits, root=root, plugins=plugins)
    if analysis.ok:
        analysis.check_budget(limits)
    if not analysis.ok:
        raise SpecError(analysis)
    file = None if isinstance(spec, str) and "\n" in spec else Path(spec)
    settings = Settings(epochs, batch_size, seed, resume, dry_run, quiet, data)
    place = Place.of(file, root, limits, plugins)
    return start(analysis, place, settings, Path(folder) if folder is not None else None)


def evaluate(
    trained: str | os.PathLike[str],
    data: Any = None,
    *,
    weights: str | os.PathLike[str] | None = None,
    last: bool = False,
    model: str | None = None,
    batch_size: int | None = None,
    params: Mapping[str, Any] | None = None,
    variant: str | None = None,
    limits: Limits | None = None,
    root: str | os.PathLike[str] | None = None,
    plugins: Iterable[str] = (),
) -> Evaluation:
    """The loss and metrics of a trained model, on what its run held out or on other `data`.

    `trained` is the folder of a run, or a spec, which stands for its latest run in `runs/`. The weights are
    the run's best, its `last`, or those in a `.weights.h5` or `.keras` file. `data` is a path to a .npz, .npy
    or .csv file or a folder of images, a data source in words, or arrays by column. `model` chooses among
    several; the rest is as in `analyze`. Raises `SpecError` and `TrainError`.
    """
    from specgraph.training.evaluation import evaluate as run

    made = _trained(trained, weights, last, model, params, variant, limits, root, plugins)
    return run(made, data=data, model=model, batch_size=batch_size)


def predict(
    trained: str | os.PathLike[str],
    inputs: Any,
    *,
    weights: str | os.PathLike[str] | None = None,
    last: bool = False,
    model: str | None = None,
    batch_size: int | None = None,
    raw: bool = False,
    params: Mapping[str, Any] | None = None,
    variant: str | None = None,
    limits: Limits | None = None,
    root: str | os.PathLike[str] | None = None,
    plugins: Iterable[str] = (),
) -> dict[str, Any]:
    """What a trained model makes of inputs: for each output an array with the examples along its first axis.

    `inputs` is what `data` is of `evaluate`, without labels, or an array for the only input. The steps of the
    spec's data section are done to them, unless they are `raw`. The rest is as in `evaluate`.
    """
    from specgraph.training.inputs import fed
    from specgraph.training.prediction import predict as run

    made = _trained(trained, weights, last, model, params, variant, limits, root, plugins)
    given = fed(made.analysis, inputs, model=model, raw=raw, home=made.place)
    return run(made, given, batch_size=batch_size)


def _trained(
    trained: str | os.PathLike[str],
    weights: str | os.PathLike[str] | None,
    last: bool,
    model: str | None,
    params: Mapping[str, Any] | None,
    variant: str | None,
    limits: Limits | None,
    root: str | os.PathLike[str] | None,
    plugins: Iterable[str],
) -> Trained:
    """A trained model as `evaluate` and `predict` take it."""
    from pathlib import Path

    from specgraph.limits import DEFAULT
    from specgraph.training.trained import opened
    from specgraph.training.trained import trained as load

    file = Path(weights) if weights is not None else None
    found = opened(
        Path(trained),
        weights=file,
        params=params,
        variant=variant,
        limits=limits or DEFAULT,
        root=root,
        plugins=tuple(plugins),
    )
    if not found.analysis.ok:
        raise SpecError(found.analysis)
    return load(found.analysis, found.place, run=found.run, weights=file, last=last, model=model)
