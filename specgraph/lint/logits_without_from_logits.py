"""T04. Raw scores go into a loss that takes them for probabilities, cuts them off and takes a logarithm."""

from __future__ import annotations

from .losses import BINARY, CROSS, PROBABILITY, SPARSE
from .mend import activate, fixed, rename_loss, set_argument_of
from .view import Output, View

_ELSEWHERE = frozenset(["softmax-one-unit", "output-units"])


def check(view: View) -> None:
    """Each output that ends without an activation."""
    for output in view.outputs:
        if output.loss_name not in PROBABILITY or output.from_logits or output.told & _ELSEWHERE:
            continue
        if output.activation == "linear":
            _say(output)


def _say(output: Output) -> None:
    assert output.loss is not None
    loss = output.loss
    word = "sigmoid" if output.loss_name in BINARY or output.units == 1 else "softmax"
    message = f"`{output.node.name}` makes raw scores, {output.loss_name} takes probabilities"
    logits = "from_logits" in type(loss.value.args).fields()
    help = f"`activation: {word}`"
    single = output.units == 1 and output.loss_name in CROSS | SPARSE
    if single:
        help += " with `loss: binary_crossentropy`"
    elif logits:
        help += f", or `loss: {{{output.loss_name}: {{from_logits: true}}}}`"
    edits = [activate(output, word)]
    if single:
        edits.append(rename_loss(loss, "BinaryCrossentropy"))
    fix = fixed(f"set `activation: {word}`", *edits)
    if fix is None and logits and not single:
        fix = fixed("set `from_logits: true`", set_argument_of(loss, "from_logits", True))
    node = output.node
    output.view.say(
        "logits-without-from-logits", message, node, node.key.span, output=output,
        label="no activation", causes=output.view.why(output, target=False), help=help, fix=fix,
    )  # fmt: skip
