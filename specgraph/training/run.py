"""A whole run: models, phases, and what is left of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.analysis import Analysis
from specgraph.data.source import Place
from specgraph.ir.training import Training
from specgraph.lower.scopes import default_policy

from .best import Best
from .checkpoint import Disk, Memory, Saved, Store, assign, variables
from .distribution import Share, distributed
from .errors import TrainError
from .files import Files
from .phases import Engine
from .plan import Settings
from .precision import remark
from .progress import Progress
from .signals import Interrupted, Signals

if TYPE_CHECKING:
    import keras


class Run(NamedTuple):
    """What a run has come to."""

    models: dict[str, keras.Model]
    """The trained models, by name."""
    history: list[dict[str, Any]]
    """For each epoch its `phase`, its number within it, counted from 1, and its figures."""
    folder: Path | None = None

    @property
    def metrics(self) -> dict[str, float]:
        """The figures of the last epoch."""
        last = self.history[-1] if self.history else {}
        return {name: value for name, value in last.items() if name not in ("phase", "epoch")}


def run(
    analysis: Analysis,
    training: Training,
    place: Place,
    settings: Settings,
    files: Files | None = None,
    saved: Saved | None = None,
) -> Run:
    """Trains what a spec without errors says, from where it was saved; `TrainError` where that fails."""
    with distributed(training.args.distribute, settings.cluster) as share:
        engine = _engine(analysis, training, place, settings, files, saved, share)
        try:
            _phases(engine, saved, settings.dry_run)
        except Interrupted as stop:
            if files is not None:
                files.interrupt(engine.history)
            raise Interrupted(stop.number, files.folder.path if files else None) from None
        if files is not None:
            files.finish(engine.history, engine.best.found)
    own = {name: engine.models[name] for name in analysis.models}
    return Run(own, engine.history, files.folder.path if files else None)


def _engine(
    analysis: Analysis,
    training: Training,
    place: Place,
    settings: Settings,
    files: Files | None,
    saved: Saved | None,
    share: Share,
) -> Engine:
    """All that phases need."""
    import keras

    from specgraph.lower.build import WeightsError, lower

    store: Store = Memory() if files is None else Disk(files.folder)
    keras.utils.set_random_seed(training.args.seed)
    with default_policy(training.args.precision):  # Keras scales the loss of mixed_float16 by itself
        try:
            models = lower(analysis.all_models, list(analysis.models))
        except WeightsError as error:
            raise TrainError(str(error)) from None
    if files is not None:
        files.begin(models)
    kept = (files.write_best, files.drop_best) if files else (None, None)
    best = Best(saved.best if saved else None, *kept)
    progress = Progress(settings.quiet or not share.writes)
    note = remark(training.args.precision)
    if note is not None:
        progress.say(note)
    types = analysis.all_models
    engine = Engine(models, types, training, place, progress, store, best, files, share)
    engine.given = settings.data
    return engine


def _phases(engine: Engine, saved: Saved | None, dry: bool) -> None:
    if saved is not None:
        engine.history += saved.history
        assign(variables(engine.models, None), saved.arrays)
    with Signals(engine.progress.say) as signals:
        for number in range(len(engine.training.phases)):
            if dry:
                engine.try_out(number)
            elif saved is None or number > saved.position.phase:
                engine.run(number, None, signals)
            elif number == saved.position.phase:
                engine.run(number, saved, signals)
