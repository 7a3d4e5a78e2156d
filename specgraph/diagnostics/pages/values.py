"""Codes of names and values in a layer's arguments."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "bad-param": Page(
        """\
An argument has a value of the wrong type or out of range: a rate above 1, a float or a string where a
whole number is wanted, zero filters. Keras checks some of these when the layer is made and lets others
pass, down to a model that learns nothing. The message says what the argument takes.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dropout: {rate: 50}
  - Dense: {units: 4}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dropout: {rate: 0.5}
  - Dense: {units: 4}
""",
    ),
    "unknown-layer-or-key": Page(
        """\
Nothing has this name: no layer, block or model, no argument of this layer, no key of this section, or no
such value for the argument. It may be a typing slip or a name from an older Keras; where one comes near,
it is offered. An unknown argument is an error and never ignored, since a model built without it
would not be the one you wrote.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4, activaton: relu}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4, activation: relu}
""",
    ),
    "bad-shape-value": Page(
        """\
A shape is a list with one entry for each axis: a positive whole number, or a name for a size that stays
open. A single number is not a list, and sizes are neither negative, nor zero, nor fractions. Write `[3]`
for vectors of three values.
""",
        """\
specgraph: 1
inputs:
  x: 8
layers:
  - Dense: {units: 4}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4}
""",
    ),
    "missing-argument": Page(
        """\
A layer has an argument without a default, or a section has a key that must be there, and it is missing.
In Keras this is a TypeError about Python's calls. Add it; the message names it.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {activation: relu}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4, activation: relu}
""",
    ),
    "refused-layer": Page(
        """\
This layer runs code or loads a program that the spec chooses: Lambda, TFSMLayer, and the wrappers of
modules of other frameworks. A spec is data and may come from anyone, so it cannot have them. Nearly all
uses of Lambda have a layer of their own, such as Rescaling, Reshape, Permute or a merge layer.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Lambda: {function: "lambda x: x * 2"}
  - Dense: {units: 4}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Rescaling: {scale: 2.0}
  - Dense: {units: 4}
""",
    ),
    "axis-out-of-range": Page(
        """\
The layer works along an axis that its input does not have. Axis 0 is the batch, so an image has the axes 0
to 3, and -1 is the last. An axis that was right may be gone after Flatten or a global pooling.
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - BatchNormalization: {axis: 4}
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - Conv2D: {filters: 8, kernel_size: 3}
  - BatchNormalization: {axis: -1}
""",
    ),
    "unsafe-path": Page(
        """\
A spec may read files in its own folder and below, and only where its author wrote a path. This path
leads out of it, by `..`, an absolute path or a link, or there is no regular file at its end. Keras would
open whatever it names. Move the file beside the spec, or leave the path out.
""",
        """\
specgraph: 1
inputs:
  image: [224, 224, 3]
layers:
  - VGG16: {weights: ../../other.weights.h5}
""",
        """\
specgraph: 1
inputs:
  image: [224, 224, 3]
layers:
  - VGG16: {weights: null}
""",
    ),
    "malformed-item": Page(
        """\
Each item of `layers` is a name, or one key with a mapping of arguments: `- Flatten` or `- Dense: {units: 4}`.
This one has several keys, none, or something else under its key. Often an argument has slipped out of its
mapping by indentation and stands beside the layer's name.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4}
    activation: relu
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: 4, activation: relu}
""",
    ),
}
