"""What a layer may hold, how its axes are counted, and what it cannot hold."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from layer_cases import Case, build, found

from specgraph.analysis import analyze

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]

NESTED = [
    ("{TimeDistributed: {layer: {LSTM: {units: 2}}}}", "[4, 3]", 5, "(TimeDistributed(LSTM)) needs 5 axes, (batch, steps, steps, steps, features)"),
    ("{TimeDistributed: {layer: {Conv1D: {filters: 2, kernel_size: 1}}}}", "[4, 3, 2]", 5, "needs 5 axes, (batch, steps, steps, steps, channels)"),
    ("{Bidirectional: {layer: {GRU: {units: 2}}}}", "[4, 3]", 4, "(Bidirectional(GRU)) needs 4 axes, (batch, steps, steps, features)"),
    ("{SpectralNormalization: {layer: {Conv2D: {filters: 2, kernel_size: 1}}}}", "[4, 3, 5]", 5, "(SpectralNormalization(Conv2D)) needs 5 axes, (batch, steps, height, width, channels)"),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "shape", "axes", "said"), NESTED)
def test_the_axes_of_a_layer_in_a_layer_are_counted_from_outside(
    layer: str, shape: str, axes: int, said: str
) -> None:
    item = f"- TimeDistributed: {{layer: {layer}}}"
    analysis = Case("nested", f"x: {shape}", item).analyze()
    assert found(analysis, "error") == ["rank-mismatch"]
    assert said in analysis.diagnostics[0].message
    assert Case("nested", f"x: {[4] * (axes - 1)}", item).analyze().ok


@pytest.mark.parametrize(
    ("holder", "held", "why"),
    [
        ("SpectralNormalization", "VGG16: {weights: null}", "VGG16 is a network of many"),
        ("TimeDistributed", "ops.abs: {}", "cannot hold ops.abs"),
    ],
)
def test_what_is_no_single_layer_is_not_held(holder: str, held: str, why: str) -> None:
    analysis = Case("held", "x: [4, 32, 32, 3]", f"- {holder}: {{layer: {{{held}}}}}").analyze()
    assert found(analysis, "error") == ["bad-param"]
    assert why in analysis.diagnostics[0].message and "an item of its own" in (
        analysis.diagnostics[0].help or ""
    )


def test_frames_may_be_examples_of_an_application() -> None:
    base = "VGG16: {include_top: false, weights: null, pooling: avg}"
    layers = (
        f"- ops.reshape: {{newshape: [-1, 32, 32, 3]}}\n- {base}\n- ops.reshape: {{newshape: [-1, 4, 512]}}"
    )
    beside = Case("beside", "x: [4, 32, 32, 3]", layers).analyze()
    assert beside.ok and not beside.diagnostics
    assert build(beside).output_shape == (None, 4, 512)


MODELS = """
specgraph: 1
models:
  encoder:
    inputs: {frame: [8, 8, 3]}
    layers: [Conv2D: {filters: 2, kernel_size: 3}]
  video:
    inputs: {clip: [4, 8, 8, 3]}
    layers: [{ITEM}]
"""


@pytest.mark.parametrize(
    ("item", "help"),
    [
        ("Bidirectional: {layer: encoder}", "write it as an item of its own"),
        ("SpectralNormalization: {layer: encoder}", "write it as an item of its own"),
        ("RNN: {cell: encoder}", "write it as an item of its own"),
    ],
)
def test_a_model_of_the_file_is_not_held(item: str, help: str) -> None:
    found = [one for one in analyze(MODELS.replace("{ITEM}", item)).diagnostics if one.severity == "error"]
    assert [(one.code.rule, one.help) for one in found] == [("bad-param", help)]
    assert "holds one layer, and `encoder` is a model" in found[0].message


def test_a_name_of_no_model_is_no_layer() -> None:
    said = analyze(MODELS.replace("{ITEM}", "TimeDistributed: {layer: coder}")).diagnostics
    assert "'coder' is not a layer" in [one.message for one in said]
