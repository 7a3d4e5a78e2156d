"""Codes of values, rates and layers with which training goes astray."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "bounded-regression": Page(
        """\
The output is trained towards numbers that its activation cannot give: `relu` none below 0, `sigmoid` none
above 1. The model stops at the border, and a `relu` that is 0 for all examples never moves again. Leave the
activation out, or state the target's `range` if it lies within.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: price, units: 1, activation: relu}
compile: {loss: mse}
targets:
  price: {encoding: float, shape: [1]}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: price, units: 1}
compile: {loss: mse}
targets:
  price: {encoding: float, shape: [1]}
""",
    ),
    "metric-loss": Page(
        """\
A metric measures something else than what the loss trains, so that its figure says nothing: accuracy of
numbers, a distance between classes, or a kind of accuracy that reads the labels in another form.
`accuracy`, in small letters, is the kind that fits the shapes; numbers are measured by `mae` or `mse`.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: price, units: 1}
compile: {loss: mse, metrics: [accuracy]}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: price, units: 1}
compile: {loss: mse, metrics: [mae]}
""",
    ),
    "embedding-range": Page(
        """\
An Embedding has a row for each of the ids from 0 to `input_dim` less 1. The ids that come are said to go
further, and have no row: on a CPU that fails, on a GPU it gives zeros without a word. Set `input_dim` to
the greatest id plus 1.
""",
        """\
specgraph: 1
inputs:
  tokens: {shape: [50], dtype: int32, range: [0, 1000]}
layers:
  - Embedding: {input_dim: 1000, output_dim: 8}
  - GlobalAveragePooling1D
  - Dense: {name: answer, units: 1, activation: sigmoid}
""",
        """\
specgraph: 1
inputs:
  tokens: {shape: [50], dtype: int32, range: [0, 1000]}
layers:
  - Embedding: {input_dim: 1001, output_dim: 8}
  - GlobalAveragePooling1D
  - Dense: {name: answer, units: 1, activation: sigmoid}
""",
    ),
    "learning-rate": Page(
        """\
The learning rate is far from those with which this optimizer is used. Far too high a rate makes the loss
jump or grow without bounds, far too low a one changes hardly anything in the time of a run. A usual value
depends on the optimizer: 0.1 is common for SGD and a hundred times too much for Adam.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: price, units: 1}
compile: {optimizer: {Adam: {learning_rate: 1.0}}, loss: mse}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: price, units: 1}
compile: {optimizer: {Adam: {learning_rate: 0.001}}, loss: mse}
""",
    ),
    "nothing-trainable": Page(
        """\
The model is compiled, and training would change none of its weights: all its layers are frozen, or none has
weights. Keras trains such a model for as long as it is told to. Leave `trainable: false` out where
something is to be learned.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 10, activation: softmax, trainable: false}
compile: {loss: categorical_crossentropy}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu, trainable: false}
  - Dense: {units: 10, activation: softmax}
compile: {loss: categorical_crossentropy}
""",
    ),
    "plain-autoencoder": Page(
        """\
A variational autoencoder draws its latent values from a distribution whose mean and variance the encoder
gives, and keeps that distribution close to a standard normal by a term in the loss. Without both it is a
plain autoencoder: it reconstructs, and new samples drawn from it are noise. The layer Sampling does both.
""",
        """\
specgraph: 1
name: vae
inputs:
  image: [784]
layers:
  - Dense: {units: 10, activation: relu}
  - Dense: {units: 784, activation: sigmoid}
""",
        """\
specgraph: 1
name: vae
inputs:
  image: [784]
layers:
  - Dense: {name: hidden, units: 20, activation: relu}
  - Dense: {name: mean, from: hidden, units: 10}
  - Dense: {name: log_variance, from: hidden, units: 10}
  - Sampling: {from: [mean, log_variance]}
  - Dense: {units: 784, activation: sigmoid}
""",
    ),
    "extreme-dropout": Page(
        """\
A Dropout sets values to 0 in training, as many as its rate says. From 0.8 on hardly anything is left to
learn from, which is a warning; above 0.5 it is a note. Rates from 0.2 to 0.5 are usual.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dropout: {rate: 0.8}
  - Dense: {name: price, units: 1}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dropout: {rate: 0.3}
  - Dense: {name: price, units: 1}
""",
    ),
    "param-blowup": Page(
        """\
A Flatten makes a long row of a map that is still large, and the dense layer behind it has a weight for each
value and each unit: it holds nearly all weights of the model, and learns single places in place of what is
in them. A global pooling keeps one value for each channel. More pooling before the Flatten helps as well.
""",
        """\
specgraph: 1
inputs:
  image: [128, 128, 3]
layers:
  - Conv2D: {filters: 64, kernel_size: 3, activation: relu}
  - Flatten
  - Dense: {units: 128, activation: relu}
  - Dense: {name: probs, units: 2, activation: softmax}
""",
        """\
specgraph: 1
inputs:
  image: [128, 128, 3]
layers:
  - Conv2D: {filters: 64, kernel_size: 3, activation: relu}
  - GlobalAveragePooling2D
  - Dense: {units: 128, activation: relu}
  - Dense: {name: probs, units: 2, activation: softmax}
""",
    ),
}
