"""A run begun, or gone on with, in its folder."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from specgraph.analysis import Analysis
from specgraph.data.source import Place
from specgraph.ir.training import Training

from .adapting import adapted
from .checkpoint import FILE, Disk, Saved
from .errors import FolderError, TrainError
from .files import Files
from .folder import Folder
from .kept import told
from .plan import SHOWN, Settings, differences, identity, settled
from .progress import Progress
from .run import Run, run

NO_FIT = ("numpy", "openvino")
"""Backends that only run models."""


def start(
    analysis: Analysis, place: Place, settings: Settings | None = None, folder: Path | None = None
) -> Run:
    """Trains what a spec without errors says, and keeps it in the folder, if there is to be one.

    `TrainError` where training cannot be done, `FolderError` where the folder cannot be used.
    """
    settings = settings or Settings()
    settings.check()
    _check_backend()
    quiet = settings.quiet or (settings.cluster is not None and settings.cluster.process > 0)
    analysis = adapted(analysis, place, settings, Progress(quiet).say)
    training = settled(analysis, settings)
    if folder is None or settings.dry_run:
        return run(analysis, training, place, settings)
    if settings.cluster is not None and settings.cluster.process > 0:
        return _beside(analysis, training, place, settings, _saved(Folder(folder), settings))
    held = Folder(folder)
    held.open(settings.resume)
    try:
        same = identity(analysis, training)
        before = held.settings() if settings.resume else None
        if before is not None:
            _check(folder, before.get("identity", {}), same)
        saved = _saved(held, settings)
        if settings.resume and saved is None:
            Progress(settings.quiet).say(f"nothing is saved in {folder} yet: starting from the beginning")
        began = before.get("began") if before is not None else None
        about = {
            "identity": same,
            "epochs": {one.name: one.args.epochs for one in training.phases},
            "folder": _from(folder, place.folder),
            "told": told(training),
            "began": began or time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        }
        from specgraph.report.expand import expand

        files = Files(held, expand(analysis), about, list(analysis.models))
        return run(analysis, training, place, settings, files, saved)
    except TrainError:
        if not settings.resume and not (folder / FILE).exists():
            held.discard()
        raise
    finally:
        held.close()


def _from(folder: Path, spec: Path | None) -> str | None:
    """The way from a run's folder to its spec's."""
    return os.path.relpath(spec, folder.resolve()) if spec is not None else None


def _check_backend() -> None:
    import keras

    if keras.backend.backend() in NO_FIT:
        message = f"Keras has no training on the backend {keras.backend.backend()}"
        raise TrainError(message, help="KERAS_BACKEND=tensorflow or jax has")


def _beside(
    analysis: Analysis, training: Training, place: Place, settings: Settings, saved: Saved | None
) -> Run:
    """The run of a process that is not the first, whose files are thrown away.

    It must write what the first one writes: to read a variable that processes share, all of them must ask.
    """
    with tempfile.TemporaryDirectory() as scratch:
        held = Folder(Path(scratch, "run"))
        held.open(False)
        try:
            made = run(analysis, training, place, settings, Files(held, "", {}, list(analysis.models)), saved)
        finally:
            held.close()
    return made._replace(folder=None)


def _saved(folder: Folder, settings: Settings) -> Saved | None:
    return Disk(folder).load() if settings.resume else None


def _check(folder: Path, old: dict[str, object], new: dict[str, object]) -> None:
    """Refuses to go on with a run that would come out as no uninterrupted one does."""
    found = differences(old, new)
    if found:
        more = f", and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        said = "; ".join(found[:SHOWN])
        help = "train anew in another folder, or bring back what has changed"
        raise FolderError(f"'{folder}' is a run of something else: {said}{more}", help=help)
