"""`expand`: the flat spec builds the same models, and expanding it again changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specgraph.analysis import Analysis, analyze
from specgraph.infer.walk import ModelTypes
from specgraph.lower.build import lower
from specgraph.report.expand import expand

SPECS = Path(__file__).parents[2] / "specs"
SHIPPED = sorted(SPECS.glob("*.yaml"))
SUGAR = """\
specgraph: 1
name: sugar
doc: "A $ is written twice: $5"
params: {width: 4, note: "$$x"}
dims: {T: {min: 2}}
blocks:
  tower:
    params: {units: int}
    inputs: [a, b]
    layers:
      - Dense: {name: left, from: a, units: $units}
      - reuse: {layer: left, from: b}
    outputs: [left, left_1]
  step:
    shared: true
    layers: [Dense: {name: fc, units: 4}]
inputs: {x: [T, 4], y: [T, 4]}
layers:
  - tower: {name: t, units: $width, from: [x, y], trainable: false}
  - branch:
      from: t.0
      one: [step, ReLU]
      two: [step: {name: again}]
      none: []
  - Concatenate
  - LSTM: {name: lstm, units: $width, return_state: true}
  - LSTM: {name: out, units: 4, from: {sequences: x, initial_state: [lstm.1, lstm.2]}}
  - Add: {from: [out, lstm.0]}
outputs: [add, lstm.1]
compile: {optimizer: {Adam: {learning_rate: 0.01}}, loss: mse}
"""


def shape(models: dict[str, ModelTypes]) -> Any:
    return {
        name: [
            (node.name, node.target, node.args, node.inputs and [ref[:2] for ref in node.inputs], node.shares, node.trainable,
             {port: [ref[:2] for ref in refs] for port, refs in node.ports.items()})
            for node in model.graph.nodes.values()
        ]
        for name, model in models.items()
    }  # fmt: skip


def flat(analysis: Analysis) -> Analysis:
    assert analysis.ok, [one.message for one in analysis.diagnostics]
    text = expand(analysis)
    again = analyze(text)
    assert again.ok, [(one.message, one.span.text) for one in again.diagnostics]
    assert expand(again) == text
    return again


@pytest.mark.parametrize("spec", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_spec_and_its_flat_form_are_one(spec: Path) -> None:
    analysis = analyze(spec)
    again = flat(analysis)
    assert shape(again.all_models) == shape(analysis.all_models)
    for name, model in analysis.all_models.items():
        assert again.all_models[name].types == model.types
        assert again.all_models[name].parameters() == model.parameters()


def test_everything_at_once() -> None:
    analysis = analyze(SUGAR)
    again = flat(analysis)
    assert shape(again.all_models) == shape(analysis.all_models)
    assert again.document is not None and again.document.doc == "A $ is written twice: $5"
    assert again.models["sugar"].types["add"][0].truth == analysis.models["sugar"].types["add"][0].truth


BUILT: dict[str, dict[str, Any]] = {
    "gpt": {"length": 16, "width": 16, "depth": 2}, "mobilenet_v2": {"alpha": 0.35, "classes": 10}, "unet": {"width": 4},
    "wavenet": {"depth": 3, "stacks": 2, "channels": 4, "skips": 8}, "two_tower": {"users": 20, "items": 30},
}  # fmt: skip
"""Shipped specs with params under which they are built in a moment."""


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", ["sugar", *BUILT])
def test_the_flat_form_is_built_the_same_bit_for_bit(name: str) -> None:
    import keras

    def weights(analysis: Analysis) -> list[Any]:
        keras.utils.set_random_seed(3)
        [model] = lower(analysis.models).values()
        return [(one.path, one.numpy()) for one in model.weights]

    analysis = analyze(SPECS / f"{name}.yaml", params=BUILT[name]) if name in BUILT else analyze(SUGAR)
    one, two = weights(analysis), weights(analyze(expand(analysis)))
    assert [path for path, _ in one] == [path for path, _ in two]
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(one, two, strict=True))
