"""T09. An activation that cannot reach the values of the target, so that training stops short of them."""

from __future__ import annotations

from .losses import RANGES, REGRESSION
from .mend import activate, fixed
from .view import Output, View

_CLOSED = frozenset(["relu", "relu6", "sigmoid", "hard_sigmoid", "tanh", "hard_tanh", "softmax", "softsign"])
"""Those that are suspect where nothing is known of the target but that it is any number."""
_POSITIVE = frozenset(["MeanSquaredLogarithmicError", "MeanAbsolutePercentageError"])
"""Losses for positive targets."""


def check(view: View) -> None:
    """Each output that is trained towards numbers."""
    for output in view.outputs:
        target, activation = output.target, output.activation
        if target is None or output.loss_name not in REGRESSION or activation not in RANGES:
            continue
        if output.told & {"softmax-one-unit", "label-encoding"} or target.encoding not in ("float", None):
            continue
        low, high = RANGES[activation]
        if target.range is not None:
            if target.range[0] < low or target.range[1] > high:
                _say(output, f"the target goes from {target.range[0]:g} to {target.range[1]:g}")
        elif target.encoding == "float" and _suspect(output, activation):
            _say(output, "the target may be any number")


def _suspect(output: Output, activation: str) -> bool:
    if output.from_inputs or activation not in _CLOSED:
        return False
    return activation != "relu" or output.loss_name not in _POSITIVE


def _say(output: Output, target: str) -> None:
    low, high = RANGES[output.activation or ""]
    reach = f"{low:g} and up" if high == float("inf") else f"{low:g} to {high:g}"
    message = f"`{output.activation}` gives values from {reach}, {target}"
    if output.activation == "relu":
        message += "; where it is 0 it does not learn"
    node, last = output.node, output.last
    help = "`activation: null`"
    fix = fixed("set `activation: null`", activate(output, None))
    if last.path is None:
        help = f"leave {node.target} out"
    if _recurrent(output):
        help = "put a Dense layer without an activation behind it"
        fix = None
    if high < float("inf"):
        help += f", or scale the target to {low:g} to {high:g} and state its `range`"
    output.view.say(
        "bounded-regression", message, node, output.place.span, output=output, causes=output.view.why(output),
        help=help, fix=fix, severity="warning",
    )  # fmt: skip


def _recurrent(output: Output) -> bool:
    from .activation import nested

    return hasattr(nested(output.node)[1], "return_sequences")
