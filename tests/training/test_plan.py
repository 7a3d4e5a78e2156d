"""What is told of a plan of training before the first batch."""

from __future__ import annotations

import pytest

from specgraph import analyze

SPEC = """\
specgraph: 1
inputs: {image: [8, 8, 1]}
layers:
  - Resizing: {height: 32, width: 32}
  - Conv2D: {name: colour, filters: 3, kernel_size: 1}
  - VGG16: {name: base, include_top: false, weights: null}
  - Flatten
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {optimizer: OPTIMIZER, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
train:
  data: digits
  phases: [PHASES]
"""


def said(phases: str, optimizer: str = "adam") -> list[tuple[str, str | None]]:
    found = analyze(SPEC.replace("PHASES", phases).replace("OPTIMIZER", optimizer)).diagnostics
    return [(one.message, one.help) for one in found if one.code.id == "T17"]


@pytest.mark.parametrize(
    ("phases", "message", "help"),
    [
        ("{freeze: bas}", "no layer has the name `bas`", "did you mean `base`?"),
        ("{train: 'block5_*'}", "no layer has the pattern `block5_*`", "it is within another: `base/block5_*`"),
        ("{train: {last: 99, of: base}}", "`base` has 13 layers with weights, not 99", None),
        ("{name: a}, {name: a}", "two phases are called `a`", "a run's history tells phases by their names"),
        (
            "{name: a, callbacks: [{EarlyStopping: {monitor: val_acuracy}}]}",
            "EarlyStopping looks at `val_acuracy`, which no epoch of `a` has",
            "did you mean `val_accuracy`?",
        ),
        ("{callbacks: [SwapEMAWeights]}", "SwapEMAWeights needs an optimizer that keeps moving averages", "`optimizer: {Adam: {use_ema: true}}`"),
    ],
)  # fmt: skip
def test_what_does_not_go_together(phases: str, message: str, help: str | None) -> None:
    assert said(phases) == [(message, help)]


def test_a_schedule_and_a_callback_that_sets_the_rate() -> None:
    rate = "{Adam: {learning_rate: {CosineDecay: {initial_learning_rate: 0.01, decay_steps: 10}}}}"
    [(message, _)] = said("{callbacks: [{ReduceLROnPlateau: {}}]}", rate)
    assert message == "ReduceLROnPlateau sets a learning rate that CosineDecay already does"


@pytest.mark.parametrize(
    "phases",
    [
        "{freeze: base}",
        "{train: [probs, {last: 4, of: base}]}",
        "{train: {last: 6}}",
        "{train: ['base/block5_*', VGG16, probs]}",
        "{name: a}, {name: b, callbacks: [EarlyStopping, {ReduceLROnPlateau: {monitor: accuracy}}]}",
    ],
)
def test_what_goes_together(phases: str) -> None:
    assert said(phases) == []
