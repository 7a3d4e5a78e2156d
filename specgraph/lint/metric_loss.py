"""T10. A metric that measures something else than the loss trains, or cannot read these labels.

`accuracy` is the kind that Keras picks by the shapes: binary for one unit, sparse where the labels have an
axis less than the output, else categorical.
"""

from __future__ import annotations

from typing import Any

from specgraph.diagnostics.diagnostic import Fix, Severity
from specgraph.rows.naming import snake
from specgraph.source.nodes import Scalar

from .losses import BINARY, CROSS, PROBABILITIES, PROBABILITY, REGRESSION, SHARES, SPARSE
from .mend import fixed, put, set_argument_of
from .view import Output, Setting, View

_BY_SHAPE = ("accuracy", "acc")
_ONEHOT = frozenset(["CategoricalAccuracy", "TopKCategoricalAccuracy"])
_NUMBERED = frozenset(["SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy"])
_HITS = _ONEHOT | _NUMBERED | {"Accuracy", "BinaryAccuracy"}
_COUNTS = frozenset(
    [
        "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "Precision", "Recall",
        "PrecisionAtRecall", "RecallAtPrecision", "SensitivityAtSpecificity", "SpecificityAtSensitivity",
        "AUC", "F1Score", "FBetaScore",
    ]
)  # fmt: skip
_ERRORS = frozenset(
    [
        "MeanSquaredError", "RootMeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
        "MeanSquaredLogarithmicError", "LogCoshError", "R2Score", "PearsonCorrelation",
        "ConcordanceCorrelation",
    ]
)  # fmt: skip
_SPARSE_TWIN = {
    "CategoricalAccuracy": "SparseCategoricalAccuracy",
    "TopKCategoricalAccuracy": "SparseTopKCategoricalAccuracy",
}
_ONEHOT_TWIN = {two: one for one, two in _SPARSE_TWIN.items()}


def check(view: View) -> None:
    """Each metric of each output that has a loss."""
    for output in view.outputs:
        if output.loss is None or output.told & {"softmax-one-unit", "label-encoding", "output-units"}:
            continue
        for metric in output.metrics:
            _check(output, metric)


def _check(output: Output, metric: Setting) -> None:
    name, loss = metric.value.name, output.loss_name
    if name in _HITS | _COUNTS and _about_numbers(output):
        _numbers(output, metric)
    elif name in _ERRORS and loss in PROBABILITY and not _about_numbers(output):
        help = "`metrics: [accuracy]`"
        message = f"{_said(metric)} measures a distance of numbers, {loss} trains classes"
        _say(output, metric, message, help, _instead(metric, "accuracy"))
    elif name == "Accuracy" and metric.value.alias not in _BY_SHAPE and loss in PROBABILITY:
        message = "Accuracy counts predictions that equal the label, and probabilities do not"
        help = "`accuracy`, in small letters, is the kind that fits the output"
        _say(output, metric, message, help, _instead(metric, "accuracy"))
    elif name in _HITS:
        _hits(output, metric)
    elif name in _COUNTS:
        _counts(output, metric)
    elif name in ("MeanIoU", "IoU"):
        _overlap(output, metric)


def _about_numbers(output: Output) -> bool:
    """Whether the output is trained towards numbers, not classes."""
    target, loss = output.target, output.loss_name
    if target is not None and target.encoding == "index" and output.units == 1 and loss in REGRESSION:
        return (target.classes or 0) > 2
    if target is not None and target.encoding is not None:
        return target.encoding == "float" and (loss in REGRESSION or loss in BINARY or loss == "Poisson")
    return loss in REGRESSION | {"Poisson"} and output.activation not in SHARES | PROBABILITIES | {None}


def _numbers(output: Output, metric: Setting) -> None:
    message = f"{_said(metric)} counts hits, the output is trained towards numbers, which are rarely hit"
    instead = "mse" if output.loss_name == "MeanAbsoluteError" else "mae"
    _say(output, metric, message, f"`metrics: [{instead}]`", _instead(metric, instead))


def _hits(output: Output, metric: Setting) -> None:
    """Of the kinds of accuracy, the one that the loss trains."""
    name, loss, units = metric.value.name, output.loss_name, output.units
    if metric.value.alias in _BY_SHAPE:
        _resolved(output, metric)
    elif name == "BinaryAccuracy" and (loss in CROSS | SPARSE) and units != 1:
        message = f"{_said(metric)} takes each value for a yes or no, {loss} trains one class of many"
        _say(output, metric, message, "`metrics: [accuracy]`", _instead(metric, "accuracy"))
    elif name in _ONEHOT and loss in SPARSE:
        twin = _SPARSE_TWIN[name]
        message = f"{_said(metric)} takes rows with a single 1, {loss} takes classes' numbers"
        _say(output, metric, message, f"`{snake(twin)}`", _swap(metric, twin))
    elif name in _NUMBERED and loss in CROSS:
        twin = _ONEHOT_TWIN[name]
        message = f"{_said(metric)} takes classes' numbers, {loss} takes rows with a single 1"
        _say(output, metric, message, f"`{snake(twin)}`", _swap(metric, twin))
    elif name in _ONEHOT | _NUMBERED and loss in BINARY and units == 1:
        message = f"{_said(metric)} looks for the greatest of 1 value, which is always right"
        _say(output, metric, message, "`binary_accuracy`", _instead(metric, "binary_accuracy"))
    elif name == "BinaryAccuracy" and output.from_logits:
        _say_threshold(output, metric)


def _resolved(output: Output, metric: Setting) -> None:
    """`accuracy`, which Keras resolves by the shapes."""
    loss, units, target = output.loss_name, output.units, output.target
    if loss not in BINARY or units is None:
        return
    if units == 1:
        if output.from_logits:
            _say_threshold(output, metric)
    elif output.activation in PROBABILITIES and (target is None or target.encoding in ("binary", None)):
        message = f"`{metric.value.alias}` over {units} units looks at the greatest of them alone"
        help = "`binary_accuracy`, which looks at each of them"
        _say(output, metric, message, help, _instead(metric, "binary_accuracy"), "info")


def _say_threshold(output: Output, metric: Setting) -> None:
    message = f"{_said(metric)} takes 0.5 for the border, where raw scores have theirs at 0"
    help = "`activation: sigmoid` without `from_logits` makes it exact"
    _say(output, metric, message, help, None, "info")


def _counts(output: Output, metric: Setting) -> None:
    """Precision, recall and their like, which hold each value against a label of its own."""
    name, loss = metric.value.name, output.loss_name
    args: Any = metric.value.args
    if loss in SPARSE and output.units not in (1, None):
        message = f"{name} takes a 0 or 1 for each of the {output.units} units, {loss} takes classes' numbers"
        help = "one-hot labels with `loss: categorical_crossentropy`, or `metrics: [accuracy]`"
        _say(output, metric, message, help, _instead(metric, "accuracy"), "error")
    elif output.from_logits and name == "AUC" and not args.from_logits:
        message = "AUC takes probabilities, the output makes raw scores"
        fix = fixed("set `from_logits: true`", set_argument_of(metric, "from_logits", True))
        _say(output, metric, message, "`AUC: {from_logits: true}`", fix)
    elif output.from_logits and name not in ("AUC", "F1Score", "FBetaScore"):
        message = f"{name} takes probabilities, the output makes raw scores"
        _say(output, metric, message, "`activation: sigmoid` without `from_logits`", None)


def _overlap(output: Output, metric: Setting) -> None:
    args: Any = metric.value.args
    name, units = metric.value.name, output.units
    if units in (None, 1) or output.loss_name not in PROBABILITY:
        return
    if args.sparse_y_pred:
        message = f"{name} takes classes' numbers for predictions, the output makes {units} probabilities"
        fix = fixed("set `sparse_y_pred: false`", set_argument_of(metric, "sparse_y_pred", False))
        _say(output, metric, message, f"`{name}: {{sparse_y_pred: false, …}}`", fix)
    elif args.sparse_y_true and output.loss_name in CROSS:
        message = f"{name} takes classes' numbers for labels, {output.loss_name} takes rows with a single 1"
        fix = fixed("set `sparse_y_true: false`", set_argument_of(metric, "sparse_y_true", False))
        _say(output, metric, message, f"`{name}: {{sparse_y_true: false, …}}`", fix)
    elif args.num_classes != units:
        message = f"{name} counts {args.num_classes} classes, the output has {units}"
        fix = fixed(f"set `num_classes: {units}`", set_argument_of(metric, "num_classes", units))
        _say(output, metric, message, f"`num_classes: {units}`", fix)


def _said(metric: Setting) -> str:
    return f"`{metric.value.alias}`" if metric.value.alias else metric.value.name


def _instead(metric: Setting, name: str) -> Fix | None:
    return fixed(f"use `{name}`", put(metric.node, name))


def _swap(metric: Setting, name: str) -> Fix | None:
    """Another metric with the same arguments."""
    if isinstance(metric.node, Scalar):
        return _instead(metric, snake(name) if metric.value.alias != metric.value.name else name)
    given = dict(metric.value.args.given_values())
    return fixed(f"use {name}", put(metric.node, {name: given}))


def _say(
    output: Output, metric: Setting, message: str, help: str, fix: Fix | None, severity: Severity = "warning"
) -> None:
    output.view.say(
        "metric-loss", message, None, metric.node.span, output=output, causes=output.view.why(output),
        help=help, fix=fix, severity=severity,
    )  # fmt: skip
