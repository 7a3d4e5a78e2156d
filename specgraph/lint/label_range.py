"""T07. Labels that the output cannot express: classes' numbers past its units, -1 where 0 is meant."""

from __future__ import annotations

from specgraph.diagnostics import Edit

from .losses import BINARY, CROSS, HINGES, SPARSE
from .mend import activate, fixed, rename_loss, set_units, units_name
from .view import Output, View


def check(view: View) -> None:
    """Each output whose target says in which range it lies."""
    for output in view.outputs:
        target, loss = output.target, output.loss_name
        if target is None or target.range is None or output.told & {"label-encoding", "output-units"}:
            continue
        low, high = target.range
        if loss in SPARSE:
            _numbers(output, *_without_ignored(output, low, high))
        elif loss in BINARY or (loss in CROSS and target.encoding != "index"):
            if low < 0 or high > 1:
                _probabilities(output, low, high)
        elif loss in HINGES and (low < -1 or high > 1):
            message = f"labels go from {low:g} to {high:g}, {loss} takes -1 and 1, or 0 and 1"
            _say(output, message, "scale the labels to -1 and 1", None)


def _without_ignored(output: Output, low: float, high: float) -> tuple[float, float]:
    """The range without the label that the loss passes over, which may lie outside."""
    assert output.loss is not None
    ignored = getattr(output.loss.value.args, "ignore_class", None)
    if ignored is None:
        return low, high
    units = output.units or 1
    return (0.0 if low == ignored else low), (units - 1.0 if high == ignored else high)


def _numbers(output: Output, low: float, high: float) -> None:
    """Classes' numbers begin at 0 and end before the number of units."""
    units = output.units
    if low < 0:
        message = f"labels begin at {low:g}, {output.loss_name} takes classes' numbers from 0"
        _say(output, message, "number the classes from 0", None)
    elif units is not None and high >= units:
        message = f"labels go from {low:g} to {high:g}, {units} output units take those from 0 to {units - 1}"
        need = int(high) + 1
        shift = low > 0 and high - low < units
        word = units_name(output.maker)
        help = f"subtract {low:g} from the labels" if shift else f"`{word or 'units'}: {need}`"
        if shift and word:
            help += f", or `{word}: {need}`"
        fix = fixed(f"set `{word}: {need}`", set_units(output.maker, need))
        _say(output, message, help, fix)


def _probabilities(output: Output, low: float, high: float) -> None:
    message = f"the target goes from {low:g} to {high:g}, {output.loss_name} takes values from 0 to 1"
    loss = output.loss
    assert loss is not None and output.target is not None
    fix, help = None, "scale the target to 0 to 1"
    if (low, high) == (-1, 1) and output.target.encoding in ("binary", "index", None):
        help = "write the labels as 0 and 1, or use `loss: hinge` with `activation: tanh`"
    elif output.target.encoding == "float":
        help = f"{help}, or use `loss: mse`"
        fine = output.activation in (None, "linear")
        edits: list[Edit | None] = [rename_loss(loss, "MeanSquaredError")]
        fix = fixed("use `mse`", *edits, *([] if fine else [activate(output, None)]))
    elif high > 1:
        help = "number the classes from 0" if high == 2 and low == 1 else help
    _say(output, message, help, fix)


def _say(output: Output, message: str, help: str, fix: object) -> None:
    from specgraph.diagnostics import Fix

    node = output.maker
    word = units_name(node)
    place = (node.argument(word) if word else None) or node.key
    output.view.say(
        "label-range", message, node, place.span, output=output, causes=output.view.why(output), help=help,
        fix=fix if isinstance(fix, Fix) else None,
    )  # fmt: skip
