"""What we say comes out of layers that Keras is wrong about, against their real forward pass."""

from __future__ import annotations

import os
import textwrap

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from layer_cases import Case, build, found, param, run, seen, true

from specgraph.analysis import analyze

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]

SCORES = "{name: a, num_heads: 2, key_dim: 3, return_attention_scores: true, from: {query: x, value: y}}"

CLAIMED = [
    param("scores of another sequence", "x: [4, 3], y: [6, 3]", f"- MultiHeadAttention: {SCORES}", "a.0, a.1"),
    param(
        "scores over two axes",
        "x: [4, 3, 2], y: [5, 3, 2]",
        f"- MultiHeadAttention: {SCORES}",
        "a.0, a.1",
    ),
    param(
        "scores over one axis of two",
        "x: [4, 3, 2], y: [5, 3, 2]",
        f"- MultiHeadAttention: {SCORES[:-1]}, attention_axes: 1}}",
        "a.0, a.1",
    ),
    param("glu", "x: [3]", "- Dense: {units: 8, activation: glu}"),
    param("glu of a layer", "x: [H, 8]", "- Activation: {activation: glu}"),
    param("glu of images", "x: [5, 5, 3]", "- Conv2D: {filters: 4, kernel_size: 2, activation: glu}"),
    param(
        "glu of the last axis",
        "x: [3, 5, 5]",
        "- Conv2D: {filters: 4, kernel_size: 2, data_format: channels_first, activation: glu}",
    ),
    param("glu of a transposed convolution", "x: [5, 3]", "- Conv1DTranspose: {filters: 4, kernel_size: 2, activation: glu}"),
    param("glu of channels", "x: [5, 4]", "- DepthwiseConv1D: {kernel_size: 2, activation: glu}"),
    param("glu of separate channels", "x: [5, 4]", "- SeparableConv1D: {filters: 2, kernel_size: 2, activation: glu}"),
    param("glu in TimeDistributed", "x: [5, 3]", "- TimeDistributed: {layer: {Dense: {units: 4, activation: glu}}}"),
    param(
        "glu in SpectralNormalization",
        "x: [3]",
        "- SpectralNormalization: {layer: {Dense: {units: 4, activation: glu}}}",
    ),
    param("axes turned around", "x: [3, 4, 8]", "- EinsumDense: {equation: '...x,xy->...y', output_shape: 6}"),
    param(
        "output_shape with the batch",
        "x: [4, 8]",
        "- EinsumDense: {equation: 'abc,cd->abd', output_shape: [null, 4, 6]}",
    ),
    param("ints normalized", "x: {shape: [3], dtype: int32}", "- SpectralNormalization: {layer: {Dense: {units: 2}}}"),
    param(
        "embeddings normalized",
        "x: {shape: [3], dtype: int32}",
        "- SpectralNormalization: {layer: {Embedding: {input_dim: 4, output_dim: 2}}}",
    ),
    param(
        "reversed in another dtype",
        "x: [3, 4]",
        "- ReversibleEmbedding: {input_dim: 9, output_dim: 4, reverse: true, reverse_dtype: float16}",
    ),
    param("reversed without a cast", "x: {shape: [4], dtype: float64}", "- ReversibleEmbedding: {input_dim: 9, output_dim: 4, reverse: true}"),
    param(
        "directions of different width",
        "x: [5, 3]",
        """\
        - Bidirectional:
            layer: {LSTM: {units: 4}}
            backward_layer: {GRU: {units: 3, go_backwards: true}}
        """,
    ),
    param(
        "states of different width",
        "x: [5, 3]",
        """\
        - Bidirectional:
            name: b
            layer: {GRU: {units: 4, return_state: true}}
            backward_layer: {GRU: {units: 3, go_backwards: true, return_state: true}}
            merge_mode: null
        """,
        "b.0, b.1, b.2, b.3",
    ),
    param("queries over groups", "x: [1, 4, 3], y: [2, 4, 3]", "- Attention: {from: [x, y]}"),
    param("a mean of masked ints", "x: {shape: [4, 3], dtype: uint8}, m: {shape: [4], dtype: bool}", "- GlobalAveragePooling1D: {from: {inputs: x, mask: m}}"),
    param("a mean of ints", "x: {shape: [3], dtype: int32}, y: {shape: [3], dtype: uint8}", "- Average: {from: [x, y]}"),
    param("ints of two sizes, joined", "x: {shape: [3], dtype: int8}, y: {shape: [3], dtype: uint8}", "- Concatenate: {from: [x, y]}"),
    param("the greatest of ints", "x: {shape: [4, 4, 1], dtype: uint8}", "- MaxPooling2D"),
    param("bools set apart", "x: {shape: [4, 1], dtype: bool}", "- ZeroPadding1D"),
    param("ints cut off", "x: {shape: [4], dtype: int64}", "- ReLU: {max_value: 6}"),
    param("ints repeated in each step", "x: {shape: [3, 4], dtype: int32}", "- TimeDistributed: {layer: {RepeatVector: {n: 2}}}"),
]  # fmt: skip
"""Keras declares one thing, and another comes out."""


@pytest.mark.parametrize("case", CLAIMED)
def test_what_comes_out_is_not_what_keras_declares(case: Case) -> None:
    analysis = case.analyze()
    assert found(analysis, "error") == []
    assert found(analysis, "warning") == ["wrong-claim"]
    model = build(analysis)
    came = seen(run(model))
    assert came == true(analysis)
    declared = [((2, *one.shape[1:]), one.dtype) for one in model.outputs]
    assert came != declared


FAILING = [
    param("a head on scores", "x: [4, 3], y: [6, 3]", f"- MultiHeadAttention: {SCORES}\n- Dense: {{units: 2, from: a.1}}", "a.0, dense"),
    param("a head on glu", "x: [3]", "- Dense: {units: 8, activation: glu}\n- Dense: {units: 3}"),
    param("an odd width for glu", "x: [3]", "- Dense: {units: 7, activation: glu}"),
    param("widths of query and value", "x: [4, 3], y: [5, 2]", "- Attention: {from: [x, y]}"),
    param("widths that are added", "x: [4, 3], y: [5, 2]", "- AdditiveAttention: {from: [x, y]}"),
    param("steps of key and value", "x: [4, 3], y: [5, 3], z: [6, 3]", "- Attention: {from: [x, y, z]}"),
    param("scores of ints", "x: {shape: [4, 3], dtype: int32}", "- Attention: {from: [x, x]}"),
    param("a mask of other steps", "x: [4, 3], m: {shape: [5], dtype: bool}", "- Attention: {from: {query: x, value: x, mask: [m, m]}}"),
    param("a causal mask over two axes", "x: [4, 3, 2]", "- MultiHeadAttention: {num_heads: 1, key_dim: 2, use_causal_mask: true, from: [x, x]}"),
    param("a window over two axes", "x: [4, 3, 2]", "- MultiHeadAttention: {num_heads: 1, key_dim: 2, sliding_window: 2, from: [x, x]}"),
    param("another place beside attention", "x: [4, 3, 2], y: [4, 5, 2]", "- MultiHeadAttention: {num_heads: 1, key_dim: 2, attention_axes: 1, from: [x, y]}"),
    param("sequences and images", "x: [4, 2], y: [4, 5, 2]", "- MultiHeadAttention: {num_heads: 1, key_dim: 2, from: [x, y]}"),
    param("a mask for another key", "x: [4, 3], m: {shape: [5], dtype: bool}", "- MultiHeadAttention: {num_heads: 1, key_dim: 2, from: {query: x, value: x, value_mask: m}}"),
    param("a mask for another query", "x: [4, 3], m: {shape: [5], dtype: bool}", "- GroupQueryAttention: {head_dim: 2, num_query_heads: 2, num_key_value_heads: 1, from: {query: x, value: x, query_mask: m}}"),
    param("flash attention with scores", "x: [4, 3]", "- MultiHeadAttention: {name: a, num_heads: 1, key_dim: 2, flash_attention: true, return_attention_scores: true, from: [x, x]}", "a.0, a.1"),
    param("an axis more than the equation", "x: [4, 3]", "- EinsumDense: {equation: 'ab,bc->ac', output_shape: 5}"),
    param("a head on a turned shape", "x: [3, 4, 8]", "- EinsumDense: {equation: '...x,xy->...y', output_shape: 6}\n- EinsumDense: {equation: 'abcd,bcde->ae', output_shape: 2}"),
    param("vectors of another width", "x: [3]", "- ReversibleEmbedding: {input_dim: 9, output_dim: 4, reverse: true}"),
    param("a stack of one cell, unrolled", "x: [5, 3]", "- RNN: {cell: [LSTMCell: {units: 2}], unroll: true}"),
    param("a stack of one cell, masked", "x: [5, 3], m: {shape: [5], dtype: bool}", "- RNN: {cell: [GRUCell: {units: 2}], from: {sequences: x, mask: m}}"),
    param("dropout of ints", "x: {shape: [5, 3], dtype: int32}", "- GRU: {units: 2, dropout: 0.5}"),
    param("dropout of ints in a cell", "x: {shape: [5, 3], dtype: int32}", "- RNN: {cell: {GRUCell: {units: 2, dropout: 0.5}}}"),
    param("a mask of fewer steps", "x: [5, 3], m: {shape: [4], dtype: bool}", "- LSTM: {units: 2, from: {sequences: x, mask: m}}"),
    param("a mask of other steps, distributed", "x: [5, 3], m: {shape: [4], dtype: bool}", "- TimeDistributed: {layer: {Dense: {units: 2}}, from: {inputs: x, mask: m}}"),
    param("a sum of different widths", "x: [5, 3]", "- Bidirectional: {layer: {LSTM: {units: 4}}, backward_layer: {LSTM: {units: 3, go_backwards: true}}, merge_mode: sum}"),
    param("images of ints", "x: {shape: [2, 5, 5, 3], dtype: int32}", "- ConvLSTM2D: {filters: 2, kernel_size: 2}"),
    param("a mask of other features", "x: [4, 3], m: {shape: [4, 2], dtype: bool}", "- Softmax: {from: {inputs: x, mask: m}}"),
    param("a mask of other steps in a mean", "x: [4, 3], m: {shape: [5], dtype: bool}", "- GlobalAveragePooling1D: {from: {inputs: x, mask: m}}"),
    param("softmax of ints", "x: {shape: [4], dtype: int32}", "- Softmax"),
    param("a convolution of ints", "x: {shape: [4, 3], dtype: int32}", "- Conv1D: {filters: 2, kernel_size: 2}"),
    param("a mean over windows of ints", "x: {shape: [4, 3], dtype: int32}", "- AveragePooling1D: {pool_size: 2}"),
    param("factors of two axes of three", "x: [2, 3, 4]", "- RMSNormalization: {axis: [1, 3]}"),
    param("a convolution behind ints", "x: {shape: [4, 3], dtype: int32}", "- ZeroPadding1D\n- Conv1D: {filters: 2, kernel_size: 2}"),
    param("a state of another size", "x: [2, 5, 3], h: [3, 2]", "- ConvLSTM1D: {filters: 2, kernel_size: 2, from: {sequences: x, initial_state: [h, h]}}"),
]  # fmt: skip
"""Keras builds it, and fails when it runs."""


@pytest.mark.parametrize("case", FAILING)
def test_what_builds_and_fails_when_run_is_refused(case: Case) -> None:
    analysis = case.analyze()
    assert len(found(analysis, "error")) == 1
    assert found(analysis, "warning") == []
    model = build(analysis)
    with pytest.raises(Exception, match=r"[a-z]"):
        run(model)


FINE = [
    param("scores of the same sequence", "x: [4, 3]", f"- MultiHeadAttention: {SCORES.replace('value: y', 'value: x')}", "a.0, a.1"),
    param("scores of groups", "x: [4, 3], y: [6, 3]", "- GroupQueryAttention: {name: a, head_dim: 2, num_query_heads: 4, num_key_value_heads: 2, return_attention_scores: true, from: {query: x, value: y}}", "a.0, a.1"),
    param("a causal mask over one axis", "x: [4, 3]", "- MultiHeadAttention: {num_heads: 1, key_dim: 2, use_causal_mask: true, sliding_window: 2, from: [x, x]}"),
    param("a causal mask over one of two axes", "x: [4, 3, 2]", "- MultiHeadAttention: {num_heads: 1, key_dim: 2, attention_axes: 1, use_causal_mask: true, from: [x, x]}"),
    param("masks of attention", "x: [4, 3], y: [6, 3], m: {shape: [4], dtype: bool}, n: {shape: [6], dtype: bool}", "- Attention: {use_scale: true, use_causal_mask: true, from: {query: x, value: y, mask: [m, n]}}"),
    param("masks of heads", "x: [4, 3], y: [6, 3], m: {shape: [4, 6], dtype: bool}, n: {shape: [6], dtype: bool}", "- MultiHeadAttention: {num_heads: 2, key_dim: 2, from: {query: x, value: y, value_mask: n, key_mask: n, attention_mask: m}}"),
    param("a key of its own", "x: [4, 3], y: [6, 2], z: [6, 3]", "- AdditiveAttention: {name: a, return_attention_scores: true, from: {query: x, value: y, key: z}}", "a.0, a.1"),
    param("ints that are scaled", "x: {shape: [4, 3], dtype: int32}", "- Attention: {use_scale: true, from: [x, x]}"),
    param("other activations", "x: [3]", "- Dense: {units: 7, activation: gelu}"),
    param("one axis before the dots", "x: [4, 8]", "- EinsumDense: {equation: '...x,xy->...y', output_shape: 6, bias_axes: y}"),
    param("axes behind", "x: [8, 3, 4]", "- EinsumDense: {equation: 'ab...,bc->ac...', output_shape: 6, bias_axes: c}"),
    param("stacked cells", "x: [5, 3]", "- RNN: {name: r, cell: [LSTMCell: {units: 2}, GRUCell: {units: 3}], return_sequences: true, return_state: true}", "r.0, r.1, r.2, r.3"),
    param("states of stacked cells", "x: [5, 3], h: [2], c: [2], g: [3]", "- RNN: {cell: {StackedRNNCells: {cells: [LSTMCell: {units: 2}, GRUCell: {units: 3}]}}, from: {sequences: x, initial_state: [h, c, g]}}"),
    param("a stack of one cell", "x: [5, 3]", "- RNN: {cell: [LSTMCell: {units: 2}]}"),
    param("both ends of stacked cells", "x: [5, 3]", "- Bidirectional: {name: b, layer: {RNN: {cell: [LSTMCell: {units: 2}, SimpleRNNCell: {units: 3}], return_state: true}}}", "b.0, b.1, b.6"),
    param("both ends of images", "x: [2, 5, 5, 3]", "- Bidirectional: {layer: {ConvLSTM2D: {filters: 2, kernel_size: 2, return_sequences: true}}}"),
    param("states of images", "x: [2, 5, 3], h: [4, 2]", "- ConvLSTM1D: {name: c, filters: 2, kernel_size: 2, return_state: true, from: {sequences: x, initial_state: [h, h]}}", "c.0, c.1, c.2"),
    param("volumes", "x: [2, 3, 3, 3, 1]", "- ConvLSTM3D: {filters: 2, kernel_size: 2, padding: same, strides: 2}"),
    param("ints in a cell", "x: {shape: [5, 3], dtype: int32}", "- RNN: {cell: {GRUCell: {units: 2}}}"),
    param("a mask of all steps", "x: [5, 3], m: {shape: [5], dtype: bool}", "- Bidirectional: {layer: {LSTM: {units: 2}}, from: {sequences: x, mask: m}}"),
    param("a mask of steps and what is in them", "x: [2, 5, 3], m: {shape: [2, 5], dtype: bool}", "- TimeDistributed: {layer: {LSTM: {units: 2}}, from: {inputs: x, mask: m}}"),
    param("sequences in TimeDistributed", "x: [2, 5, 3]", "- TimeDistributed: {layer: {LSTM: {units: 4, return_sequences: true}}}"),
    param("a kernel normalized", "x: [5, 5, 3]", "- SpectralNormalization: {layer: {Conv2D: {filters: 4, kernel_size: 2}}, power_iterations: 2}"),
    param("masks of all kinds", "x: [4, 3], m: {shape: [4], dtype: bool}, n: {shape: [1, 3], dtype: bool}", "- BatchNormalization: {from: {inputs: x, mask: m}}\n- Softmax: {from: {inputs: batch_normalization, mask: n}}\n- GlobalAveragePooling1D: {from: {inputs: softmax, mask: m}}"),
    param("a word for a vector", "x: [3, 4]", "- ReversibleEmbedding: {input_dim: 9, output_dim: 4, reverse: true, tie_weights: false}"),
    param("a vector for a word", "x: {shape: [3], dtype: int32}", "- ReversibleEmbedding: {input_dim: 9, output_dim: 4}"),
]  # fmt: skip
"""What is declared is what comes out."""


@pytest.mark.parametrize("case", FINE)
def test_what_runs_as_declared_is_not_spoken_of(case: Case) -> None:
    analysis = case.analyze()
    assert analysis.diagnostics == []
    model = build(analysis)
    came = seen(run(model))
    assert came == true(analysis)
    assert [((2, *one.shape[1:]), one.dtype) for one in model.outputs] == came
    [types] = analysis.models.values()
    assert model.count_params() == sum(types.parameters())


@pytest.mark.parametrize(
    "case",
    [
        param("a window larger than the image", "x: [4, 4, 1]", "- MaxPooling2D: {pool_size: 5}"),
        param("groups over other features", "x: [4, 3], y: [4, 2]", "- GroupQueryAttention: {head_dim: 2, num_query_heads: 1, num_key_value_heads: 1, from: [x, y]}"),
    ],
)  # fmt: skip
def test_what_would_run_and_keras_does_not_build_is_refused(case: Case) -> None:
    analysis = case.analyze()
    assert len(found(analysis, "error")) == 1
    with pytest.raises(ValueError):
        build(analysis)


def test_several_outputs_in_each_step_are_refused() -> None:
    layers = "- TimeDistributed: {layer: {LSTM: {units: 4, return_state: true}}}"
    analysis = Case("states", "x: [2, 5, 3]", layers).analyze()
    assert found(analysis, "error") == ["bad-param"]
    with pytest.raises(Exception, match=r"[a-z]"):
        run(build(analysis))


def test_what_keras_leaves_open_is_not_a_wrong_claim() -> None:
    case = Case("open", "x: [4, 8]", "- EinsumDense: {equation: 'abc,cd->abd', output_shape: [null, 6]}")
    analysis = case.analyze()
    assert analysis.diagnostics == []
    model = build(analysis)
    assert model.output_shape == (None, None, 6)
    assert seen(run(model)) == true(analysis) == [((2, 4, 6), "float32")]


def test_what_keras_leaves_open_cannot_be_built_on() -> None:
    layers = "- EinsumDense: {equation: 'abc,cd->adb', output_shape: [6, null]}\n- Dense: {units: 2}"
    analysis = Case("open", "x: [4, 8]", layers).analyze()
    assert found(analysis, "error") == ["undefined-features"]
    with pytest.raises(ValueError, match="None"):
        build(analysis)


def test_a_model_of_the_file_is_given_what_comes_out() -> None:
    text = """\
        specgraph: 1
        models:
          half:
            inputs: {y: [8]}
            layers: [Dense: {units: 2}]
          whole:
            inputs: {x: [3]}
            layers:
              - Dense: {units: 8, activation: glu}
              - half
        """
    analysis = analyze(textwrap.dedent(text))
    assert found(analysis, "error") == ["fails-when-run"]
    [fault] = analysis.diagnostics
    assert [one.message for one in fault.causes] == [
        "Keras will declare (batch, 8), but (batch, 4) comes out"
    ]
    from specgraph.lower.build import lower

    with pytest.raises(Exception, match="shape"):
        run(lower(analysis.models)["whole"])


def test_training_of_a_call_has_no_effect() -> None:
    """Why a spec has no `training`: `fit` sets it for every layer of a functional model."""
    import keras

    x = keras.Input((4,))
    layer = keras.layers.BatchNormalization()
    model = keras.Model(x, layer(x, training=False))
    model.compile("sgd", "mse")
    model.train_on_batch(np.ones((8, 4)), np.ones((8, 4)))
    assert np.all(layer.moving_mean.numpy() > 0)
    analysis = Case("training", "x: [4]", "- BatchNormalization: {training: false}").analyze()
    assert found(analysis, "error") == ["unknown-layer-or-key"]
    assert "trainable" in (analysis.diagnostics[0].help or "")


@pytest.mark.parametrize("layer", ["SimpleRNN: {units: 2}", "MaxPooling1D", "ReLU", "LSTM: {units: 2}"])
def test_layers_compute_on_real_numbers(layer: str) -> None:
    case = Case("complex", "x: [4, 3]", f"- ops.polar: {{from: [x, x]}}\n- {layer}")
    assert found(case.analyze(), "error") == ["dtype-mismatch"]
    with pytest.raises(Exception, match=r"complex|dtype|type"):
        run(build(case.analyze()))
    assert Case("real", "x: [4, 3]", f"- ops.polar: {{from: [x, x]}}\n- ops.absolute\n- {layer}").analyze().ok


@pytest.mark.parametrize("layer", ["Convolution2D", "MaxPool2D", "GlobalAvgPool2D"])
def test_another_name_of_a_layer_is_noted(layer: str) -> None:
    arguments = ": {filters: 2, kernel_size: 2}" if layer == "Convolution2D" else ""
    analysis = Case(layer, "x: [4, 4, 2]", f"- {layer}{arguments}").analyze()
    assert analysis.ok
    assert found(analysis, "info") == ["layer-alias"]
    [note] = analysis.diagnostics
    assert note.fix is not None and note.fix.edits[0].replacement == type(build(analysis).layers[1]).__name__
