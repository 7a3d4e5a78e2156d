"""Masks that Keras hands on: a layer that cannot take the one it gets fails when it runs, and is refused."""

from __future__ import annotations

import os
from contextlib import nullcontext

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

from specgraph.analysis import Analysis, analyze

FULL = """\
specgraph: 1
inputs: {x: [5, 3], y: [5, 3], m: {shape: [5, 3], dtype: bool}}
layers:
  - Softmax: {name: s, from: {inputs: x, mask: m}}
"""
IDS = """\
specgraph: 1
inputs: {x: {shape: [5], dtype: int32}, y: [5, 3]}
layers:
  - Embedding: {name: s, from: x, input_dim: 9, output_dim: 3, mask_zero: true}
"""
FRAMES = """\
specgraph: 1
inputs: {x: [7, 5, 5, 3], y: [7, 5, 5, 3]}
layers:
  - Masking: {name: s, from: x}
"""
ROWS = """\
specgraph: 1
inputs: {x: [5, 4, 3], y: [5, 4, 3]}
layers:
  - Masking: {name: s, from: x}
"""
CLIPS = """\
specgraph: 1
inputs: {x: [7, 5, 5, 3], y: [7, 5, 5, 3], m: {shape: [7], dtype: bool}}
layers:
  - ConvLSTM2D:
      {name: s, from: {sequences: x, mask: m}, filters: 3, kernel_size: 3, padding: same, return_sequences: true}
"""
NESTED = """\
specgraph: 1
models:
  inner:
    inputs: {z: [5, 3]}
    layers: [{Dropout: {rate: 0.1}}, {Softmax: {}}]
  outer:
    inputs: {x: {shape: [5], dtype: int32}}
    layers:
      - Embedding: {name: s, from: x, input_dim: 9, output_dim: 3, mask_zero: true}
"""

FAILS = [
    (FULL, "Multiply: {from: [s, y]}"),
    (FULL, "Multiply: {from: [y, s]}"),
    (FULL, "Maximum: {from: [s, y]}"),
    (FULL, "BatchNormalization: {from: s}"),
    (FULL, "GlobalAveragePooling1D: {from: s}"),
    (FULL, "LSTM: {units: 4, from: s}"),
    (FULL, "Bidirectional: {layer: {GRU: {units: 4}}, from: s}"),
    (FULL, "Attention: {from: [s, y]}"),
    (FULL, "MultiHeadAttention: {num_heads: 1, key_dim: 2, from: [y, s]}"),
    (FULL, "Pipeline: {layers: [{ReLU: {}}, {BatchNormalization: {}}], from: s}"),
    (IDS, "Softmax: {from: s}"),
    (IDS, "GlobalAveragePooling1D: {from: s, data_format: channels_first}"),
    (ROWS, "MultiHeadAttention: {num_heads: 1, key_dim: 2, from: [s, y]}"),
    (ROWS, "MultiHeadAttention: {num_heads: 1, key_dim: 2, attention_axes: [1], from: [y, s]}"),
    (FRAMES, "MultiHeadAttention: {num_heads: 1, key_dim: 2, attention_axes: [3], from: [s, y]}"),
    (CLIPS, "Multiply: {from: [s, y]}"),
    (CLIPS, "BatchNormalization: {from: s}"),
    (CLIPS, "Concatenate: {from: [s, y]}"),
    (FRAMES, "Softmax: {from: s}"),
    (FRAMES, "ConvLSTM2D: {from: s, filters: 2, kernel_size: 3}"),
    (FRAMES, "Bidirectional: {layer: {ConvLSTM2D: {filters: 2, kernel_size: 3}}, from: s}"),
]
RUNS = [
    (FULL, "Add: {from: [s, y]}"),
    (FULL, "ops.multiply: {from: [s, y]}"),
    (FULL, "Dense: {units: 2, from: s}"),
    (FULL, "LSTM: {units: 3, from: s}"),
    (FULL, "Flatten: {from: s}"),
    (FULL, "Pipeline: {layers: [{Flatten: {}}, {BatchNormalization: {}}], from: s}"),
    (FULL, "Multiply: {from: [x, y]}"),
    (FULL, "Softmax: {from: s}"),
    (IDS, "BatchNormalization: {from: s}"),
    (IDS, "Multiply: {from: [s, y]}"),
    (IDS, "LSTM: {units: 4, from: s}"),
    (IDS, "Bidirectional: {layer: {GRU: {units: 4}}, from: s}"),
    (IDS, "GlobalAveragePooling1D: {from: s}"),
    (IDS, "Attention: {from: [s, y]}"),
    (IDS, "Activation: {activation: softmax, from: s}"),
    (IDS, "TimeDistributed: {layer: {Dense: {units: 2}}, from: s}"),
    (FRAMES, "ConvLSTM2D: {from: s, filters: 2, kernel_size: 3, padding: same}"),
    (FRAMES, "BatchNormalization: {from: s}"),
    (CLIPS, "ConvLSTM2D: {from: s, filters: 2, kernel_size: 3}"),
    (CLIPS, "Add: {from: [s, y]}"),
    (ROWS, "MultiHeadAttention: {num_heads: 1, key_dim: 2, attention_axes: [2], from: [s, y]}"),
    (ROWS, "MultiHeadAttention: {num_heads: 1, key_dim: 2, attention_axes: -2, from: [y, s]}"),
    (FULL, "Concatenate: {from: [s, y]}"),
]
BEHIND = [
    (IDS, "Attention: {from: [s, y]}", True),
    (IDS, "Attention: {from: [y, s]}", False),
    (IDS, "MultiHeadAttention: {num_heads: 1, key_dim: 2, from: [s, y]}", True),
    (IDS, "MultiHeadAttention: {num_heads: 1, key_dim: 2, from: [y, s]}", False),
    (IDS, "Add: {from: [s, s]}", True),
    (IDS, "Add: {from: [s, y]}", False),
    (IDS, "Maximum: {from: [s, s]}", True),
    (IDS, "Concatenate: {from: [y, s]}", True),
    (IDS, "Dot: {from: [s, s], axes: 1}", False),
    (FRAMES, "Subtract: {from: [s, s]}", True),
]
"""What comes before a Softmax, and whether a mask comes through it."""


def analysis(head: str, layer: str, between: str = "") -> Analysis:
    return analyze(f"{head}{between}  - {layer}\n")


def predict(found: Analysis) -> None:
    from specgraph.lower.build import lower

    *_, model = lower(found.all_models).values()
    model.predict([np.ones((2, *one.shape[1:]), one.dtype) for one in model.inputs], verbose=0)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
@pytest.mark.parametrize(("head", "layer"), FAILS)
def test_what_fails(head: str, layer: str) -> None:
    found = analysis(head, layer)
    assert [one.code.rule for one in found.diagnostics if one.severity == "error"] == ["fails-when-run"]
    with pytest.raises(Exception, match=r"mask|[Dd]imensions|[Ss]hape"):
        predict(found)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
@pytest.mark.parametrize(("head", "layer"), RUNS)
def test_what_runs(head: str, layer: str) -> None:
    found = analysis(head, layer)
    assert found.ok
    predict(found)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
@pytest.mark.parametrize(("head", "layer", "masked"), BEHIND)
def test_which_masks_come_through(head: str, layer: str, masked: bool) -> None:
    found = analysis(head, "Softmax", f"  - {layer}\n")
    assert found.ok is not masked
    with pytest.raises(Exception, match=r"[Dd]imensions|[Ss]hape") if masked else nullcontext():
        predict(found)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
def test_masks_of_other_axes_are_not_merged() -> None:
    between = "  - Masking: {name: t, from: z}\n"
    found = analysis(CLIPS.replace("y: [7, 5, 5, 3]", "z: [7, 5, 5, 3]"), "Add: {from: [s, t]}", between)
    message = "Add fails with the masks of `s`, (batch, 7), and `t`, (batch, 7, 5, 5), which Keras hands on"
    assert errors(found) == [message]
    with pytest.raises(Exception, match=r"[Dd]imensions|[Ss]hape|broadcast"):
        predict(found)


def errors(found: Analysis) -> list[str]:
    return [one.message for one in found.diagnostics if one.severity == "error"]


def test_a_mask_comes_through_layers_that_hand_it_on_and_is_dropped_by_others() -> None:
    handed = analysis(IDS, "Softmax", "  - LSTM: {units: 4, return_sequences: true}\n  - Dense: {units: 7}\n")
    message = "Softmax fails with the mask of `s`, which Keras hands on: (batch, 5) for (batch, 5, 7)"
    assert errors(handed) == [message]
    assert analysis(IDS, "Softmax", "  - ops.copy\n").ok
    assert analysis(IDS, "Softmax", "  - Permute: {dims: [2, 1]}\n").ok
    assert analysis(IDS, "Softmax", "  - LSTM: {units: 4}\n").ok
    assert not analysis(FRAMES, "Softmax", "  - RandomGrayscale\n").ok  # which is idle in `predict`
    assert analysis(IDS.replace(", mask_zero: true", ""), "Softmax: {from: s}").ok


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
def test_a_mask_goes_into_models_that_are_called_and_comes_out() -> None:
    found = analyze(NESTED + "      - inner: {from: s}\n")
    message = (
        "in `inner`, Softmax fails with the mask of `s`, which Keras hands on: (batch, 5) for (batch, 5, 3)"
    )
    assert errors(found) == [message]
    with pytest.raises(Exception, match=r"[Dd]imensions|[Ss]hape"):
        predict(found)
    out = NESTED.replace("{Dropout: {rate: 0.1}}, {Softmax: {}}", "{Dense: {units: 3}}")
    found = analyze(out + "      - inner: {from: s}\n      - Softmax\n")
    assert len(errors(found)) == 1
    with pytest.raises(Exception, match=r"[Dd]imensions|[Ss]hape"):
        predict(found)


@pytest.mark.parametrize("inside", [True, False])
def test_models_that_call_models_twice_are_asked_once(inside: bool) -> None:
    """60 models, each calling the one before it twice: one by one, that would be 2**60 calls."""
    first = "Masking" if inside else "Dense: {units: 3}"
    lines = ["specgraph: 1", "models:", f"  m0: {{inputs: {{x: [5, 3]}}, layers: [{first}]}}"]
    for i in range(1, 60):
        calls = f"[{{m{i - 1}: {{name: a, from: x}}}}, {{m{i - 1}: {{name: b, from: a}}}}]"
        lines.append(f"  m{i}: {{inputs: {{x: [5, 3]}}, layers: {calls}}}")
    lines.append("  last: {inputs: {x: [5, 3]}, layers: [Masking, {m59: {name: called}}, Softmax]}")
    found = errors(analyze("\n".join(lines) + "\n"))
    assert all("has more than 10,000 layers" in one for one in found if not one.startswith("Softmax fails"))
