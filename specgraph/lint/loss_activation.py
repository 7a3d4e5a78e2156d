"""T02. A loss that takes probabilities of another kind than the last activation makes.

Categorical losses want shares that sum to 1 (softmax), binary ones a probability for each value (sigmoid).
"""

from __future__ import annotations

from specgraph.diagnostics import Edit
from specgraph.diagnostics.diagnostic import Fix, Severity

from .losses import BINARY, CROSS, OVERLAP, PROBABILITIES, RANGES, SHARES, SPARSE
from .mend import ALIASES, activate, fixed, rename_loss
from .view import Output, View

_ELSEWHERE = frozenset(["softmax-one-unit", "output-units", "label-encoding"])


def check(view: View) -> None:
    """Each output whose loss compares probabilities, not raw scores."""
    for output in view.outputs:
        if output.loss is None or output.from_logits or output.told & _ELSEWHERE:
            continue
        loss, activation = output.loss_name, output.activation
        if loss in CROSS | SPARSE:
            _categorical(output)
        elif loss in BINARY and output.shape:
            _binary(output)
        elif loss == "Poisson" and activation is not None and _reaches_below(activation):
            help = "`activation: exponential` or `softplus`, which stay above 0"
            fix = fixed("set `activation: exponential`", activate(output, "exponential"))
            message = f"Poisson takes the logarithm of predictions, which {_named(activation)} makes negative"
            _say(output, message, help, fix)
        elif loss in OVERLAP and activation == "linear":
            message = f"{loss} takes probabilities, and `{output.node.name}` makes raw scores"
            word = "sigmoid" if output.units == 1 else "softmax"
            fix = fixed(f"set `activation: {word}`", activate(output, word))
            _say(output, message, f"`activation: {word}`", fix)


def _reaches_below(activation: str) -> bool:
    return RANGES.get(activation, (float("-inf"), 0.0))[0] < 0


def _named(activation: str) -> str:
    return "a linear output" if activation == "linear" else f"`{activation}`"


def _categorical(output: Output) -> None:
    """A loss over classes, one of which is the right one."""
    loss, activation = output.loss_name, output.activation
    assert output.loss is not None
    if output.units == 1 and activation != "linear":
        message = f"{loss} over the 1 value of `{output.node.name}` is 0 whatever it predicts"
        to_binary: list[Edit | None] = [rename_loss(output.loss, "BinaryCrossentropy")]
        help = "`loss: binary_crossentropy` for two classes"
        if activation not in PROBABILITIES:
            help += " with `activation: sigmoid`"
            to_binary.append(activate(output, "sigmoid"))
        _say(output, message, help, fixed("use `binary_crossentropy`", *to_binary), "error")
        return
    multi = output.target is not None and output.target.encoding == "binary" and output.classes != 2
    if activation in PROBABILITIES or (activation in SHARES and multi and loss in CROSS):
        _other_probabilities(output, multi)
    elif activation in RANGES and activation not in SHARES:
        message = f"{loss} takes probabilities that sum to 1, `{activation}` makes other numbers"
        fix = fixed("set `activation: softmax`", activate(output, "softmax"))
        _say(output, message, "`activation: softmax`", fix)


def _other_probabilities(output: Output, multi: bool) -> None:
    loss, activation = output.loss_name, output.activation
    assert output.loss is not None
    if multi or (output.target is not None and output.target.encoding == "binary"):
        message = f"{loss} is for one class out of many, the target marks several classes at once"
        edits = [rename_loss(output.loss, "BinaryCrossentropy"), *_unless(output, PROBABILITIES, "sigmoid")]
        help = "`loss: binary_crossentropy` with `activation: sigmoid`"
    else:
        message = f"`{activation}` gives each class a probability of its own, {loss} takes shares of 1"
        edits = [activate(output, "softmax")]
        help = "`activation: softmax`, or `loss: binary_crossentropy` if several classes may hold at once"
    _say(output, message, help, fixed(help.partition(",")[0], *edits))


def _unless(output: Output, fine: frozenset[str], name: str) -> list[Edit | None]:
    return [] if output.activation in fine else [activate(output, name)]


def _binary(output: Output) -> None:
    """A loss over values, each of which is yes or no."""
    loss, activation, target = output.loss_name, output.activation, output.target
    assert output.loss is not None
    encoding = target.encoding if target is not None else None
    if activation in SHARES and output.units != 1:
        message = f"`{activation}` shares 1 among the classes, {loss} takes each class by itself"
        if encoding == "binary":
            help = "`activation: sigmoid`, as several classes may hold at once"
            fix = fixed("set `activation: sigmoid`", activate(output, "sigmoid"))
        else:
            name = "SparseCategoricalCrossentropy" if encoding == "index" else "CategoricalCrossentropy"
            word = ALIASES[name]
            help = f"`loss: {word}`, or `activation: sigmoid` if several classes may hold at once"
            fix = fixed(f"use `{word}`", rename_loss(output.loss, name))
        _say(output, message, help, fix)
    elif activation in PROBABILITIES and encoding == "onehot" and output.units != 1:
        message = f"the target has one class, {loss} of `{activation}` asks for each class by itself"
        help = "`activation: softmax` with `loss: categorical_crossentropy`"
        edits = [activate(output, "softmax"), rename_loss(output.loss, "CategoricalCrossentropy")]
        _say(output, message, help, fixed("use softmax and `categorical_crossentropy`", *edits))
    elif activation in RANGES and activation not in PROBABILITIES | SHARES:
        low, high = RANGES[activation]
        message = f"{loss} takes probabilities from 0 to 1, `{activation}` goes {_span(low, high)}"
        fix = fixed("set `activation: sigmoid`", activate(output, "sigmoid"))
        _say(output, message, "`activation: sigmoid`", fix)


def _span(low: float, high: float) -> str:
    if high == float("inf"):
        return f"from {low:g} up"
    return f"up to {high:g}" if low == float("-inf") else f"from {low:g} to {high:g}"


def _say(output: Output, message: str, help: str, fix: Fix | None, severity: Severity = "warning") -> None:
    view = output.view
    view.say(
        "loss-activation", message, output.node, output.place.span, output=output, causes=view.why(output),
        help=help, fix=fix, severity=severity,
    )  # fmt: skip
