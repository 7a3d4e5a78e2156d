"""Codes of the data that models are trained on."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "data-shape": Page(
        """\
What the data has for an input is of another shape or dtype than the input declares. Where the same sizes
stand in another order, the axes of one of the two are probably swapped. A step on the column can bring it to
the shape, or the input can declare that of the data.
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - Flatten
  - Dense: {units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
train: {data: digits}
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 1]
layers:
  - Flatten
  - Dense: {units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
train: {data: digits}
""",
    ),
    "data-source": Page(
        """\
The data cannot be used as the spec says: a file is not there or cannot be read, a column does not exist, or
it is not clear which column an input or an output is for. `inputs` and `targets` beside `source` say which
column goes where.
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 1]
layers:
  - Flatten
  - Dense: {units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
train:
  data: {source: digits, inputs: {image: picture}}
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 1]
layers:
  - Flatten
  - Dense: {units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
train:
  data: {source: digits, inputs: {image: image}}
""",
    ),
    "train-plan": Page(
        """\
The plan of training does not go together: `train` or `freeze` names no layer, two phases have the same
name, a callback waits for a figure that no epoch has, or two settings set the same thing. A name
may be that of a layer, of a model or network with all that is in it, a path such as `base/block5_conv1`, or
a pattern.
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 1]
layers:
  - Conv2D: {name: features, filters: 8, kernel_size: 3, activation: relu}
  - Flatten
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
train:
  data: digits
  phases:
    - {name: head, freeze: feature}
""",
        """\
specgraph: 1
inputs:
  image: [8, 8, 1]
layers:
  - Conv2D: {name: features, filters: 8, kernel_size: 3, activation: relu}
  - Flatten
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
train:
  data: digits
  phases:
    - {name: head, freeze: features}
""",
    ),
}
