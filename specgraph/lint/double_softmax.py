"""T03. An activation before a loss that expects raw scores, and applies its own to them."""

from __future__ import annotations

from .losses import BINARY, PROBABILITIES, RANGES, SHARES
from .mend import activate, fixed, set_argument_of
from .view import Output, View

_DOUBLE = SHARES | PROBABILITIES
_FINE = frozenset(["log_softmax"])
"""A softmax takes its own logarithm for what it is."""


def check(view: View) -> None:
    """Each output whose loss is told that it gets logits."""
    for output in view.outputs:
        activation = output.activation
        if not output.from_logits or "softmax-one-unit" in output.told or activation is None:
            continue
        if activation in _DOUBLE:
            _say_double(output)
        elif activation in RANGES and activation not in _FINE:
            _say_cut(output)


def _say_double(output: Output) -> None:
    assert output.loss is not None
    own = "sigmoid" if output.loss_name in BINARY else "softmax"
    activation = output.activation
    message = (
        f"`{activation}` is applied here, and {own} again by {output.loss_name} with `from_logits: true`"
    )
    help = "`activation: null`, or `from_logits: false`"
    last = output.last
    if last.path is not None and last.node is last.maker:
        fix = fixed("set `activation: null`", activate(output, None))
    else:
        fix = fixed("set `from_logits: false`", set_argument_of(output.loss, "from_logits", None))
    output.view.say(
        "double-softmax", message, output.node, output.place.span, output=output,
        causes=output.view.why(output, target=False), help=help, fix=fix,
    )  # fmt: skip


def _say_cut(output: Output) -> None:
    low, high = RANGES[output.activation or ""]
    side = f"never below {low:g}" if high == float("inf") else f"between {low:g} and {high:g}"
    message = f"{output.loss_name} takes raw scores of any size, those of `{output.activation}` are {side}"
    output.view.say(
        "double-softmax", message, output.node, output.place.span, output=output, severity="warning",
        causes=output.view.why(output, target=False), help="`activation: null`",
        fix=fixed("set `activation: null`", activate(output, None)),
    )  # fmt: skip
