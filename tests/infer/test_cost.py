"""What models cost: published figures, and each kind of layer by hand."""

from __future__ import annotations

import pytest

from specgraph.analysis import analyze
from specgraph.infer.cost import Cost, cost


def of(inputs: str, layers: str) -> Cost:
    analysis = analyze(f"specgraph: 1\ninputs: {{{inputs}}}\nlayers: [{layers}]\n")
    assert analysis.ok, [one.message for one in analysis.diagnostics]
    return cost(analysis.models["model"])


@pytest.mark.parametrize(
    ("inputs", "layer", "products"),
    [
        ("x: [8]", "Dense: {units: 3}", 8 * 3),
        ("x: [5, 8]", "Dense: {units: 3}", 5 * 8 * 3),
        ("x: [10, 10, 4]", "Conv2D: {filters: 6, kernel_size: 3}", 8 * 8 * 6 * 9 * 4),
        ("x: [10, 10, 4]", "Conv2D: {filters: 6, kernel_size: 3, groups: 2}", 8 * 8 * 6 * 9 * 2),
        ("x: [10, 10, 4]", "DepthwiseConv2D: {kernel_size: 3, depth_multiplier: 2}", 8 * 8 * 8 * 9),
        ("x: [10, 10, 4]", "SeparableConv2D: {filters: 6, kernel_size: 3}", 8 * 8 * (4 * 9 + 4 * 6)),
        ("x: [10, 10, 4]", "Conv2DTranspose: {filters: 6, kernel_size: 3, strides: 2}", 100 * 4 * 9 * 6),
        ("x: [7, 8]", "LSTM: {units: 3}", 7 * (8 * 12 + 3 * 12)),
        ("x: [7, 8]", "Bidirectional: {layer: {GRU: {units: 3}}}", 2 * 7 * (8 * 9 + 3 * 9)),
        ("x: [7, 5, 8]", "TimeDistributed: {layer: {Dense: {units: 3}}}", 7 * 5 * 8 * 3),
        ("x: [7, 8]", "RNN: {cell: {SimpleRNNCell: {units: 3}}}", 7 * (8 * 3 + 3 * 3)),
        ("x: [7, 8]", "EinsumDense: {equation: 'abc,cd->abd', output_shape: [null, 3]}", 7 * 8 * 3),
        ("x: [6, 9, 9, 2]", "ConvLSTM2D: {filters: 3, kernel_size: 3, padding: same}", 6 * 81 * (9 * 2 * 12 + 9 * 3 * 12)),
        ("x: [7, 8]", "MultiHeadAttention: {num_heads: 2, key_dim: 3, from: [x, x]}", 7 * 4 * 8 * 6 + 7 * 7 * 2 * 6),
        ("x: [7, 8]", "Attention: {from: [x, x]}", 7 * 7 * 16),
        ("x: [7, 8]", "BatchNormalization", 0),
        ("x: {shape: [7], dtype: int32}", "Embedding: {input_dim: 5, output_dim: 3}", 0),
        ("x: [6]", "ReversibleDense: {name: e, input_dim: 6, units: 2}, reuse: {layer: e, reverse: true}", 2 * 6 * 2),
        ("x: {shape: [7], dtype: int32}", "ReversibleEmbedding: {name: e, input_dim: 5, output_dim: 3}, reuse: {layer: e, reverse: true}", 7 * 5 * 3),
    ],
)  # fmt: skip
def test_products(inputs: str, layer: str, products: int) -> None:
    assert of(inputs, layer).flops == 2 * products


@pytest.mark.parametrize(
    ("network", "multiplications"),
    [
        ("ResNet50", 3.86e9),
        ("VGG16", 15.47e9),
        ("MobileNetV2", 0.30e9),
    ],  # as their papers and torchvision have them
)
def test_published_figures(network: str, multiplications: float) -> None:
    found = of("x: [224, 224, 3]", f"{network}: {{weights: null}}").flops
    assert isinstance(found, int)
    assert found / 2 == pytest.approx(multiplications, rel=0.01)


def test_bytes() -> None:
    found = of("x: [8]", "Dense: {units: 3}, Dense: {units: 2, dtype: float16}")
    assert found.weight_bytes == 27 * 4 + 8 * 2
    assert found.activation_bytes == 8 * 4 + 3 * 4 + 2 * 2


def test_open_sizes_stay_open() -> None:
    assert str(of("x: [T, 8]", "LSTM: {units: 3}").flops) == "264*T"


def test_a_model_called_twice_works_twice_and_is_kept_once() -> None:
    analysis = analyze(
        "specgraph: 1\nmodels:\n  a: {inputs: {x: [4]}, layers: [Dense: {units: 4}]}\n  b: {inputs: {x: [4]}, layers: [a, a]}\n"
    )
    found = cost(analysis.models["b"])
    assert (found.parameters, found.flops, found.weight_bytes) == (20, 64, 80)


def test_every_row_with_a_kernel_has_a_rule() -> None:
    from specgraph.rows.work import nothing
    from specgraph.vocabulary import ROWS

    without = {row.name for row in ROWS.values() if row.work is nothing and hasattr(row.args, "fields")}
    kernels = {
        name for name in without if any(key.startswith("kernel_init") for key in ROWS[name].args.fields())
    }
    assert kernels <= {"LSTMCell", "GRUCell", "SimpleRNNCell"}  # counted by the RNN around them
