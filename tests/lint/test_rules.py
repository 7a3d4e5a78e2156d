"""Pairs of outputs, losses and targets: those that a rule speaks of, and near ones of which it must not."""

from __future__ import annotations

from typing import Any

import pytest

from specgraph.analysis import analyze_source
from specgraph.diagnostics import Diagnostic
from specgraph.diagnostics.edits import apply, format_value
from specgraph.source import Source

DENSE = "Dense: {units: 8, activation: relu}"
CCE, SPARSE, BCE = "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"


def dense(units: int, activation: str | None = None, name: str = "out") -> str:
    given = {"name": name, "units": units} | ({"activation": activation} if activation else {})
    return f"Dense: {format_value(given)}"


def logits(name: str) -> dict[str, Any]:
    return {name: {"from_logits": True}}


def text(
    layers: list[str] | str,
    loss: Any = None,
    target: dict[str, Any] | None = None,
    *,
    metrics: list[Any] | None = None,
    inputs: str = "x: [20]",
    optimizer: Any = None,
    more: str = "",
) -> str:
    lines = ["specgraph: 1", "inputs:", f"  {inputs}", "layers:"]
    lines += [f"  - {one}" for one in ([layers] if isinstance(layers, str) else layers)]
    compile_ = {
        key: one for key, one in (("optimizer", optimizer), ("loss", loss), ("metrics", metrics)) if one
    }
    if compile_:
        lines.append(f"compile: {format_value(compile_)}")
    if target is not None:
        lines.append(f"targets: {format_value({'out': target})}")
    return "\n".join(lines) + "\n" + more


def found(spec: str) -> list[Diagnostic]:
    return analyze_source(Source(spec, "spec.yaml")).diagnostics


def index(classes: int, *shape: int | None, **more: Any) -> dict[str, Any]:
    return {"encoding": "index", "classes": classes, "shape": list(shape), **more}


def onehot(classes: int, *shape: int | None) -> dict[str, Any]:
    return {"encoding": "onehot", "classes": classes, "shape": [*shape, classes]}


def binary(*shape: int | None, **more: Any) -> dict[str, Any]:
    return {"encoding": "binary", "shape": list(shape), **more}


def number(*shape: int | None, **more: Any) -> dict[str, Any]:
    return {"encoding": "float", "shape": list(shape), **more}


SEQ, IMG = "x: [12, 4]", "x: [16, 16, 3]"
CONV = "Conv2D: {filters: 4, kernel_size: 3, padding: same, activation: relu}"
VECTORIZED = """\
train:
  data:
    source: {arrays: {columns: {x: {shape: [], dtype: string}, out: {shape: [1], dtype: float32}}}}
    steps: {x: [{TextVectorization: {output_sequence_length: 6, vocabulary: [a, b]}}]}
"""
CALLED = """\
specgraph: 1
models:
  both:
    inputs: {a: {shape: [5], dtype: int32}, b: {shape: [5], dtype: int32}}
    layers: [Embedding: {name: e, input_dim: 100, output_dim: 4, from: a}, Flatten: {name: f, from: b}]
    outputs: [e, f]
  main:
    inputs: {p: {shape: [5], dtype: int32}, q: {shape: [5], dtype: int32, range: [0, 100]}}
    layers: [CALLS]
    outputs: [one.0, one.1, two.0, two.1]
"""
FIRES: dict[str, list[tuple[str, str]]] = {
    "softmax-one-unit error": [
        ("dense", text([DENSE, dense(1, "softmax")], BCE, binary(1))),
        ("no compile", text([DENSE, dense(1, "softmax")])),
        ("a layer", text([dense(1), "Softmax"])),
        ("an activation", text([dense(1, None, "d"), "Activation: {name: out, activation: softmax}"], SPARSE, index(2))),
        ("an op", text([dense(1), "ops.softmax"])),
        ("hidden attention", text([dense(1, "softmax", "weights"), "Flatten", dense(2, "softmax")], inputs=SEQ)),
        ("a map", text([CONV, "Conv2D: {name: out, filters: 1, kernel_size: 1, activation: softmax}"], BCE, inputs=IMG)),
        ("in a wrapper", text(["TimeDistributed: {name: out, layer: {Dense: {units: 1, activation: softmax}}}"], inputs=SEQ)),
        ("a number wanted", text([DENSE, dense(1, "softmax")], "mse", number(1))),
        ("classes wanted", text([DENSE, dense(1, "softmax")], CCE, onehot(10))),
    ],
    "loss-activation warning": [
        ("sigmoid and categorical", text([DENSE, dense(10, "sigmoid")], CCE)),
        ("one-hot", text([DENSE, dense(10, "sigmoid")], CCE, onehot(10))),
        ("sigmoid and sparse", text([DENSE, dense(10, "sigmoid")], SPARSE, index(10))),
        ("softmax and binary", text([DENSE, dense(10, "softmax")], BCE)),
        ("softmax of 2 and binary", text([DENSE, dense(2, "softmax")], BCE, onehot(2))),
        ("softmax and binary, marks", text([DENSE, dense(5, "softmax")], BCE, binary(5))),
        ("sigmoid and binary of one-hot", text([DENSE, dense(10, "sigmoid")], BCE, onehot(10))),
        ("tanh and binary", text([DENSE, dense(1, "tanh")], BCE, binary(1))),
        ("relu and binary", text([DENSE, dense(1, "relu")], BCE, binary(1))),
        ("relu and categorical", text([DENSE, dense(10, "relu")], CCE, onehot(10))),
        ("tanh and sparse", text([DENSE, dense(10, "tanh")], SPARSE, index(10))),
        ("softmax of marks", text([DENSE, dense(5, "softmax")], CCE, binary(5))),
        ("linear Poisson", text([DENSE, dense(1)], "poisson")),
        ("an activation layer", text([DENSE, dense(10, None, "d"), "Activation: {name: out, activation: sigmoid}"], CCE)),
        ("focal", text([DENSE, dense(3, "softmax")], "binary_focal_crossentropy")),
    ],
    "loss-activation error": [
        ("1 sigmoid and categorical", text([DENSE, dense(1, "sigmoid")], CCE, binary(1))),
        ("1 sigmoid and categorical, no target", text([DENSE, dense(1, "sigmoid")], CCE)),
    ],
    "double-softmax error": [
        ("sparse", text([DENSE, dense(10, "softmax")], logits("SparseCategoricalCrossentropy"), index(10))),
        ("categorical", text([DENSE, dense(10, "softmax")], logits("CategoricalCrossentropy"))),
        ("binary", text([DENSE, dense(1, "sigmoid")], logits("BinaryCrossentropy"), binary(1))),
        ("softmax and binary logits", text([DENSE, dense(4, "softmax")], logits("BinaryCrossentropy"))),
        ("a layer", text([DENSE, dense(10, None, "d"), "Softmax: {name: out}"], logits("SparseCategoricalCrossentropy"))),
    ],
    "double-softmax warning": [
        ("relu", text([DENSE, dense(10, "relu")], logits("SparseCategoricalCrossentropy"))),
        ("tanh", text([DENSE, dense(1, "tanh")], logits("BinaryCrossentropy"))),
    ],
    "logits-without-from-logits error": [
        ("sparse", text([DENSE, dense(10)], SPARSE, index(10))),
        ("categorical", text([DENSE, dense(10)], CCE)),
        ("binary", text([DENSE, dense(1)], BCE, binary(1))),
        ("focal", text([DENSE, dense(1)], "binary_focal_crossentropy")),
        ("one score", text([DENSE, dense(1)], CCE, binary(1))),
        ("said linear", text([DENSE, dense(10, "linear")], CCE)),
        ("divergence", text([DENSE, dense(10)], "kl_divergence")),
        ("normalized", text([DENSE, dense(10), "BatchNormalization"], CCE)),
        ("a map", text([CONV, "Conv2D: {name: out, filters: 5, kernel_size: 1}"], SPARSE, index(5, 16, 16), inputs=IMG)),
        ("reshaped", text([DENSE, dense(20, None, "d"), "Reshape: {name: out, target_shape: [2, 10]}"], SPARSE)),
    ],
    "label-encoding error": [
        ("numbers and categorical", text([DENSE, dense(10, "softmax")], CCE, index(10))),
        ("numbers in a column", text([DENSE, dense(10, "softmax")], CCE, index(10, 1))),
        ("rows and sparse", text([DENSE, dense(10, "softmax")], SPARSE, onehot(10))),
        ("numbers and binary", text([DENSE, dense(10, "softmax")], BCE, index(10))),
        ("numbers and divergence", text([DENSE, dense(10, "softmax")], "kl_divergence", index(10))),
        ("numbers and mse", text([DENSE, dense(10, "softmax")], "mse", index(10, 1))),
        ("0 and 1 for two units", text([DENSE, dense(2, "softmax")], CCE, binary(1))),
        ("prices and sparse", text([DENSE, dense(10, "softmax")], SPARSE, number(1))),
        ("marks and sparse", text([DENSE, dense(5, "softmax")], SPARSE, binary(5))),
        ("a map", text([CONV, "Conv2D: {name: out, filters: 5, kernel_size: 1, activation: softmax}"], CCE, index(5, 16, 16), inputs=IMG)),
        ("rows and sparse logits", text([DENSE, dense(10)], logits("SparseCategoricalCrossentropy"), onehot(10))),
    ],
    "output-units error": [
        ("10 classes and 1 unit", text([DENSE, dense(1, "sigmoid")], CCE, onehot(10))),
        ("binary and 10 classes", text([DENSE, dense(1, "sigmoid")], BCE, onehot(10))),
        ("9 units of 10", text([DENSE, dense(9, "softmax")], CCE, onehot(10))),
        ("12 units of 10 rows", text([DENSE, dense(12, "softmax")], CCE, onehot(10))),
        ("9 units of 10 numbers", text([DENSE, dense(9, "softmax")], SPARSE, index(10))),
        ("1 unit, sparse", text([DENSE, dense(1, "sigmoid")], SPARSE, index(2))),
        ("1 unit, sparse, 10", text([DENSE, dense(1, "sigmoid")], SPARSE, index(10))),
        ("1 unit, binary, 10 numbers", text([DENSE, dense(1, "sigmoid")], BCE, index(10))),
        ("two sigmoids for one label", text([DENSE, dense(2, "sigmoid")], BCE, binary(1))),
        ("mse of another width", text([DENSE, dense(1)], "mse", number(3))),
        ("mse of one number", text([DENSE, dense(3)], "mse", number())),
        ("a map", text([CONV, "Conv2D: {name: out, filters: 4, kernel_size: 1, activation: softmax}"], SPARSE, index(5, 16, 16), inputs=IMG)),
        ("marks", text([DENSE, dense(4, "sigmoid")], BCE, binary(5))),
    ],
    "output-units warning": [
        ("12 units of 10 numbers", text([DENSE, dense(12, "softmax")], SPARSE, index(10))),
    ],
    "label-range error": [
        ("1 to 10", text([DENSE, dense(10, "softmax")], SPARSE, index(10, range=[1, 10]))),
        ("from -1", text([DENSE, dense(3, "softmax")], SPARSE, index(3, range=[-1, 1]))),
        ("-1 and 1", text([DENSE, dense(1, "sigmoid")], BCE, binary(1, range=[-1, 1]))),
        ("1 and 2", text([DENSE, dense(1, "sigmoid")], BCE, index(2, 1, range=[1, 2]))),
        ("grey values", text([DENSE, dense(20, "sigmoid")], BCE, number(20, range=[0, 255]))),
    ],
    "target-mismatch error": [
        ("no Flatten", text(["Dense: {units: 4}", dense(10, "softmax")], CCE, onehot(10), inputs=SEQ)),
        ("no Flatten, sparse", text([CONV, dense(10, "softmax")], SPARSE, index(10), inputs=IMG)),
        ("all steps for one", text(["LSTM: {units: 4, return_sequences: true}", dense(1)], "mse", number(1), inputs=SEQ)),
        ("one step for all", text(["LSTM: {units: 4}", dense(5, "softmax")], SPARSE, index(5, 12), inputs=SEQ)),
        ("one step for all numbers", text(["LSTM: {units: 4}", dense(1)], "mse", number(12, 1), inputs=SEQ)),
        ("a row short", text(["Conv2D: {filters: 4, kernel_size: 3, activation: relu}", "Conv2D: {name: out, filters: 3, kernel_size: 3, padding: same}"], "mse", number(16, 16, 3), inputs=IMG)),
        ("channels", text([CONV, "Conv2D: {name: out, filters: 1, kernel_size: 3, padding: same}"], "mse", number(16, 16, 3), inputs=IMG)),
        ("repeated too seldom", text(["LSTM: {units: 4}", "RepeatVector: {n: 3}", dense(1)], "mse", number(5, 1), inputs=SEQ)),
        ("half the size", text([CONV, "MaxPooling2D", "Conv2D: {name: out, filters: 2, kernel_size: 1, activation: softmax}"], SPARSE, index(2, 16, 16), inputs=IMG)),
        ("flat for an image", text(["Flatten", dense(768, "sigmoid")], "mse", number(16, 16, 3, range=[0, 1]), inputs=IMG)),
    ],
    "bounded-regression warning": [
        ("relu", text([DENSE, dense(1, "relu")], "mse", number(1))),
        ("sigmoid", text([DENSE, dense(1, "sigmoid")], "mae", number(1))),
        ("tanh", text([DENSE, dense(1, "tanh")], "huber", number(1))),
        ("tanh past its range", text([DENSE, dense(1, "tanh")], "mse", number(1, range=[0, 100]))),
        ("sigmoid past its range", text([DENSE, dense(1, "sigmoid")], "mse", number(1, range=[-1, 1]))),
        ("softmax", text([DENSE, dense(3, "softmax")], "mse", number(3))),
        ("LSTM", text(["LSTM: {name: out, units: 1}"], "mse", number(1), inputs=SEQ)),
        ("a layer", text([DENSE, dense(1, None, "d"), "ReLU: {name: out}"], "mse", number(1))),
        ("softplus below 0", text([DENSE, dense(1, "softplus")], "mse", number(1, range=[-5, 5]))),
    ],
    "metric-loss warning": [
        ("accuracy of numbers", text([DENSE, dense(1)], "mse", number(1), metrics=["accuracy"])),
        ("accuracy of class numbers by mse", text([DENSE, dense(1)], "mse", index(10), metrics=["accuracy"])),
        ("accuracy, no target", text([DENSE, dense(1)], "mse", metrics=["accuracy"])),
        ("mae of classes", text([DENSE, dense(10, "softmax")], CCE, metrics=["mae"])),
        ("binary accuracy of classes", text([DENSE, dense(10, "softmax")], CCE, metrics=["binary_accuracy"])),
        ("categorical of numbers", text([DENSE, dense(10, "softmax")], SPARSE, metrics=["categorical_accuracy"])),
        ("sparse of rows", text([DENSE, dense(10, "softmax")], CCE, metrics=["sparse_categorical_accuracy"])),
        ("categorical of 1 unit", text([DENSE, dense(1, "sigmoid")], BCE, metrics=["categorical_accuracy"])),
        ("class Accuracy", text([DENSE, dense(10, "softmax")], SPARSE, metrics=["Accuracy"])),
        ("top k", text([DENSE, dense(10, "softmax")], SPARSE, metrics=["top_k_categorical_accuracy"])),
        ("MeanIoU", text([DENSE, dense(10, "softmax")], SPARSE, metrics=[{"MeanIoU": {"num_classes": 10}}])),
        ("AUC of scores", text([DENSE, dense(1)], logits("BinaryCrossentropy"), metrics=["AUC"])),
        ("autoencoder", text([DENSE, dense(20, "sigmoid")], BCE, number(20, range=[0, 1]), metrics=["accuracy"])),
    ],
    "metric-loss error": [
        ("precision of numbers", text([DENSE, dense(10, "softmax")], SPARSE, index(10), metrics=["Precision"])),
        ("AUC of numbers", text([DENSE, dense(10, "softmax")], SPARSE, index(10), metrics=["AUC"])),
    ],
    "embedding-range error": [
        ("max is the number of rows", text(["Embedding: {input_dim: 100, output_dim: 4}", "Flatten", dense(1)], inputs="x: {shape: [5], dtype: int32, range: [0, 100]}")),
        ("negative", text(["Embedding: {input_dim: 100, output_dim: 4}", "Flatten", dense(1)], inputs="x: {shape: [5], dtype: int32, range: [-1, 50]}")),
        ("vectorized", text(["TextVectorization: {max_tokens: 500, output_sequence_length: 6, vocabulary: [a, b]}", "Embedding: {input_dim: 3, output_dim: 4}", "Flatten", dense(1)], inputs="x: {shape: [1], dtype: string}")),
        ("hashed", text(["Hashing: {num_bins: 50}", "Embedding: {input_dim: 10, output_dim: 4}", "Flatten", dense(1)], inputs="x: {shape: [5], dtype: string}")),
        ("vectorized by a step", text(["Embedding: {input_dim: 3, output_dim: 4}", "Flatten", dense(1)], "mse", inputs="x: {shape: [6], dtype: int64}", more=VECTORIZED)),
        ("a call the other way round", CALLED.replace("CALLS", "both: {name: one, from: [p, q]}, both: {name: two, from: [q, p]}")),
    ],
    "learning-rate warning": [
        *((f"{name} {rate}", text([DENSE, dense(1)], "mse", optimizer={name: {"learning_rate": rate}})) for name, rate in (("Adam", 1.0), ("Adam", 0.1), ("Adam", 10.0), ("Adam", 1e-8), ("SGD", 10.0), ("SGD", 1.0), ("RMSprop", 0.5), ("AdamW", 1), ("SGD", 1e-8), ("Adam", 0.0))),
        ("a schedule", text([DENSE, dense(1)], "mse", optimizer={"Adam": {"learning_rate": {"CosineDecay": {"initial_learning_rate": 0.5, "decay_steps": 100}}}})),
        ("a warm-up", text([DENSE, dense(1)], "mse", optimizer={"Adam": {"learning_rate": {"CosineDecay": {"initial_learning_rate": 0.0, "warmup_target": 0.5, "warmup_steps": 10, "decay_steps": 100}}}})),
        ("steps", text([DENSE, dense(1)], "mse", optimizer={"Adam": {"learning_rate": {"PiecewiseConstantDecay": {"boundaries": [5], "values": [1.0, 0.1]}}}})),
        ("scaled", text([DENSE, dense(1)], "mse", optimizer={"LossScaleOptimizer": {"inner_optimizer": {"Adam": {"learning_rate": 1.0}}}})),
        ("a phase", text([DENSE, dense(1)], "mse", optimizer="adam", more="train: {phases: [{epochs: 1}, {epochs: 1, learning_rate: 1.0}]}\n")),
    ],
    "nothing-trainable warning": [
        ("frozen", text("Dense: {name: out, units: 1, trainable: false}", "mse")),
        ("no weights", text(["Flatten: {name: out}"], "mse", inputs=SEQ)),
        ("a phase", text([dense(1)], "mse", more="train: {phases: [{name: all}, {name: none, freeze: out}]}\n")),
        ("application", text(["VGG16: {include_top: false, weights: null, trainable: false}", "GlobalAveragePooling2D"], "mse", inputs="x: [32, 32, 3]")),
    ],
    "extreme-dropout warning": [("0.9", text([DENSE, "Dropout: {rate: 0.9}", dense(1)])), ("spatial", text([CONV, "SpatialDropout2D: {rate: 0.8}"], inputs=IMG))],
    "extreme-dropout info": [("0.6", text([DENSE, "Dropout: {rate: 0.6}", dense(1)]))],
    "param-blowup warning": [("flattened map", text(["Conv2D: {filters: 64, kernel_size: 3}", "Flatten", "Dense: {units: 128}", dense(1)], inputs="x: [128, 128, 3]"))],
}  # fmt: skip

FINE: list[tuple[str, str]] = [
    ("softmax over steps", text([dense(1, None, "scores"), "Softmax: {axis: 1}"], inputs=SEQ)),
    ("two units", text([DENSE, dense(2, "softmax")], SPARSE, index(2))),
    ("two units, 0 and 1", text([DENSE, dense(2, "softmax")], SPARSE, binary(1))),
    ("marks", text([DENSE, dense(5, "sigmoid")], BCE, binary(5), metrics=["binary_accuracy"])),
    ("marks without a target", text([DENSE, dense(5, "sigmoid")], BCE)),
    ("yes or no", text([DENSE, dense(1, "sigmoid")], BCE, binary(1), metrics=["accuracy", "AUC", "Precision"])),
    ("yes or no without an axis", text([DENSE, dense(1, "sigmoid")], BCE, binary())),
    ("yes or no as numbers", text([DENSE, dense(1, "sigmoid")], BCE, index(2))),
    ("classes", text([DENSE, dense(10, "softmax")], CCE, onehot(10), metrics=["accuracy", "Precision", "top_k_categorical_accuracy"])),
    ("numbers", text([DENSE, dense(10, "softmax")], SPARSE, index(10, range=[0, 9]), metrics=["accuracy"])),
    ("numbers in a column", text([DENSE, dense(10, "softmax")], SPARSE, index(10, 1))),
    ("divergence", text([DENSE, dense(10, "softmax")], "kl_divergence", number(10, range=[0, 1]))),
    ("soft labels", text([DENSE, dense(10, "softmax")], CCE, number(10, range=[0, 1]))),
    ("smoothed", text([DENSE, dense(10, "softmax")], {"CategoricalCrossentropy": {"label_smoothing": 0.1}}, onehot(10))),
    ("focal", text([DENSE, dense(1, "sigmoid")], "binary_focal_crossentropy", binary(1))),
    ("generalized", text([DENSE, dense(4, "softmax")], "CategoricalGeneralizedCrossEntropy", index(4))),
    ("logits", text([DENSE, dense(10)], logits("SparseCategoricalCrossentropy"), index(10), metrics=["accuracy"])),
    ("binary logits", text([DENSE, dense(1)], logits("BinaryCrossentropy"), binary(1))),
    ("log softmax", text([DENSE, dense(10, "log_softmax")], logits("SparseCategoricalCrossentropy"), index(10))),
    ("a critic", text([DENSE, dense(1)], "mse", binary(1))),
    ("hinge", text([DENSE, dense(1)], "hinge", binary(1, range=[-1, 1]))),
    ("hinge of tanh", text([DENSE, dense(1, "tanh")], "hinge", binary(1))),
    ("categorical hinge", text([DENSE, dense(4)], "categorical_hinge", onehot(4))),
    ("numbers by mse", text([DENSE, dense(1)], "mse", number(1), metrics=["mae"])),
    ("numbers without an axis", text([DENSE, dense(1)], "mse", number(), metrics=["mae", "r2_score"])),
    ("several numbers", text([DENSE, dense(3)], "mae", number(3))),
    ("squashed", text([DENSE, dense(1, "sigmoid")], "mse", number(1, range=[0, 1]))),
    ("tanh within", text([DENSE, dense(1, "tanh")], "mse", number(1, range=[-1, 1]))),
    ("relu of counts", text([DENSE, dense(1, "relu")], "mse", number(1, range=[0, 500]))),
    ("relu and logarithms", text([DENSE, dense(1, "relu")], "msle", number(1))),
    ("counts", text([DENSE, dense(1, "exponential")], "poisson", number(1, range=[0, 50]))),
    ("leaky", text([DENSE, dense(1, "leaky_relu")], "mse", number(1))),
    ("binary by mse", text([DENSE, dense(1, "sigmoid")], "mse", binary(1), metrics=["accuracy"])),
    ("rows by mse", text([DENSE, dense(10, "softmax")], "mse", onehot(10), metrics=["accuracy"])),
    ("a map", text([CONV, "Conv2D: {name: out, filters: 5, kernel_size: 1, activation: softmax}"], SPARSE, index(5, 16, 16), metrics=["accuracy"], inputs=IMG)),
    ("a map with an axis", text([CONV, "Conv2D: {name: out, filters: 5, kernel_size: 1, activation: softmax}"], SPARSE, index(5, 16, 16, 1), inputs=IMG)),
    ("a map of rows", text([CONV, "Conv2D: {name: out, filters: 5, kernel_size: 1, activation: softmax}"], CCE, onehot(5, 16, 16), inputs=IMG)),
    ("a mask", text([CONV, "Conv2D: {name: out, filters: 1, kernel_size: 1, activation: sigmoid}"], BCE, binary(16, 16, 1), inputs=IMG)),
    ("a mask by Dice", text([CONV, "Conv2D: {name: out, filters: 1, kernel_size: 1, activation: sigmoid}"], "dice", binary(16, 16, 1), inputs=IMG)),
    ("ignored", text([CONV, "Conv2D: {name: out, filters: 5, kernel_size: 1, activation: softmax}"], {"SparseCategoricalCrossentropy": {"ignore_class": 255}}, index(5, 16, 16, range=[0, 255]), inputs=IMG)),
    ("steps", text(["LSTM: {units: 4, return_sequences: true}", dense(7, "softmax")], SPARSE, index(7, 12), inputs=SEQ)),
    ("steps of open length", text(["LSTM: {units: 4, return_sequences: true}", dense(7, "softmax")], SPARSE, index(7, None), inputs="x: [T, 4]")),
    ("in a wrapper", text(["LSTM: {units: 4, return_sequences: true}", "TimeDistributed: {name: out, layer: {Dense: {units: 1}}}"], "mse", number(12, 1), inputs=SEQ)),
    ("an autoencoder", text([DENSE, dense(20, "sigmoid")], BCE, number(20, range=[0, 1]))),
    ("MeanIoU", text([DENSE, dense(10, "softmax")], SPARSE, metrics=[{"MeanIoU": {"num_classes": 10, "sparse_y_pred": False}}])),
    ("ids", text(["Embedding: {input_dim: 101, output_dim: 4}", "Flatten", dense(1)], inputs="x: {shape: [5], dtype: int32, range: [0, 100]}")),
    ("found again", text(["IntegerLookup: {vocabulary: [7, 8, 9], invert: true}", "Embedding: {input_dim: 3, output_dim: 4}", "Flatten", dense(1)], inputs="x: {shape: [5], dtype: int32}")),
    ("vectorized by a step", text(["Embedding: {input_dim: 4, output_dim: 4}", "Flatten", dense(1)], "mse", inputs="x: {shape: [6], dtype: int64}", more=VECTORIZED)),
    ("a call the right way round", CALLED.replace("CALLS", "both: {name: one, from: [p, q]}, both: {name: two, from: [p, q]}")),
    ("hashed", text(["Hashing: {num_bins: 50}", "Embedding: {input_dim: 50, output_dim: 4}", "Flatten", dense(1)], inputs="x: {shape: [5], dtype: string}")),
    *((f"{name} {rate}", text([DENSE, dense(1)], "mse", optimizer={name: {"learning_rate": rate}})) for name, rate in (("Adam", 0.01), ("Adam", 1e-5), ("SGD", 0.1), ("SGD", 0.01), ("Adadelta", 1.0), ("Adagrad", 0.1), ("RMSprop", 1e-4), ("AdamW", 2e-5))),
    ("a default", text([DENSE, dense(1)], "mse", optimizer="adam")),
    ("a warm-up", text([DENSE, dense(1)], "mse", optimizer={"Adam": {"learning_rate": {"CosineDecay": {"initial_learning_rate": 0.0, "warmup_target": 0.001, "warmup_steps": 10, "decay_steps": 100}}}})),
    ("a phase thaws", text("Dense: {name: out, units: 1, trainable: false}", "mse", more="train: {phases: [{train: out}]}\n")),
    ("half frozen", text(["Dense: {units: 4, trainable: false}", dense(1)], "mse")),
    ("frozen, not compiled", text("Dense: {name: out, units: 1, trainable: false}")),
    ("dropout", text([DENSE, "Dropout: {rate: 0.5}", dense(1)])),
    ("a pooled map", text(["Conv2D: {filters: 64, kernel_size: 3}", "GlobalAveragePooling2D", "Dense: {units: 128}", dense(1)], inputs="x: [128, 128, 3]")),
    ("a small map", text(["Conv2D: {filters: 8, kernel_size: 3}", "Flatten", "Dense: {units: 16}", dense(1)], inputs=IMG)),
]  # fmt: skip

CASES = [(rule, name, spec) for rule, cases in FIRES.items() for name, spec in cases]


@pytest.mark.parametrize(("rule", "spec"), [(rule, spec) for rule, _, spec in CASES], ids=[f"{rule.split()[0]}: {name}" for rule, name, _ in CASES])  # fmt: skip
def test_a_rule_speaks_and_no_other(rule: str, spec: str) -> None:
    said = [f"{one.code.rule} {one.severity}" for one in found(spec)]
    assert said == [rule], spec


@pytest.mark.parametrize("spec", [spec for _, spec in FINE], ids=[name for name, _ in FINE])
def test_near_ones_are_fine(spec: str) -> None:
    assert found(spec) == [], spec


@pytest.mark.parametrize(("rule", "spec"), [(rule, spec) for rule, _, spec in CASES], ids=[f"{rule.split()[0]}: {name}" for rule, name, _ in CASES])  # fmt: skip
def test_a_fix_leaves_nothing_to_say(rule: str, spec: str) -> None:
    [one] = found(spec)
    if one.fix is not None:
        assert [f"{two.code.rule} {two.message}" for two in found(apply(spec, [one.fix]))] == []
