"""T06. The output has another number of values than there are classes, or than its target has."""

from __future__ import annotations

from specgraph.diagnostics import Edit, Label

from .losses import BINARY, CROSS, PROBABILITIES, SHARES, SPARSE
from .mend import ALIASES, activate, fixed, rename_loss, set_units, units_name
from .pairing import Fault
from .view import Output


def say(output: Output, fault: Fault) -> None:
    """Report the fault, at the layer that has the units."""
    target, want = output.target, fault.want
    assert target is not None and want is not None
    node = output.maker
    units = output.units
    s = "" if units == 1 else "s"
    if output.classes == want and target.encoding in ("onehot", "index", "binary"):
        message = f"{want} classes in the target, {units} output unit{s}"
    else:
        message = f"{want} value{'' if want == 1 else 's'} in the target, {units} output unit{s}"
    if fault.stretched:
        message += ": Keras repeats the lesser to meet the greater"
    word = units_name(node)
    edits: list[Edit | None] = [set_units(node, want)]
    help = f"`{word}: {want}`" if word else f"give the output {want} values"
    help += _more(output, want, edits)
    place = (node.argument(word) if word else None) or node.key
    causes = output.view.why(output)
    if output.node is not node:
        causes = [Label(output.node.key.span, "the output"), *causes]
    fix = fixed(f"set {help}", *edits)
    output.view.say(
        "output-units", message, node, place.span, output=output, causes=causes, help=help, fix=fix,
        severity="error" if fault.certain else "warning",
    )  # fmt: skip


def _more(output: Output, want: int, edits: list[Edit | None]) -> str:
    """What else must change with the units: the activation, and the loss with one value."""
    loss, activation = output.loss_name, output.activation
    categorical = loss in CROSS | SPARSE
    words = ""
    if categorical and not output.from_logits and activation not in SHARES and activation is not None:
        edits.append(activate(output, "softmax"))
        words = " with `activation: softmax`"
    elif loss in BINARY and want == 1 and not output.from_logits and activation in SHARES:
        edits.append(activate(output, "sigmoid"))
        words = " with `activation: sigmoid`"
    elif loss in BINARY and want > 1 and output.target is not None and output.loss is not None:
        encoding = output.target.encoding
        if encoding == "index" or (encoding == "onehot" and activation in PROBABILITIES | SHARES):
            sparse = encoding == "index"
            name = "SparseCategoricalCrossentropy" if sparse else "CategoricalCrossentropy"
            edits += [activate(output, "softmax"), rename_loss(output.loss, name)]
            words = f" with `activation: softmax` and `loss: {ALIASES[name]}`"
    return words
