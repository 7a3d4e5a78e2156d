"""Every code a diagnostic may carry. A code, once published, keeps its meaning.

S: the text. E: a layer and its shapes. G: the graph. P: params and expressions. T: training
settings. D: design. B: budgets. `explanations` holds a page for each, with a spec that has it and one that
has not.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """A stable code (`E09`), its slug (`reshape-count`), and what it is about in a line."""

    id: str
    rule: str
    summary: str


_CODES = (
    Code("S01", "syntax", "the text is not well-formed YAML or JSON"),
    Code("S02", "encoding", "the file is not UTF-8 text"),
    Code("S03", "limit", "the file passes a limit on what a spec may cost"),
    Code("S04", "duplicate-key", "a mapping has the same key twice"),
    Code("S05", "yaml-feature", "a YAML feature that specs do not use: tags, merge keys, several documents"),
    Code("S06", "ambiguous-scalar", "YAML 1.1 and YAML 1.2 read this value differently"),
    Code("S07", "spec-version", "the spec does not say its language version, or one unknown here"),
    Code("E01", "rank-mismatch", "a layer needs an input of another rank"),
    Code("E02", "window-too-large", "a kernel or pool window exceeds its input"),
    Code("E03", "channels-first-suspect", "an input seems to have its channels in front"),
    Code("E04", "batch-in-shape", "an input's shape seems to include the batch axis"),
    Code("E05", "undefined-features", "a layer needs a size that is unknown when its weights are made"),
    Code("E06", "merge-mismatch", "the inputs of a merge layer do not broadcast"),
    Code("E07", "concat-mismatch", "the inputs of Concatenate differ off its axis"),
    Code("E08", "concat-rank", "the inputs of Concatenate have different ranks"),
    Code("E09", "reshape-count", "Reshape gets another number of values than its target holds"),
    Code("E10", "divisibility", "the model works only for some sizes of a named dim"),
    Code("E11", "groups-divisible", "channels or filters cannot be split evenly"),
    Code("E12", "stride-dilation", "strides and dilation cannot be combined like this"),
    Code("E13", "state-mismatch", "an initial state does not fit the recurrent layer"),
    Code("E14", "dot-axes", "contracted axes have different sizes"),
    Code("E15", "crop-too-large", "cropping removes more than there is"),
    Code("E16", "stateful-batch", "a stateful layer needs a fixed batch size"),
    Code("E17", "shared-weights-shape", "a shared model is called on inputs that do not fit it"),
    Code("E18", "dtype-mismatch", "a layer cannot work on this dtype"),
    Code("E19", "bad-param", "an argument's value has the wrong type or range"),
    Code("E20", "unknown-layer-or-key", "nothing has this name: a layer, an argument, a key or a value"),
    Code("E21", "bad-shape-value", "a shape is not a list of positive ints and names"),
    Code("E23", "missing-argument", "a required argument or key is missing"),
    Code("E24", "refused-layer", "a layer that has no place in a spec, because it would run code"),
    Code("E25", "axis-out-of-range", "an axis that the input does not have"),
    Code("E26", "unsafe-path", "a path that leads out of the spec's folder, or is not a file there"),
    Code("E27", "malformed-item", "an item is not one key with its arguments"),
    Code("E28", "fails-when-run", "Keras builds the layer, but it fails when it runs"),
    Code("E29", "wrong-claim", "Keras declares another shape or dtype than what comes out"),
    Code("E30", "shape-mismatch", "an op needs inputs of other sizes, such as a square matrix"),
    Code("E31", "layer-alias", "another name that Keras has for a layer"),
    Code("E32", "needs-adapt", "a layer needs a vocabulary or statistics of the data, and has none"),
    Code("G01", "undefined-ref", "a reference to something that nothing defines"),
    Code("G02", "cycle", "the graph has a cycle"),
    Code("G03", "duplicate-name", "two things have the same name"),
    Code("G04", "undeclared-input", "an input that stands among the layers"),
    Code("G05", "dead-layer", "a layer reaches no output"),
    Code("G06", "unused-input", "an input feeds nothing"),
    Code("G07", "merge-arity", "a layer gets too many inputs, or too few"),
    Code("G08", "multi-output-misuse", "an output is chosen that is not there, or none of several"),
    Code("G09", "unused-block", "a block that nothing uses"),
    Code("P01", "undefined-param", "a param that the spec does not define"),
    Code("P02", "bad-expression", "an expression that cannot be read or computed"),
    Code("P03", "param-type", "a param's value does not have its type, or leaves its range"),
    Code("P04", "unused-param", "a param that nothing uses"),
    Code("T01", "softmax-one-unit", "a softmax over an axis of one value, which is always 1"),
    Code("T02", "loss-activation", "a loss that does not go with the last activation"),
    Code("T03", "double-softmax", "an activation before a loss that expects raw scores"),
    Code("T04", "logits-without-from-logits", "raw scores go into a loss that expects probabilities"),
    Code("T05", "label-encoding", "labels are encoded in another way than the loss expects"),
    Code("T06", "output-units", "the output has another number of values than there are classes"),
    Code("T07", "label-range", "labels outside the range that the output can express"),
    Code("T08", "target-mismatch", "the output has another shape than its target"),
    Code("T09", "bounded-regression", "an activation that cannot reach the values of the target"),
    Code("T10", "metric-loss", "a metric that does not go with the loss"),
    Code("T11", "embedding-range", "ids that an Embedding has no row for"),
    Code("T12", "data-shape", "data of another shape or dtype than the input declares"),
    Code("T13", "learning-rate", "a learning rate outside the usual range of the optimizer"),
    Code("T14", "nothing-trainable", "training changes no weight"),
    Code("T15", "output-loss-count", "losses, weights or metrics do not match the outputs"),
    Code("T16", "data-source", "data that cannot be used: a file that is not there, a column that it lacks"),
    Code("T17", "train-plan", "phases, selections or settings of training that do not go together"),
    Code("T18", "plain-autoencoder", "what is called a variational autoencoder is a plain one"),
    Code("D07", "extreme-dropout", "a dropout that drops most values"),
    Code("D12", "param-blowup", "one layer behind a Flatten holds almost all weights"),
    Code("B01", "weight-budget", "the weights take more memory or time than is allowed at build"),
    Code("B02", "size-overflow", "a tensor has more values than can be counted"),
    Code("B03", "assertion", "something that the spec asserts of its model does not hold"),
)

BY_RULE = {code.rule: code for code in _CODES}
BY_ID = {code.id: code for code in _CODES}


def code(rule: str) -> Code:
    """The code with this slug; KeyError if there is none."""
    return BY_RULE[rule]
