"""What the rules call an error, held against what Keras's `fit` does with random examples."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specgraph.analysis import Analysis, analyze_source
from specgraph.diagnostics.edits import format_value
from specgraph.lower.build import lower
from specgraph.source import Source

LONG = os.environ.get("SPECGRAPH_FUZZ") == "long"
LOSSES = (
    "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", "mse", "mae", "huber",
    "kl_divergence", "hinge", "categorical_hinge", "poisson", "categorical_focal_crossentropy",
    "binary_focal_crossentropy", "CategoricalGeneralizedCrossEntropy", "cosine_similarity",
)  # fmt: skip
EXAMPLES = 8


def analyzed(units: int, activation: str, loss: str, target: dict[str, Any], steps: bool) -> Analysis:
    dense = {"name": "out", "units": units, "activation": activation}
    return analyze_source(Source(
        f"specgraph: 1\ninputs: {{x: {[6, 3] if steps else [3]}}}\nlayers:\n  - Dense: {format_value(dense)}\n"
        f"compile: {{optimizer: sgd, loss: {loss}}}\ntargets: {{out: {format_value(target)}}}\n", "spec.yaml"
    ))  # fmt: skip


def labels(target: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    shape, encoding = (EXAMPLES, *target["shape"]), target["encoding"]
    if encoding == "onehot":
        return np.eye(target["classes"], dtype="float32")[rng.integers(0, target["classes"], shape[:-1])]
    if encoding == "index":
        return rng.integers(0, target["classes"], shape)
    if encoding == "binary":
        return rng.integers(0, 2, shape).astype("float32")
    return rng.random(shape).astype("float32")


def fits(analysis: Analysis, target: dict[str, Any], steps: bool) -> bool:
    """Whether Keras takes a batch, and the loss of classes' numbers is a number."""
    rng = np.random.default_rng(0)
    [model] = lower(analysis.models).values()
    model.run_eagerly = True
    x = rng.random((EXAMPLES, *((6, 3) if steps else (3,)))).astype("float32")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss = model.train_on_batch(x, labels(target, rng))
            return (
                target["encoding"] != "index"
                or bool(np.isfinite(loss).all())
                or type(model.loss).__name__ == "Poisson"
            )
    except Exception:
        return False


@st.composite
def targets(draw: st.DrawFn, steps: bool) -> dict[str, Any]:
    encoding = draw(st.sampled_from(["onehot", "index", "binary", "float"]))
    lead = draw(st.sampled_from([[], [6]])) if steps else []
    if encoding == "onehot":
        classes = draw(st.integers(2, 4))
        return {"encoding": encoding, "classes": classes, "shape": [*lead, classes]}
    if encoding == "index":
        last: list[int] = draw(st.sampled_from([[], [1]]))
        return {"encoding": encoding, "classes": draw(st.integers(2, 4)), "shape": [*lead, *last]}
    last = draw(st.sampled_from([[], [1], [3]]))
    return {"encoding": encoding, "shape": [*lead, *last]}


@settings(
    max_examples=1000 if LONG else 40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not LONG,
)
@given(st.data())
def test_what_fit_refuses_is_an_error_and_what_is_called_refused_fails(data: st.DataObject) -> None:
    steps = data.draw(st.booleans())
    target = data.draw(targets(steps))
    units, loss = data.draw(st.integers(1, 4)), data.draw(st.sampled_from(LOSSES))
    activation = data.draw(st.sampled_from(["softmax", "sigmoid", "relu", "tanh"]))
    analysis = analyzed(units, activation, loss, target, steps)
    said = [one for one in analysis.diagnostics if one.severity == "error"]
    sound = fits(analysis, target, steps)
    case = (units, activation, loss, target, steps, [one.message for one in said])
    if not said:
        assert sound, case
    for one in said:
        if one.code.rule == "target-mismatch" and "compares" not in one.message:
            assert not sound, case


def trained(units: int, activation: str, loss: str, target: dict[str, Any]) -> tuple[np.ndarray, list[float]]:
    """What a model with an error predicts after some training, and the losses of its epochs."""
    analysis = analyzed(units, activation, loss, target, False)
    assert not analysis.ok
    [model] = lower(analysis.models).values()
    rng = np.random.default_rng(0)
    x = rng.random((EXAMPLES, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        history = model.fit(x, labels(target, rng), epochs=3, verbose=0)
        return model.predict(x, verbose=0), history.history["loss"]


YES_OR_NO = {"encoding": "binary", "shape": [1]}


def test_a_softmax_over_one_unit_predicts_1() -> None:
    predicted, _ = trained(1, "softmax", "binary_crossentropy", YES_OR_NO)
    assert np.allclose(predicted, 1)


def test_a_categorical_loss_of_one_value_is_0() -> None:
    _, losses = trained(1, "sigmoid", "categorical_crossentropy", YES_OR_NO)
    assert losses == [0, 0, 0]


def test_a_bare_metric_and_a_loss_of_one_output_train() -> None:
    spec = (
        "specgraph: 1\ninputs: {x: [3]}\nlayers:\n  - Dense: {name: a, units: 2, from: x}\n"
        "  - Dense: {name: b, units: 1, from: x}\noutputs: [a, b]\ncompile: {loss: {a: mse}}\n"
    )
    one = "specgraph: 1\ninputs: {x: [3]}\nlayers: [Dense: {units: 1}]\ncompile: {loss: mse, metrics: mae}\n"
    x = np.ones((EXAMPLES, 3), "float32")
    for text, y in ((spec, [np.ones((EXAMPLES, 2)), np.ones((EXAMPLES, 1))]), (one, np.ones((EXAMPLES, 1)))):
        analysis = analyze_source(Source(text, "spec.yaml"))
        assert not analysis.diagnostics
        [model] = lower(analysis.models).values()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the output without a loss has no gradients
            assert np.isfinite(model.train_on_batch(x, y)).all()
