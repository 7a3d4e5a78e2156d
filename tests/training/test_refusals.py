"""What a backend refuses while it runs is told in a line, with the layer, and is no fault of ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import specgraph
from specgraph.training.errors import TrainError
from specgraph.training.refusals import _line, told

pytestmark = pytest.mark.filterwarnings("default")

SPEC = """\
specgraph: 1
inputs: {{word: {{shape: [{values}], dtype: {dtype}}}}}
layers:
{layers}  - Dense: {{name: score, units: 1}}
compile: {{optimizer: sgd, loss: mse}}
train:
  data: {{source: {{npz: {{file: d.npz, columns: {{word: {{shape: [1], dtype: int64}}}}}}}}, steps: {{word: [{steps}]}}}}
  epochs: 1
  validation: 0.2
"""
EMBEDDED = SPEC.format(
    values=1,
    dtype="int64",
    steps="",
    layers="  - Embedding: {name: words, input_dim: 4, output_dim: 3}\n  - Flatten\n",
)
COUNTED = SPEC.format(
    values=9, dtype="float32", layers="", steps="{CategoryEncoding: {num_tokens: 9, output_mode: multi_hot}}"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    word = np.arange(40).reshape(40, 1) % 4
    np.savez(tmp_path / "d.npz", word=word, score=np.zeros((40, 1), "float32"))
    return tmp_path


def spoil(folder: Path, value: int) -> None:
    np.savez(folder / "d.npz", word=np.full((40, 1), value), score=np.zeros((40, 1), "float32"))


def spec(folder: Path, text: str) -> Path:
    path = folder / "s.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.tensorflow
@pytest.mark.parametrize("dry", [True, False])
def test_training(folder: Path, dry: bool) -> None:
    spoil(folder, 7)
    with pytest.raises(TrainError) as caught:
        specgraph.train(spec(folder, EMBEDDED), dry_run=dry)
    assert caught.value.message.startswith("phase `phase_1`: layer `words`: indices[")
    assert caught.value.message.endswith("= 7 is not in [0, 4)")
    assert caught.value.help is not None and "data" in caught.value.help


@pytest.mark.tensorflow
def test_steps_and_what_is_trained(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    path = spec(folder, COUNTED)
    run = specgraph.train(path, folder=folder / "run")
    assert "loss" in run.metrics
    spoil(folder, -1)
    wanted = "a step of the data: Input 'in' must be non-negative! Negative input value found: -1"
    for call, where in (
        (lambda: specgraph.train(path), "phase `phase_1`"),
        (lambda: specgraph.evaluate(folder / "run"), "model `model`"),
    ):
        with pytest.raises(TrainError) as caught:
            call()
        assert caught.value.message == f"{where}: {wanted}"


@pytest.mark.tensorflow
def test_prediction(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    path = spec(folder, EMBEDDED)
    specgraph.train(path, folder=folder / "run")
    with pytest.raises(TrainError, match=r"model `model`: layer `words`: indices\[0,0\] = 7 is not in"):
        specgraph.predict(folder / "run", np.full((2, 1), 7))


def test_what_is_no_refusal_of_a_backend_goes_through() -> None:
    with pytest.raises(ZeroDivisionError), told("here"):
        _ = 1 / 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "{{function_node __wrapped__Fill_device_/job:localhost}} OOM when allocating tensor with shape[9] by"
            " allocator mklcpu [Op:Fill] name: ",
            "OOM when allocating tensor with shape[9] by allocator mklcpu",
        ),
        (
            "Exception encountered when calling Embedding.call().\n\n\x1b[1m{{function_node x}} indices[0,0] = 7 is"
            " not in [0, 4) [Op:GatherV2]\x1b[0m\n\nArguments received by Embedding.call():\n  • inputs=x",
            "indices[0,0] = 7 is not in [0, 4)",
        ),
        ("[[{{node a}}]]", "it cannot be run"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_lines(text: str, line: str) -> None:
    assert _line(text) == line
