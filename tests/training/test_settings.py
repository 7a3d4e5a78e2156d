"""Precision, accumulation, clipping and XLA reach Keras, and models train with them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from specgraph.analysis import analyze
from specgraph.data.source import Place
from specgraph.lower.scopes import default_policy
from specgraph.training.plan import Settings
from specgraph.training.precision import remark
from specgraph.training.run import Run
from specgraph.training.start import start

SPEC = """\
specgraph: 1
inputs: {{image: [8, 8, 1]}}
layers:
  - Flatten
  - Dense: {{name: hidden, units: 16, activation: tanh{frozen}}}
  - Dense: {{name: probs, units: 10, activation: softmax, dtype: float32}}
compile: {{optimizer: {{{optimizer}}}, loss: sparse_categorical_crossentropy{compile}}}
train: {{data: {{source: digits, take: 64}}, epochs: 2, batch_size: {batch}{train}}}
"""


def train(
    optimizer: str = "SGD: {learning_rate: 0.1}",
    compile: str = "",
    train: str = "",
    batch: int = 32,
    frozen: bool = False,
) -> Run:
    still = ", trainable: false" if frozen else ""
    text = SPEC.format(optimizer=optimizer, compile=compile, train=train, batch=batch, frozen=still)
    analysis = analyze(text)
    assert analysis.ok, analysis.diagnostics
    made = start(analysis, Place(None, None), Settings(quiet=True), None)
    losses = [row["loss"] for row in made.history]
    assert np.all(np.isfinite(losses)) and losses[1] < losses[0]
    return made


def model(made: Run) -> keras.Model:
    return made.models["model"]


@pytest.mark.parametrize("frozen", [False, True])
def test_mixed_float16_scales_the_loss(frozen: bool) -> None:
    made = model(train(train=", precision: mixed_float16", frozen=frozen))
    assert made.get_layer("hidden").dtype_policy.name == "mixed_float16"
    assert made.get_layer("hidden").variable_dtype == "float32"
    assert made.get_layer("probs").dtype_policy.name == "float32"
    if not frozen:
        assert isinstance(made.optimizer, keras.optimizers.LossScaleOptimizer)
    assert keras.config.dtype_policy().name == "float32"


def test_a_scale_of_ones_own_is_kept() -> None:
    optimizer = "LossScaleOptimizer: {inner_optimizer: {SGD: {learning_rate: 0.1}}, initial_scale: 64.0}"
    made = model(train(optimizer, train=", precision: mixed_float16"))
    assert made.optimizer.initial_scale == 64


def test_mixed_bfloat16() -> None:
    made = model(train(train=", precision: mixed_bfloat16"))
    assert made.get_layer("hidden").compute_dtype == "bfloat16"
    assert isinstance(made.optimizer, keras.optimizers.SGD)


def test_the_policy_goes_with_the_block() -> None:
    with pytest.raises(ZeroDivisionError), default_policy("mixed_bfloat16"):
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
        raise ZeroDivisionError
    assert keras.config.dtype_policy().name == "float32"
    with default_policy(None):
        assert keras.config.dtype_policy().name == "float32"


def test_what_is_said_of_a_precision() -> None:
    assert remark(None) is None and remark("float32") is None
    if keras.backend.backend() != "torch":
        assert remark("mixed_float16") == "mixed_float16 is for GPUs: on a CPU it is slower than float32"
        assert remark("mixed_bfloat16").startswith("mixed_bfloat16 is for GPUs and TPUs")


def test_two_accumulated_batches_are_one_of_twice_the_size() -> None:
    one = model(train(batch=32)).get_weights()
    two = model(train("SGD: {learning_rate: 0.1, gradient_accumulation_steps: 2}", batch=16)).get_weights()
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("clip", ["clipnorm", "clipvalue", "global_clipnorm"])
def test_clipping_bounds_the_step(clip: str) -> None:
    free, held = (model(train(f"SGD: {{learning_rate: 0.1{extra}}}")) for extra in ("", f", {clip}: 0.001"))
    assert getattr(held.optimizer, clip) == 0.001
    a, b = (np.linalg.norm(one.get_layer("probs").bias.numpy()) for one in (free, held))
    assert 0 < b < a / 5


def test_xla() -> None:
    made = model(train(compile=", jit_compile: true"))
    assert made.jit_compile is True
    assert model(train(compile=", jit_compile: false")).jit_compile is False
    assert model(train(compile=", run_eagerly: true")).run_eagerly is True
