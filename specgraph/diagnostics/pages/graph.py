"""Codes of how layers refer to each other."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "undefined-ref": Page(
        """\
Something is referred to by a name that nothing has: in `from`, among the `outputs`, or in `reuse`. A layer
can be referred to if it has a `name` of its own; inputs have theirs. Where a name comes near, it is
offered.
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 3]
layers:
  - Conv2D: {name: stem, filters: 3, kernel_size: 3, padding: same}
  - Add: {from: [image, stme]}
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 3]
layers:
  - Conv2D: {name: stem, filters: 3, kernel_size: 3, padding: same}
  - Add: {from: [image, stem]}
""",
    ),
    "cycle": Page(
        """\
The layers wait for each other in a circle: each needs the output of another before it can work. A
functional model has no such graph; what goes around in time is the business of recurrent layers. The
message shows the circle; make one of its layers read something else.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: first, units: 8, from: second}
  - Dense: {name: second, units: 8, from: first}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: first, units: 8, from: x}
  - Dense: {name: second, units: 8, from: first}
""",
    ),
    "unused-block": Page(
        """\
A block is defined, but no model of the file uses it: it is in none of them. Perhaps its layers are still
written out where it should stand. Use it as a layer, or delete it. Blocks that are there for other files to
import stand in a file without layers of its own.
""",
        """\
specgraph: 1
blocks:
  narrow:
    params: {units: int}
    layers: [Dense: {units: $units, activation: relu}]
inputs:
  x: [8]
layers:
  - Dense: {units: 4, activation: relu}
""",
        """\
specgraph: 1
blocks:
  narrow:
    params: {units: int}
    layers: [Dense: {units: $units, activation: relu}]
inputs:
  x: [8]
layers:
  - narrow: {units: 4}
""",
    ),
    "duplicate-name": Page(
        """\
Two layers, inputs, blocks or models have the same name, so a reference could mean either. Keras refuses
the finished model without saying where the two are. Rename one of them. To use the weights of a layer
again, write `reuse` and not its name a second time.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: hidden, units: 8, activation: relu}
  - Dense: {name: hidden, units: 4}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: hidden, units: 8, activation: relu}
  - Dense: {name: scores, units: 4}
""",
    ),
    "undeclared-input": Page(
        """\
Keras makes an input by a call, and lists the inputs again when it makes the model; one that is not listed
there makes the model fail. In a spec, what stands under `inputs:` is all there is: declare the input there,
with its shape. Layers then read it by its name.
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
layers:
  - InputLayer: {name: facts, shape: [5]}
  - Flatten: {name: flat, from: image}
  - Concatenate: {from: [flat, facts]}
  - Dense: {units: 1}
""",
        """\
specgraph: 1
inputs:
  image: [28, 28, 1]
  facts: [5]
layers:
  - Flatten: {name: flat, from: image}
  - Concatenate: {from: [flat, facts]}
  - Dense: {units: 1}
""",
    ),
    "dead-layer": Page(
        """\
No output depends on this layer, so it would never be part of the model: Keras drops it without a word.
Mostly a `from` further down skips it by mistake, or it belongs among the `outputs`. Else delete it.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: side, units: 8, activation: relu, from: x}
  - Dense: {name: scores, units: 4, from: x}
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: side, units: 8, activation: relu, from: x}
  - Dense: {name: scores, units: 4, from: side}
""",
    ),
    "unused-input": Page(
        """\
An input is declared, but no layer reads it, so the model would ask for data that it ignores. With several
inputs the first layer does not choose one by itself: say `from`. If the input is not needed, delete it.
""",
        """\
specgraph: 1
inputs:
  a: [8]
  b: [8]
layers:
  - Dense: {units: 4, from: a}
""",
        """\
specgraph: 1
inputs:
  a: [8]
  b: [8]
layers:
  - Concatenate: {from: [a, b]}
  - Dense: {units: 4}
""",
    ),
    "merge-arity": Page(
        """\
A merge layer needs at least two inputs (Subtract and Dot exactly two), and most other layers take just
one. Without `from`, a layer reads the one above it and nothing else. List what is to be merged:
`from: [a, b]`.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: main, units: 8}
  - Add
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: main, units: 8}
  - Add: {from: [main, x]}
""",
    ),
    "multi-output-misuse": Page(
        """\
Some layers have several outputs, such as a recurrent layer with `return_state: true`; `name` is the first
and `name.1` the second. Here an output is chosen that the layer does not have, or none where one must be.
Keras would pass a list of tensors on, and the next layer would fail in its own words.
""",
        """\
specgraph: 1
inputs:
  seq: [20, 8]
layers:
  - LSTM: {name: memory, units: 16}
  - Dense: {units: 1, from: memory.1}
""",
        """\
specgraph: 1
inputs:
  seq: [20, 8]
layers:
  - LSTM: {name: memory, units: 16, return_state: true}
  - Dense: {units: 1, from: memory.1}
""",
    ),
}
