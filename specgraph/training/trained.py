"""What was trained: a run's folder, or a spec with a file of weights, as models that can be asked."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.analysis import Analysis, analyze_file
from specgraph.data.source import Place
from specgraph.ir.training import Phase, Training
from specgraph.limits import DEFAULT, Limits
from specgraph.lower.scopes import default_policy

from .errors import TrainError
from .folder import Folder, latest_folder, safe
from .kept import facts_told, moments_told
from .objective import Context
from .weights import load_weights

if TYPE_CHECKING:
    import keras

    from .steps import Moments

SPEC = "spec.yaml"
"""The spec in a run's folder, as the run understood it."""


class Where(NamedTuple):
    """A spec, and the folder of the run that has its weights, if there is one."""

    spec: Path
    run: Path | None
    data: Path | None = None
    """The folder that paths of data start from, where it is not the spec's."""


def find_run(
    given: Path,
    weights: Path | None,
    under: Path = Path("runs"),
    root: str | os.PathLike[str] | None = None,
) -> Where:
    """What a user means by a run's folder, or by a spec: of that, the latest run.

    A run says where its spec was; its data are read from there if that is within `root`, or else within the
    current folder, since the run may be a stranger's.

    `TrainError` where there are no weights.
    """
    if given.is_dir():
        if not (given / SPEC).is_file():
            raise TrainError(f"'{given}' is not the folder of a run: it has no {SPEC}")
        return Where(given / SPEC, given, _data_folder(given, Path(root or Path.cwd())))
    if weights is not None:
        return Where(given, None)
    found = latest_folder(given.stem, under, "*.weights.h5")
    if found is None:
        name = safe(given.stem)
        help = f"train it, name the folder of a run, or give --weights FILE (looked for {under}/{name}-…)"
        raise TrainError(f"there is no run of '{given}'", help=help)
    return Where(given, found)


def _data_folder(run: Path, within: Path) -> Path | None:
    """Where the spec of a run was, if that is a folder within another."""
    said: Any = (Folder(run).settings() or {}).get("folder")
    try:
        found = (run / said).resolve() if isinstance(said, str) else None
        return (
            found if found is not None and found.is_dir() and found.is_relative_to(within.resolve()) else None
        )
    except (OSError, ValueError):
        return None


class Opening(NamedTuple):
    """A spec that was read, and where its data and its weights are."""

    analysis: Analysis
    place: Place
    run: Path | None


def opened(
    given: Path,
    *,
    weights: Path | None = None,
    params: Mapping[str, Any] | None = None,
    variant: str | None = None,
    limits: Limits = DEFAULT,
    root: str | os.PathLike[str] | None = None,
    plugins: Collection[str] = (),
) -> Opening:
    """The spec that a run's folder or a spec means, with all that keeps a model from being made of it.

    `TrainError` where there are no weights.
    """
    from specgraph.infer.adapting import pending

    where = find_run(given, weights, root=root)
    place = _place(where, root, limits, plugins)
    analysis = analyze_file(
        where.spec, params=params, variant=variant, limits=limits, root=root, plugins=plugins, place=place
    )
    own = where.run / SPEC if where.run is not None else None
    if own not in (None, where.spec) and analysis.ok and pending(analysis.all_models, analysis.models):
        assert own is not None  # it has what training has adapted layers to, and no params any more
        place = _place(Where(own, where.run, where.spec.resolve().parent), root, limits, plugins)
        analysis = analyze_file(own, limits=limits, root=root, plugins=plugins, place=place)
    if analysis.ok:
        analysis.check_budget(limits)
        analysis.refuse_pending()
    return Opening(analysis, place, where.run)


def _place(
    where: Where, root: str | os.PathLike[str] | None, limits: Limits, plugins: Collection[str]
) -> Place:
    """Where the data of a spec lie, and what the run knows of them."""
    settings = (Folder(where.run).settings() or {}) if where.run is not None else {}
    return Place.of(where.spec, root, limits, plugins, where.data)._replace(told=facts_told(settings))


class Trained(NamedTuple):
    """Models with their weights, and what they were trained for."""

    models: dict[str, keras.Model]
    analysis: Analysis
    place: Place
    source: str
    """Where the weights are from, in words."""
    run_seed: int | None = None
    """That of the run, which its user may have chosen."""
    moments: Mapping[str, dict[str, list[Moments]]] = MappingProxyType({})
    """By phase, what steps found in the examples trained on."""

    @property
    def training(self) -> Training | None:
        """The `train` section, if there is one."""
        return self.analysis.document.training if self.analysis.document is not None else None

    @property
    def seed(self) -> int:
        """What the examples were parted by."""
        training = self.training
        if self.run_seed is not None or training is None:
            return self.run_seed or 0
        seed: int = training.args.seed
        return seed

    def context(self, phase: Phase) -> Context:
        """What an objective works with; `TrainError` where the spec has no section `train`."""
        training = self.training
        assert training is not None
        return Context(self.models, self.analysis.all_models, phase, training)


def trained(
    analysis: Analysis,
    place: Place,
    *,
    run: Path | None = None,
    weights: Path | None = None,
    last: bool = False,
    model: str | None = None,
) -> Trained:
    """The models of a spec without errors, with the weights of a run, its best or its last.

    `weights` is a file for one model: `model`, or the only one. The networks' own pretrained weights are not
    loaded, since all weights come from the files; nothing of a file is run. `TrainError` where a file is
    missing or does not fit.
    """
    from specgraph.lower.build import lower

    names = list(analysis.models)
    args = analysis.document.training if analysis.document is not None else None
    with default_policy(args.args.precision if args is not None else None):
        models = lower(analysis.all_models, names, pretrained=False)
    if weights is not None:
        chosen = only_model(names, model)
        load_weights(models[chosen], weights, place.limits)
        return Trained(models, analysis, place, str(weights))
    assert run is not None
    kind = "last" if last else _kind(run, names)
    for name in names:
        load_weights(models[name], _file(run, names, name, kind), place.limits)
    settings = Folder(run).settings() or {}
    source = f"the {kind} weights of {run}"
    return Trained(models, analysis, place, source, _seed(settings), moments_told(settings))


def _seed(settings: Mapping[str, Any]) -> int | None:
    """The seed that a run says it had."""
    found: Any = settings
    for name in ("identity", "train", "seed"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if type(found) is int and found >= 0 else None


def _kind(run: Path, names: list[str]) -> str:
    """The best weights, or the last where a run has not named any best."""
    return "best" if all(_file(run, names, name, "best").is_file() for name in names) else "last"


def _file(run: Path, names: list[str], name: str, kind: str) -> Path:
    return run / (f"{kind}.weights.h5" if len(names) == 1 else f"{safe(name)}.{kind}.weights.h5")


def only_model(names: list[str], wanted: str | None) -> str:
    """The model that is meant; `TrainError` where that is not clear."""
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in names:
        return str(wanted)
    listed = ", ".join(names)
    if wanted is None:
        raise TrainError(f"the spec has several models: {listed}", help="choose one with --model")
    raise TrainError(f"the spec has no model `{wanted}`; it has {listed}")


def last_phase(training: Training, model: str | None) -> Phase:
    """The last phase, of those that train this model."""
    phases = [one for one in training.phases if model is None or model in one.models]
    if not phases:
        raise TrainError(f"no phase trains `{model}`")
    return phases[-1]
