"""T05. Labels in another form than the loss takes: classes' numbers where it wants rows, or the reverse."""

from __future__ import annotations

from specgraph.diagnostics import Edit

from .losses import BINARY, CROSS, PROBABILITIES, REGRESSION, ROWS, SHARES, SPARSE
from .mend import ALIASES, activate, fixed, rename_loss, set_units
from .view import Output

_FORMS = {
    "index": "classes' numbers",
    "onehot": "rows with a single 1",
    "binary": "values 0 and 1",
    "float": "numbers",
}
_SWAPS = ROWS | SPARSE | {"CategoricalHinge"}
"""Losses over classes, which have a twin for labels of the other form."""


def say(output: Output) -> None:
    """Report the fault, at the layer that makes the output."""
    target, loss = output.target, output.loss
    assert target is not None and loss is not None and target.encoding is not None
    name = output.loss_name
    want = _wanted(name)
    message = f"the labels are {_FORMS[target.encoding]}, {name} takes {want}"
    other, last = _mend(output)
    edits: list[Edit | None] = [rename_loss(loss, other)]
    help = f"`loss: {ALIASES[other]}`"
    safe = name in _SWAPS and last is None
    if last is not None:
        edits.append(activate(output, last[0]))
        help += f" with `activation: {last[0] or 'null'}`"
    wide = target.shape[-1] if target.shape else 1
    if target.encoding == "float" and isinstance(wide, int) and wide != output.units:
        edits.append(set_units(output.maker, wide))
    if name in CROSS and target.encoding == "index":
        help += ", or one-hot labels"
    fix = fixed(f"use `{ALIASES[other]}`", *edits, safe=safe and not output.view.phases)
    output.view.say(
        "label-encoding", message, output.node, output.node.key.span, output=output,
        causes=output.view.why(output), help=help, fix=fix,
    )  # fmt: skip


def _wanted(loss: str) -> str:
    if loss in SPARSE:
        return "classes' numbers"
    if loss in BINARY:
        return "a 0 or 1 for each output"
    if loss in REGRESSION:
        return "a number for each output"
    return "a row of probabilities"


def _mend(output: Output) -> tuple[str, tuple[str | None] | None]:
    """The loss that takes the labels, and the activation that then is wanted, if it is another."""
    target, activation = output.target, output.activation
    assert target is not None
    if target.encoding == "float":
        return "MeanSquaredError", ((None,) if activation not in (None, "linear") else None)
    if target.encoding == "binary" and output.units != 2:
        return "BinaryCrossentropy", (("sigmoid",) if activation not in PROBABILITIES else None)
    name = "CategoricalCrossentropy" if target.encoding == "onehot" else "SparseCategoricalCrossentropy"
    fine = activation is None or activation in SHARES or output.from_logits
    return name, None if fine else ("softmax",)
