"""Codes of layers whose sizes or types do not suit them."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "groups-divisible": Page(
        """\
A convolution with `groups` cuts its input channels and its filters into that many equal parts, so both
must be multiples of it. Here one is not. Change the filters, the layer before, or the number of groups.
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 6]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, groups: 4}
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 6]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, groups: 2}
""",
    ),
    "stride-dilation": Page(
        """\
A convolution may step over its input (`strides`) or spread its kernel (`dilation_rate`), but not both at
once: no backend has it. Keras refuses it when the layer is made. Set one of the two to 1; a stride
can be had by pooling afterwards.
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, strides: 2, dilation_rate: 2}
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3, dilation_rate: 2}
  - MaxPooling2D
""",
    ),
    "state-mismatch": Page(
        """\
A recurrent layer can start from a state that another layer made, and that state must have one value for
each of its units (an LSTM takes two such states). The encoder here has another number of units; after a
Bidirectional it has twice as many. Keras builds the model all the same, and fails in the first step of
training. Give both the same units.
""",
        """\
specgraph: 1
inputs:
  source: [20, 8]
  target: [10, 8]
layers:
  - GRU: {name: summary, units: 32, from: source}
  - GRU: {units: 16, from: {sequences: target, initial_state: summary}}
""",
        """\
specgraph: 1
inputs:
  source: [20, 8]
  target: [10, 8]
layers:
  - GRU: {name: summary, units: 16, from: source}
  - GRU: {units: 16, from: {sequences: target, initial_state: summary}}
""",
    ),
    "dot-axes": Page(
        """\
Dot multiplies its two inputs along one axis of each and adds up, so these two axes must have the same
size. Give both inputs the same width, for example by a Dense before, or choose other `axes`. Axis 0 is
the batch; the first axis of an example is 1.
""",
        """\
specgraph: 1
inputs:
  a: [8]
  b: [6]
layers:
  - Dense: {name: left, units: 16, from: a}
  - Dense: {name: right, units: 12, from: b}
  - Dot: {from: [left, right], axes: 1}
""",
        """\
specgraph: 1
inputs:
  a: [8]
  b: [6]
layers:
  - Dense: {name: left, units: 16, from: a}
  - Dense: {name: right, units: 16, from: b}
  - Dot: {from: [left, right], axes: 1}
""",
    ),
    "crop-too-large": Page(
        """\
Cropping takes values off at both ends of an axis, and here nothing would be left: `cropping: 14` takes 28
off a side of 28. Crop less, or crop before the layer that made the input so small.
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - Cropping2D: {cropping: 14}
  - Flatten
  - Dense: {units: 1}
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - Cropping2D: {cropping: 4}
  - Flatten
  - Dense: {units: 1}
""",
    ),
    "stateful-batch": Page(
        """\
A stateful recurrent layer keeps the state of each example of one batch for the next, so it must know how
many there are. The batch axis of a spec's inputs is open. Leave `stateful` out: each sequence then starts
afresh, which is right unless your sequences are cut into pieces that follow each other.
""",
        """\
specgraph: 1
inputs:
  seq: [20, 8]
layers:
  - LSTM: {units: 16, stateful: true}
  - Dense: {units: 1}
""",
        """\
specgraph: 1
inputs:
  seq: [20, 8]
layers:
  - LSTM: {units: 16}
  - Dense: {units: 1}
""",
    ),
    "shared-weights-shape": Page(
        """\
A model that is called twice uses the same weights both times, so both inputs must fit the shape for which
it was made. This one has another size. Bring it to that size by a layer of its own first, or define a
second model if the weights need not be shared.
""",
        """\
specgraph: 1
models:
  encoder:
    inputs:
      words: [8]
    layers:
      - Dense: {units: 4}
  pair:
    inputs:
      left: [8]
      right: [5]
    layers:
      - encoder: {name: first, from: left}
      - encoder: {name: second, from: right}
      - Subtract: {from: [first, second]}
""",
        """\
specgraph: 1
models:
  encoder:
    inputs:
      words: [8]
    layers:
      - Dense: {units: 4}
  pair:
    inputs:
      left: [8]
      right: [8]
    layers:
      - encoder: {name: first, from: left}
      - encoder: {name: second, from: right}
      - Subtract: {from: [first, second]}
""",
    ),
    "dtype-mismatch": Page(
        """\
The layer cannot work on values of this type: a convolution multiplies by float weights and gets ints, a
numeric layer gets strings, an Embedding gets fractions for ids. Keras often builds such a model without a
word, and the backend fails when the first batch comes. Declare the input with the type the layer needs,
or convert it; Rescaling turns bytes into floats.
""",
        """\
specgraph: 1
inputs:
  image: {shape: [28, 28, 1], dtype: uint8}
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
""",
        """\
specgraph: 1
inputs:
  image: {shape: [28, 28, 1], dtype: uint8}
layers:
  - Rescaling: {scale: 0.00392156862745098}
  - Conv2D: {filters: 8, kernel_size: 3}
""",
    ),
}
