"""Codes of params, training settings and budgets."""

from __future__ import annotations

from .page import Page

PAGES: dict[str, Page] = {
    "undefined-param": Page(
        """\
A value refers to a param, as `$name` or inside `${...}`, that the spec does not define. Params stand under
`params:` with a default or a type; those of a block stand in the block. Where a name comes near, it is
offered.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {units: $width}
""",
        """\
specgraph: 1
params:
  width: 16
inputs:
  x: [8]
layers:
  - Dense: {units: $width}
""",
    ),
    "bad-expression": Page(
        """\
What stands in `${...}` is arithmetic over params: numbers, names, `+ - * / // %`, comparisons and
parentheses. It is not Python: there are no calls into modules and no attributes. This one cannot be read, or
cannot be computed, as when it divides by zero.
""",
        """\
specgraph: 1
params:
  width: 16
inputs:
  x: [8]
layers:
  - Dense: {units: "${width *}"}
""",
        """\
specgraph: 1
params:
  width: 16
inputs:
  x: [8]
layers:
  - Dense: {units: "${width * 2}"}
""",
    ),
    "param-type": Page(
        """\
Params are typed: the type is stated, or taken from the default. This value, a default, a variant's, one
given with `--set`, or a block's argument, has another type, or lies outside the `min`, `max` or choices
of the param.
""",
        """\
specgraph: 1
params:
  width: {type: int, default: wide}
inputs:
  x: [8]
layers:
  - Dense: {units: $width}
""",
        """\
specgraph: 1
params:
  width: {type: int, default: 16}
inputs:
  x: [8]
layers:
  - Dense: {units: $width}
""",
    ),
    "unused-param": Page(
        """\
A param is defined, but nothing in the spec uses it: setting it would change nothing. Perhaps a value that
should be `$name` is still written out. Use it, or delete it.
""",
        """\
specgraph: 1
params:
  width: 16
inputs:
  x: [8]
layers:
  - Dense: {units: 16}
""",
        """\
specgraph: 1
params:
  width: 16
inputs:
  x: [8]
layers:
  - Dense: {units: $width}
""",
    ),
    "output-loss-count": Page(
        """\
A model with several outputs takes a loss for each, and metrics and weights for each by name; here there are
more or fewer than outputs, or names that no output has. Keras checks it only when training begins.
Give one loss for each output, by the output's name.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: score, units: 1}
compile:
  optimizer: adam
  loss: [mse, mae]
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: score, units: 1}
compile:
  optimizer: adam
  loss: mse
""",
    ),
    "weight-budget": Page(
        """\
Building this model would allocate more memory for its weights, or spend more time to initialize them,
than is allowed: orthogonal initializers cost far more than their size suggests. Mostly one layer holds
nearly all of it, such as a Dense behind a large Flatten. Make it smaller, or raise the limit on the
command line if the machine can take it.
""",
        """\
specgraph: 1
inputs:
  x: [100000]
layers:
  - Dense: {units: 20000}
""",
        """\
specgraph: 1
inputs:
  x: [100000]
layers:
  - Dense: {units: 200}
""",
    ),
    "size-overflow": Page(
        """\
A tensor of the model would have more values than a backend can count, let alone hold. No message of Keras
is to be expected here, only an overflow or a crash. One of the sizes is surely a slip, or meant to harm.
""",
        """\
specgraph: 1
inputs:
  x: [4096]
layers:
  - RepeatVector: {n: 9007199254740000}
  - GlobalAveragePooling1D
""",
        """\
specgraph: 1
inputs:
  x: [4096]
layers:
  - RepeatVector: {n: 90}
  - GlobalAveragePooling1D
""",
    ),
    "assertion": Page(
        """\
The spec says under `assert` what must hold of its model, and it does not. An assertion is a budget that a
change to the file must respect, or a shape that others rely on. It may speak of `params`, `trainable_params`,
`flops`, `weight_bytes`, `activation_bytes`, `layers`, of `NAME.shape`, `NAME.dtype` and `NAME.params` of a
layer, of the spec's params and of its named dims.
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: hidden, units: 1000}
assert:
  - params < 5_000
  - hidden.shape == [batch, 1000]
""",
        """\
specgraph: 1
inputs:
  x: [8]
layers:
  - Dense: {name: hidden, units: 500}
assert:
  - params < 5_000
  - hidden.shape == [batch, 500]
""",
    ),
}
