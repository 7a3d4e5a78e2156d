"""Codes of training: losses, activations, labels and shapes that do not go together."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "softmax-one-unit": Page(
        """\
A softmax turns the values along an axis into shares of 1. Along an axis of one value that share is 1
whatever comes in, so that the layer passes on nothing and nothing before it learns. For a yes or no, use
`sigmoid` with `binary_crossentropy`, or a softmax over two units.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: answer, units: 1, activation: softmax}
compile: {loss: binary_crossentropy}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: answer, units: 1, activation: sigmoid}
compile: {loss: binary_crossentropy}
""",
    ),
    "loss-activation": Page(
        """\
A categorical loss takes the shares that a softmax makes, one class being right; a binary one takes a
probability for each value, as a sigmoid makes it. The other way round the model trains, but towards
something else, and its figures mislead. Change the activation, or the loss, by whether several classes may
hold at once.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: sigmoid}
compile: {loss: categorical_crossentropy}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: categorical_crossentropy}
""",
    ),
    "double-softmax": Page(
        """\
With `from_logits: true` a loss takes raw scores and applies softmax or sigmoid itself. Where the layer has
done so already, it is applied twice: the scores are squeezed together, and training stalls. Leave the
activation out, or leave out `from_logits`.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: {SparseCategoricalCrossentropy: {from_logits: true}}}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: scores, units: 10}
compile: {loss: {SparseCategoricalCrossentropy: {from_logits: true}}}
""",
    ),
    "logits-without-from-logits": Page(
        """\
The output has no activation, so that it makes raw scores of any size, while the loss takes probabilities:
it cuts them off at 0 and 1 and takes their logarithm. Nothing is learned from what was cut off. Add the
activation, or say `from_logits: true`.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: scores, units: 10}
compile: {loss: sparse_categorical_crossentropy}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
""",
    ),
    "label-encoding": Page(
        """\
`categorical_crossentropy` takes labels as rows with a single 1, `sparse_categorical_crossentropy` as the
numbers of classes. Keras refuses the others at the first batch, or compares wrong values. Change the loss,
or the labels with a step such as `one_hot`.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: categorical_crossentropy}
targets:
  probs: {encoding: index, classes: 10}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
targets:
  probs: {encoding: index, classes: 10}
""",
    ),
    "output-units": Page(
        """\
The last layer has another number of units than the target has classes or values. Too few cannot name all
classes, and Keras refuses them at the first batch or repeats values to make them fit. More units than
classes are a warning: they are never right. Give the layer as many as there are.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 1, activation: sigmoid}
compile: {loss: categorical_crossentropy}
targets:
  probs: {encoding: onehot, classes: 10}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: categorical_crossentropy}
targets:
  probs: {encoding: onehot, classes: 10}
""",
    ),
    "label-range": Page(
        """\
Labels lie outside of what the output can express: classes numbered from 1, so that the last has no unit, or
labels of -1 where the loss takes 0 and 1. On some devices Keras fails, on others the loss becomes NaN.
Number the classes from 0, or add a unit.
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
targets:
  probs: {encoding: index, range: [1, 10]}
""",
        """\
specgraph: 1
inputs:
  x: [20]
layers:
  - Dense: {units: 16, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: sparse_categorical_crossentropy}
targets:
  probs: {encoding: index, range: [0, 9]}
""",
    ),
    "target-mismatch": Page(
        """\
The output has another shape than its target. A Flatten may be missing, a recurrent layer may give all steps
in place of the last, or an autoencoder's output may be a row short of its input. Keras refuses some of it
at the first batch, and stretches the rest, so that values of different examples are compared.
""",
        """\
specgraph: 1
inputs:
  x: [20, 4]
layers:
  - Conv1D: {filters: 8, kernel_size: 3, activation: relu}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: categorical_crossentropy}
targets:
  probs: {shape: [10], encoding: onehot}
""",
        """\
specgraph: 1
inputs:
  x: [20, 4]
layers:
  - Conv1D: {filters: 8, kernel_size: 3, activation: relu}
  - Flatten
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {loss: categorical_crossentropy}
targets:
  probs: {shape: [10], encoding: onehot}
""",
    ),
}
