"""Codes of where Keras is wrong about its own layers, or has two names for one."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "fails-when-run": Page(
        """\
Keras works out a model's shapes without running it, and for a few layers it is wrong. A layer further down
is then built for a shape or dtype that never comes, so that the model builds and only `fit` or `predict`
fails. The message shows both. Put a layer between that makes what is declared true, or choose another.
""",
        """\
specgraph: 1
inputs:
  x: [6, 8]
  memory: [9, 8]
layers:
  - MultiHeadAttention:
      {name: attention, num_heads: 2, key_dim: 4, return_attention_scores: true,
       from: {query: x, value: memory}}
  - Dense: {name: weigh, from: attention.1, units: 3}
outputs: [attention.0, weigh]
""",
        """\
specgraph: 1
inputs:
  x: [6, 8]
  memory: [9, 8]
layers:
  - MultiHeadAttention:
      {name: attention, num_heads: 2, key_dim: 4, from: {query: x, value: memory}}
  - Dense: {name: weigh, units: 3}
""",
    ),
    "wrong-claim": Page(
        """\
Keras declares one shape or dtype for this layer's output, and another comes out when the layer runs. What
stands in `summary` is what comes out. It is a warning only: layers below that depend on the difference are
errors of their own. The usual case is a layer that leaves integers alone, while Keras declares floats for
every layer; write the numbers as floats, or cast them with Rescaling, if floats are meant.
""",
        """\
specgraph: 1
inputs:
  ids: {shape: [8], dtype: int32}
layers:
  - RepeatVector: {n: 3}
""",
        """\
specgraph: 1
inputs:
  ids: {shape: [8], dtype: float32}
layers:
  - RepeatVector: {n: 3}
""",
    ),
    "shape-mismatch": Page(
        """\
A function of `keras.ops` was given tensors of sizes that it cannot work on: three weights for four values,
a determinant of a matrix that is not square, a kernel for another number of channels. The number of axes
is right, a size is not. Keras says so when the model is built, if it says so at all. Change the layer that
made the size.
""",
        """\
specgraph: 1
inputs:
  turns: [3, 4]
layers:
  - ops.det
""",
        """\
specgraph: 1
inputs:
  turns: [3, 3]
layers:
  - ops.det
""",
    ),
    "layer-alias": Page(
        """\
Keras has a second name for some layers, such as Convolution2D for Conv2D and MaxPool2D for MaxPooling2D.
Both are the same layer, and nothing is wrong. The name that Keras itself writes into saved models is easier
to search for.
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 3]
layers:
  - Convolution2D: {filters: 4, kernel_size: 3}
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 3]
layers:
  - Conv2D: {filters: 4, kernel_size: 3}
""",
    ),
    "needs-adapt": Page(
        """\
In a program, `layer.adapt(data)` tells this layer what it must know of the data before it can work: a
vocabulary, a mean and a variance, the bounds of bins. Without them it would work on nothing and say so to
nobody. Write them out in the spec, the help names the argument; or say under `train` which data the model is
trained on: `specgraph train` adapts the layer to them first, and writes what it has found into the spec that
the run keeps. For that, no layer with weights to train may stand before it.
""",
        """\
specgraph: 1
inputs:
  word: {shape: [1], dtype: string}
layers:
  - StringLookup
""",
        """\
specgraph: 1
inputs:
  word: {shape: [1], dtype: string}
layers:
  - StringLookup: {vocabulary: [red, green, blue]}
""",
    ),
}
