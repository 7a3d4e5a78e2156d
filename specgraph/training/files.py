"""What a run writes into its folder, and when."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .folder import SETTINGS, Folder, safe, versions

if TYPE_CHECKING:
    import keras


class Files:
    """The files of one run."""

    def __init__(self, folder: Folder, spec: str, settings: dict[str, Any], names: list[str]) -> None:
        self.folder = folder
        self.spec, self.settings, self.names = spec, settings, names
        self.models: dict[str, keras.Model] = {}
        self._writer: Any = None

    def begin(self, models: dict[str, keras.Model]) -> None:
        """The settings, and the spec as it was understood."""
        self.models = {name: models[name] for name in self.names}
        self.folder.write_text("spec.yaml", self.spec)
        self._say(status="running")

    def keep_moments(self, phase: str, moments: Any) -> None:
        """What steps have found in the examples of a phase, for who has other examples."""
        if any(moments.values()):
            self.settings.setdefault("moments", {})[phase] = moments
            self._say(status="running")

    def _say(self, **more: Any) -> None:
        found = {**more, **self.settings, "versions": versions()}
        self.folder.write_text(SETTINGS, json.dumps(found, indent=2) + "\n")

    def _weights(self, kind: str) -> None:
        for name, model in self.models.items():
            self.folder.write(self._name(name, f"{kind}.weights.h5"), model.save_weights)

    def _name(self, model: str, file: str) -> str:
        return file if len(self.models) == 1 else f"{safe(model)}.{file}"

    def write_best(self) -> None:
        """The weights as they are now, as the best."""
        self._weights("best")

    def drop_best(self) -> None:
        """No weights are the best any more."""
        for name in self.models:
            (self.folder.path / self._name(name, "best.weights.h5")).unlink(missing_ok=True)

    def interrupt(self, history: list[dict[str, Any]]) -> None:
        """What there is when the user has stopped the run."""
        self._weights("last")
        self.write_history(history)
        self._say(status="interrupted")

    def finish(self, history: list[dict[str, Any]], best: dict[str, Any] | None) -> None:
        """The trained models."""
        self._weights("last")
        for name, model in self.models.items():
            self.folder.write(self._name(name, "model.keras"), model.save)
        self.write_history(history)
        if history:
            from .pictures import curves

            self.folder.write("curves.png", lambda path: curves(history, path))
        self._say(status="finished", best=best)

    def write_pictures(self, name: str, images: Any, columns: int | None = None) -> None:
        """Images of a phase, side by side, where there are any."""
        if images is not None and len(images):
            from .pictures import grid

            self.folder.write(f"{safe(name)}.png", lambda path: grid(images, path, columns))

    def log(self, row: dict[str, Any], epoch: int) -> None:
        """An epoch's figures for TensorBoard, where it is installed."""
        from importlib.util import find_spec

        if find_spec("tensorboard") is None:
            return
        import tensorflow as tf

        if self._writer is None:
            self._writer = tf.summary.create_file_writer(str(self.folder.path / "logs"))
        with self._writer.as_default():
            for name, value in row.items():
                if name not in ("phase", "epoch"):
                    tf.summary.scalar(name, value, step=epoch)
        self._writer.flush()

    def write_history(self, history: list[dict[str, Any]]) -> None:
        """`history.csv`: a row for each epoch, a column for each figure of any phase."""
        columns = list(dict.fromkeys(name for row in history for name in row)) or ["phase", "epoch"]
        made = io.StringIO()
        table = csv.DictWriter(made, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(history)
        self.folder.write_text("history.csv", made.getvalue())


def read_history(path: Path) -> list[dict[str, Any]]:
    """The rows of a `history.csv`."""
    with open(path, encoding="utf-8", newline="") as file:
        return [
            {
                name: value if name == "phase" else int(value) if name == "epoch" else float(value)
                for name, value in row.items()
                if value != ""
            }
            for row in csv.DictReader(file)
        ]
