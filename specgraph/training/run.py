"""A whole run: models, phases, and what is left of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.analysis import Analysis
from specgraph.data.source import DataError, Place
from specgraph.ir.training import Training

from .distribution import Cluster, Share, distributed
from .errors import TrainError
from .objective import Context, objective
from .phases import load, run_phase
from .precision import precision

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


def run(analysis: Analysis, place: Place, cluster: Cluster | None = None) -> Run:
    """Trains what a spec without errors says; `TrainError` where that is not to be done.

    With a cluster, this process trains with the others that were started so.
    """
    assert analysis.document is not None
    training = analysis.document.training
    if training is None:
        raise TrainError("the spec has no `train` section", help="`train: {data: digits}` is the least")
    with distributed(training.args.distribute, cluster) as share:
        return _run(analysis, training, place, share)


def _run(analysis: Analysis, training: Training, place: Place, share: Share) -> Run:
    import keras

    from specgraph.lower.build import lower

    seed = training.args.seed
    keras.utils.set_random_seed(seed)
    with precision(training.args.precision):
        models = lower(analysis.all_models, list(analysis.models))
    history: list[dict[str, Any]] = []
    for number, phase in enumerate(training.phases):
        validates = getattr(objective(phase.objective.name), "VALIDATES", True)
        try:
            data = load(phase, training.validation, validates, seed, place)
        except DataError as error:
            raise TrainError(error.message, help=error.help) from None
        context = Context(models, analysis.all_models, phase, training)
        rows = run_phase(context, data, seed + number, share, place.limits)
        history += [{"phase": phase.name, "epoch": i + 1, **row} for i, row in enumerate(rows)]
    return Run({name: models[name] for name in analysis.models}, history)
