"""Whole runs: phases, folders, kills, and what goes wrong."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import specgraph
from specgraph.training.errors import FolderError, TrainError
from specgraph.training.files import read_history

pytestmark = pytest.mark.filterwarnings("ignore")
LONG = os.environ.get("SPECGRAPH_TRAIN") == "long"
HEAD = """\
specgraph: 1
name: small
inputs: {image: [8, 8, 1]}
layers:
  - Conv2D: {name: conv, filters: 4, kernel_size: 3}
  - BatchNormalization: {name: bn}
  - ReLU
  - Flatten
  - Dropout: {rate: 0.2}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
"""
TRAIN = (sys.executable, "-m", "specgraph", "train")
PHASED = (
    HEAD
    + """\
train:
  data: {source: digits, take: 320}
  callbacks: [{ReduceLROnPlateau: {patience: 1, monitor: loss, min_delta: 0.1}}]
  phases:
    - {name: all, epochs: 4}
    - {name: head, freeze: [conv, bn], learning_rate: 1.0e-4, epochs: 2, callbacks: [{EarlyStopping: {restore_best_weights: true}}]}
"""
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> specgraph.Run:
    folder = tmp_path_factory.mktemp("runs") / "whole"
    return specgraph.train(PHASED, folder=folder, quiet=True)


def test_a_run_leaves_its_files(whole: specgraph.Run) -> None:
    assert whole.folder is not None
    names = {one.name for one in whole.folder.iterdir()} - {"logs"}
    assert names == {
        "best.weights.h5", "checkpoint.npz", "curves.png", "history.csv", "last.weights.h5", "model.keras",
        "run.json", "spec.yaml",
    }  # fmt: skip
    assert read_history(whole.folder / "history.csv") == whole.history
    assert [row["phase"] for row in whole.history][:5] == ["all"] * 4 + ["head"]
    assert specgraph.analyze(whole.folder / "spec.yaml").ok


def test_the_same_seed_gives_the_same_history(whole: specgraph.Run) -> None:
    assert specgraph.train(PHASED, quiet=True).history == whole.history
    assert specgraph.train(PHASED, quiet=True, seed=1).history != whole.history


def test_frozen_layers_do_not_move(tmp_path: Path) -> None:
    first = specgraph.train(PHASED.replace("    - {name: head", "#"), quiet=True).models["small"]
    both = specgraph.train(PHASED, quiet=True).models["small"]
    for name in ("conv", "bn"):
        pairs = zip(first.get_layer(name).get_weights(), both.get_layer(name).get_weights(), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)
    assert not np.array_equal(
        first.get_layer("probs").get_weights()[0], both.get_layer("probs").get_weights()[0]
    )


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for resume in (False, True):
        with pytest.raises(FolderError):
            specgraph.train(PHASED, folder=tmp_path, resume=resume, quiet=True)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_what_has_changed_is_not_resumed(whole: specgraph.Run) -> None:
    with pytest.raises(FolderError, match="seed was 0 and is 1"):
        specgraph.train(PHASED, folder=whole.folder, resume=True, seed=1, quiet=True)
    with pytest.raises(FolderError, match=r"filters: 4.*filters: 5"):
        specgraph.train(
            PHASED.replace("filters: 4", "filters: 5"), folder=whole.folder, resume=True, quiet=True
        )


def test_a_dry_run_runs_a_batch_of_each_phase(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    made = specgraph.train(PHASED, folder=tmp_path / "none", dry_run=True)
    assert [row["phase"] for row in made.history] == ["all", "head"]
    assert not (tmp_path / "none").exists()
    err = capfd.readouterr().err
    assert "all: 4 epochs of 10 batches of 32; trains 1,498 weights in 3 layers, 0 are frozen" in err
    assert "head: 2 epochs of 10 batches of 32; trains 1,450 weights in 1 layer, 56 are frozen" in err


def test_a_loss_that_is_no_number_is_traced_to_its_layer() -> None:
    text = HEAD.replace("  - ReLU\n", "  - ops.log: {name: logs}\n") + "train: {data: digits}\n"
    with pytest.raises(TrainError, match="step 1 of epoch 1 of phase `phase_1`: layer `logs`"):
        specgraph.train(text, quiet=True)


def test_a_run_stopped_within_an_epoch_goes_on_there(tmp_path: Path, whole: specgraph.Run) -> None:
    import keras

    from specgraph.training.keeper import Keeper

    before = Keeper.on_train_batch_begin

    def stop(self: Keeper, batch: int, logs: object = None) -> None:
        if self.epoch == 1 and batch == 4 and self.from_ is None:
            self.signals.got = signal.SIGINT
        before(self, batch, logs)

    Keeper.on_train_batch_begin = stop
    try:
        with pytest.raises(KeyboardInterrupt):
            specgraph.train(PHASED, folder=tmp_path / "run", quiet=True)
    finally:
        Keeper.on_train_batch_begin = before
    resumed = specgraph.train(PHASED, folder=tmp_path / "run", resume=True, quiet=True)
    assert resumed.history == whole.history
    pairs = zip(resumed.models["small"].get_weights(), whole.models["small"].get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    assert keras.backend.backend()


def test_it_is_saved_no_oftener_than_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    from specgraph.training import keeper
    from specgraph.training.checkpoint import Memory, Position, Saved

    saved: list[Position] = []
    save = Memory.save

    def note(self: Memory, one: Saved) -> None:
        saved.append(one.position)
        save(self, one)

    monkeypatch.setattr(Memory, "save", note)
    monkeypatch.setattr(keeper, "OVERHEAD", 1e-12)
    specgraph.train(PHASED, quiet=True)
    phases = {one.phase for one in saved}
    assert len(phases) == 2
    for phase in phases:  # where it begins, and where it ends
        first, last = (one for one in saved if one.phase == phase)
        assert (first.epoch, first.step) == (0, 0) and last.epoch > 1
    saved.clear()
    monkeypatch.setattr(keeper, "OVERHEAD", 1e12)
    run = specgraph.train(PHASED, quiet=True)
    assert len(saved) == len(run.history) + 2


def test_a_killed_run_ends_like_one_that_was_not(tmp_path: Path, whole: specgraph.Run) -> None:
    (tmp_path / "small.yaml").write_text(PHASED)
    out = tmp_path / "run"
    command = [*TRAIN, str(tmp_path / "small.yaml"), "--out", str(out), "--resume"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    root = Path(__file__).parents[2]
    chance = random.Random(3)
    for _ in range(10 if LONG else 2):
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=root)
        assert process.stderr is not None
        wanted = chance.randrange(3)
        for line in process.stderr:
            wanted -= "epoch" in line
            if wanted < 0:
                break
        process.kill()
        process.stderr.close()
        process.wait()
    resumed = specgraph.train(tmp_path / "small.yaml", folder=out, resume=True, quiet=True)
    assert resumed.history == whole.history
    assert whole.folder is not None
    a, b = (np.load(one / "checkpoint.npz") for one in (out, whole.folder))
    assert all(np.array_equal(a[name], b[name]) for name in a.files if name != "meta")
    assert all(math.isfinite(value) for value in resumed.metrics.values())


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(PHASED)
    out = tmp_path / "run"
    command = [*TRAIN, str(tmp_path / "small.yaml"), "--epochs", "500", "--out", str(out)]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=root)
    assert process.stderr is not None
    next(line for line in process.stderr if "epoch 1/500" in line)
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 130
    assert f"--epochs 500 --resume {out}" in rest.splitlines()[-1]
    assert {"checkpoint.npz", "last.weights.h5"} <= {one.name for one in out.iterdir()}


def test_weights_that_are_not_there(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "specgraph: 1\ninputs: {image: [32, 32, 3]}\nlayers:\n"
        "  - VGG16: {include_top: false, weights: none.weights.h5}\n  - Flatten\n"
        "  - Dense: {name: probs, units: 10, activation: softmax}\n"
        "compile: {loss: sparse_categorical_crossentropy}\n"
        "train: {data: {source: digits, steps: {image: [{channels: {count: 3}}, {Resizing: {height: 32, width: 32}}]}}}\n"
    )
    with pytest.raises(specgraph.TrainError, match=r"are not there: none\.weights\.h5"):
        specgraph.train(spec, dry_run=True, quiet=True)
