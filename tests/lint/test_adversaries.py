"""A generator and a discriminator that do not fit together, or do not suit what they play for."""

from __future__ import annotations

import pytest

from specgraph.analysis import Analysis, analyze

SPEC = """\
specgraph: 1
name: game
models:
  generator:
    inputs: {{noise: {noise}}}
    layers: [{first}Dense: {{units: {made}, name: {output}}}]
    {compiled}
  critic:
    inputs: {{image: [784]{more}}}
    layers:
      - Dense: {{from: image, units: 8, activation: relu}}
      {norm}
      - Dense: {{units: 1{ends}}}
    compile: {{optimizer: adam}}
train:
  data:
    source: mnist_5000
    steps: {{image: [scale, reshape: {{shape: [784]}}]}}
  objective:
    adversarial: {{discriminator: critic{settings}}}
"""
SOUND = {
    "first": "", "noise": "[16]", "made": "784", "output": "image", "more": "", "norm": "", "ends": "", "settings": "",
    "compiled": "compile: {optimizer: adam}",
}  # fmt: skip


def analyzed(**changes: str) -> Analysis:
    return analyze(SPEC.format(**{**SOUND, **changes}))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"output": "picture"},
        {"ends": ", activation: sigmoid"},
        {"settings": ", loss: wasserstein"},
        {"settings": ", loss: least_squares, label_smoothing: 0.1"},
        {"norm": "- BatchNormalization"},
        {"settings": ", loss: wasserstein, gradient_penalty: 5", "norm": "- LayerNormalization"},
    ],
)
def test_sound(changes: dict[str, str]) -> None:
    assert not analyzed(**changes).diagnostics


@pytest.mark.parametrize(
    ("changes", "rule", "severity", "message"),
    [
        ({"compiled": "doc: none"}, "train-plan", "error", "`generator` has no `compile`, whose optimizer would train it"),
        ({"made": "700"}, "train-plan", "error", "`generator` makes (700,), and `critic` takes (784,) as `image`"),
        ({"noise": "[N, 4]", "first": "GlobalAveragePooling1D, "}, "train-plan", "error", "noise for `noise` cannot be drawn, as its size N is not known"),
        ({"noise": "{shape: [3], dtype: int32}"}, "train-plan", "error", "input `noise` of `generator` is of int32, which noise is not"),
        ({"settings": ", generator: critic"}, "train-plan", "error", "`critic` cannot be trained against itself"),
        ({"settings": ", loss: wasserstein", "ends": ", activation: sigmoid"}, "loss-activation", "error", "`wasserstein` takes scores without bounds, and `critic` ends in `sigmoid`"),
        ({"ends": ", activation: tanh"}, "loss-activation", "error", "`non_saturating` takes a probability or a raw score, and `critic` ends in `tanh`"),
        ({"settings": ", loss: least_squares", "ends": ", activation: relu"}, "loss-activation", "error", "`least_squares` brings scores to 0 and 1, and `critic` ends in `relu`"),
        ({"settings": ", loss: wasserstein, label_smoothing: 0.1"}, "train-plan", "warning", "`label_smoothing` does nothing in a wasserstein game, which has no labels"),
        ({"settings": ", loss: wasserstein, gradient_penalty: 0"}, "train-plan", "warning", "a wasserstein critic without a gradient penalty has no bounds on its slope"),
        ({"settings": ", loss: wasserstein", "norm": "- BatchNormalization: {name: norm}"}, "train-plan", "warning", "the gradient penalty is on the slope of each example by itself, and BatchNormalization `norm` makes scores depend on the others"),
        ({"more": ", extra: [2]"}, "data-source", "error", "it is not clear which column feeds input `extra`"),
    ],
)  # fmt: skip
def test_told(changes: dict[str, str], rule: str, severity: str, message: str) -> None:
    found = [(one.code.rule, one.severity, one.message) for one in analyzed(**changes).diagnostics]
    assert (rule, severity, message) in found


def test_inputs_and_outputs_without_a_partner() -> None:
    text = SPEC.format(**SOUND).replace("inputs: {image: [784]}", "inputs: {image: [784], label: []}")
    text = text.replace("- Dense: {from: image", "- Identity: {from: label}\n      - Dense: {from: image")
    found = [one.message for one in analyze(text).diagnostics]
    assert "`generator` makes nothing for input `label` of `critic`" in found


def test_outputs_without_a_partner() -> None:
    text = SPEC.format(**SOUND).replace(
        "name: image}]", "name: image}, Dense: {units: 2, name: more}]\n    outputs: [image, more]"
    )
    found = [one.message for one in analyze(text).diagnostics]
    assert "output `more` of `generator` goes into no input of `critic`" in found


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        ("EarlyStopping: {monitor: d_loss, mode: min}", None),
        ("EarlyStopping: {monitor: val_g_loss, mode: max}", None),
        ("EarlyStopping: {monitor: val_loss}", "EarlyStopping looks at `val_loss`, which no epoch of `phase_1` has"),
        ("EarlyStopping: {monitor: gradient_penalty, mode: min}", "EarlyStopping looks at `gradient_penalty`, which no epoch of `phase_1` has"),
        ("EarlyStopping: {monitor: g_loss}", "EarlyStopping cannot tell whether `g_loss` is to grow or to fall"),
    ],
)  # fmt: skip
def test_figures_that_callbacks_look_at(callback: str, message: str | None) -> None:
    text = SPEC.format(**SOUND) + f"  callbacks: [{callback}]\n"
    assert [one.message for one in analyze(text).diagnostics] == ([message] if message else [])
