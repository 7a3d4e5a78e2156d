"""Pictures of what models make, and curves of their figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import specgraph
from specgraph.training.pictures import as_images, curves, grid

CONDITIONAL = """\
specgraph: 1
name: conditional
models:
  generator:
    inputs: {noise: [4], label: {shape: [], dtype: int64}}
    layers:
      - Embedding: {name: kind, from: label, input_dim: 10, output_dim: 4}
      - Concatenate: {from: [noise, kind]}
      - Dense: {units: 64, activation: sigmoid}
      - Reshape: {name: image, target_shape: [8, 8, 1]}
    compile: {optimizer: adam}
  discriminator:
    inputs: {image: [8, 8, 1], label: {shape: [], dtype: int64}}
    layers:
      - Flatten: {name: flat, from: image}
      - Embedding: {name: kind, from: label, input_dim: 10, output_dim: 4}
      - Concatenate: {from: [flat, kind]}
      - Dense: {units: 1}
    compile: {optimizer: adam}
train:
  objective:
    adversarial: {loss: wasserstein, discriminator_steps: 2}
  data:
    source: digits
    steps: {image: [scale]}
  epochs: 1
  batch_size: 128
"""


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((2, 28, 28, 1), (2, 28, 28, 1)),
        ((2, 9, 12, 3), (2, 9, 12, 3)),
        ((2, 9, 12, 4), (2, 9, 12, 4)),
        ((2, 9, 12), (2, 9, 12, 1)),
        ((2, 784), (2, 28, 28, 1)),
        ((2, 50), None),
        ((2, 9), None),
        ((2, 9, 3), None),
        ((2, 9, 12, 2), None),
        ((2,), None),
    ],
)
def test_what_looks_like_an_image(shape: tuple[int, ...], expected: tuple[int, ...] | None) -> None:
    made = as_images(np.zeros(shape, "float32"))
    assert (None if made is None else made.shape) == expected


def test_bounds() -> None:
    def seen(values: list[float], bounds: tuple[float, float] | None = None) -> Any:
        made = as_images(np.array(values * 32, "float32").reshape(1, 8, 8, 1), bounds)
        return made.reshape(-1)[:2]

    assert seen([0.2, 0.6]) == pytest.approx([0.2, 0.6])
    assert seen([-0.5, 0.5]) == pytest.approx([0.25, 0.75])
    assert seen([0.0, 200.0]) == pytest.approx([0.0, 1.0])
    assert seen([51.0, 300.0], (0.0, 255.0)) == pytest.approx([0.2, 1.0])
    assert as_images(np.full((1, 8, 8, 1), np.nan)) is None


def test_a_grid_shows_each_image_in_its_place(tmp_path: Path) -> None:
    images = np.zeros((5, 8, 10, 1), "float32")
    images[4] = 0.5
    grid(images, tmp_path / "grid.png", columns=3)
    with Image.open(tmp_path / "grid.png") as made:
        pixels = np.asarray(made)
    assert pixels.shape == (19 * 6, 34 * 6)  # 10 pixels wide are shown 60 wide
    assert pixels[12 * 6, 16 * 6] == 128 and pixels[3 * 6, 5 * 6] == 0 and pixels[12 * 6, 28 * 6] == 255


def test_a_grid_in_colour(tmp_path: Path) -> None:
    grid(np.ones((2, 64, 64, 3), "float32") * [1, 0, 0], tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as made:
        assert (made.mode, made.size, made.getpixel((5, 5))) == ("RGB", (131, 66), (255, 0, 0))


@pytest.mark.parametrize(
    "history",
    [
        [],
        [{"phase": "a", "epoch": 1, "loss": 0.5}],
        [{"phase": "a", "epoch": 1, "loss": 0.5, "val_loss": float("nan")}, {"phase": "b", "epoch": 1, "$x_": 1.0}],
        [{"phase": "a", "epoch": i, "loss": 1 / i, "val_loss": 2 / i, "mae": i, "kl": -i, "elbo": i} for i in range(1, 4)],
    ],
)  # fmt: skip
def test_curves(history: list[dict[str, Any]], tmp_path: Path) -> None:
    curves(history, tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as made:
        made.verify()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras, when it saves
def test_a_run_of_a_conditional_gan_leaves_its_samples(tmp_path: Path) -> None:
    run = specgraph.train(CONDITIONAL, folder=tmp_path / "run", quiet=True)
    assert {"d_loss", "g_loss", "gradient_penalty", "val_d_loss"} <= set(run.metrics)
    names = {one.name for one in (tmp_path / "run").iterdir()}
    assert {"curves.png", "phase_1.samples.png"} <= names
