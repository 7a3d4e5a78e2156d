"""`specgraph.train(spec, data=…)`, and what becomes of faults that show only while training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specgraph
from specgraph.limits import DEFAULT

SPEC = """\
specgraph: 1
inputs: {x: [2]}
layers: [Dense: {units: 1, name: out}]
compile: {optimizer: sgd, loss: mse}
train:
  epochs: 2
  batch_size: 4
"""
STATED = SPEC + "  data: {arrays: {columns: {x: {shape: [2]}, y: {shape: [1], encoding: float}}}}\n"
X = np.random.default_rng(0).random((12, 2)).astype("float32")
Y = X.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("spec", [SPEC, STATED])
def test_arrays_are_trained_on(spec: str) -> None:
    runs = [
        specgraph.train(spec, data=data, quiet=True)
        for data in ((X, Y), {"x": X, "y": Y}, {"train": {"x": X, "y": Y}, "test": {"x": X, "y": Y}})
    ]
    losses = [[row["loss"] for row in one.history] for one in runs]
    assert losses[0] == losses[1] and losses[2][1] < losses[2][0]
    assert all("val_loss" in row for one in runs for row in one.history)


@pytest.mark.parametrize(
    ("spec", "data", "message"),
    [
        (SPEC, None, "phase `phase_1` has no data"),
        (STATED, None, "is passed from Python, and there is none here"),
        (SPEC, {"x": X.T, "y": Y}, "data is (12,), the model declares (2,)"),
        (STATED, {"x": X.T, "y": Y}, "columns have different numbers of examples: `x` 2, `y` 12"),
    ],
)
def test_what_cannot_be_trained_on(spec: str, data: Any, message: str) -> None:
    with pytest.raises(specgraph.TrainError) as caught:
        specgraph.train(spec, data=data, quiet=True)
    assert str(caught.value).startswith(message)


def test_an_image_that_breaks_a_run_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    for i in range(6):
        (tmp_path / "set" / "ab"[i % 2]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.zeros((4, 4, 3), "uint8")).save(tmp_path / "set" / "ab"[i % 2] / f"{i}.png")
    (tmp_path / "set" / "a" / "2.png").write_bytes(b"no image")
    (tmp_path / "spec.yaml").write_text(
        "specgraph: 1\ninputs: {image: [4, 4, 3]}\nlayers: [Flatten, {Dense: {units: 2, activation: softmax}}]\n"
        "compile: {loss: sparse_categorical_crossentropy}\n"
        "train: {data: {image_folder: {folder: set, size: [4, 4]}}, epochs: 2}\n"
    )
    for limits in (DEFAULT, DEFAULT._replace(data_bytes=300)):
        with pytest.raises(specgraph.TrainError) as caught:
            specgraph.train(tmp_path / "spec.yaml", quiet=True, limits=limits)
        assert "cannot decode image 'a/2.png'" in str(caught.value)
    assert "Traceback" not in capfd.readouterr().err
