"""T08. The output has another shape than its target: an axis too many, a row lost on the way.

Keras refuses some of these at the first batch, and stretches others without a word: each prediction is
then compared with values that belong to other examples or steps.
"""

from __future__ import annotations

from typing import Any

from specgraph.diagnostics import Fix, Label
from specgraph.infer.causes.axes import dropped, noun, sum_up, way_up
from specgraph.ir.dim import Dim

from .pairing import Fault
from .shape_mend import Mender
from .view import Output


def say(output: Output, fault: Fault) -> None:
    """Report the fault, at the layer that makes the output."""
    target = output.target
    assert target is not None and target.shape is not None
    made, wanted = _text(output.shape), _text(target.shape)
    message = f"the output is {made}, the target {wanted}"
    if fault.stretched:
        message += ": Keras compares each value with several"
    causes, help, fix = _search(output, fault.want)
    if help is None:
        help = _help(output.shape, target.shape)
    node = output.maker if output.maker.kind == "layer" else output.node
    output.view.say(
        "target-mismatch", message, node, node.key.span, output=output,
        causes=[*causes, *output.view.why(output)], help=help, fix=fix,
    )  # fmt: skip


def _text(shape: tuple[Dim, ...]) -> str:
    return f"({', '.join(['batch', *map(str, shape)])})"


def _search(output: Output, want: int | None) -> tuple[list[Label], str | None, Fix | None]:
    """What is to blame, and a change that has been tried."""
    mender: Any = Mender(output)
    causes = _lost(mender, output)
    found = mender.find(want)
    if found is None:
        return causes, None, None
    return [*causes, *found.causes], found.help, found.fix


def _lost(mender: Mender, output: Output) -> list[Label]:
    """The layers that leave rows out on an axis that ends up too short or too long."""
    target = output.target
    if target is None or target.shape is None or len(target.shape) != len(output.shape):
        return []
    found: list[Label] = []
    for axis, (made, wanted) in enumerate(zip(output.shape[:-1], target.shape[:-1], strict=True), 1):
        if not isinstance(made, int) or made == wanted:
            continue
        for step in way_up(mender.search, mender.ref, axis):
            left = dropped(step)
            if left:
                what = noun(len(output.shape) + 1, axis)
                count = f"one {what} is" if left == 1 else f"{left} {what}s are"
                label = Label(step.node.key.span, f"{sum_up(step)}, {count} dropped here")
                if all(label.span != one.span for one in found):
                    found.append(label)
    return found[:3]


def _help(made: tuple[Dim, ...], wanted: tuple[Dim, ...]) -> str:
    if len(made) > len(wanted):
        return "put Flatten or a global pooling where the axes are not needed any more"
    if len(made) < len(wanted):
        return "keep the axes of the target up to the output, or Reshape to them"
    pairs = [(a, b) for a, b in zip(made, wanted, strict=True) if a != b]
    if all(isinstance(a, int) and isinstance(b, int) and a > b for a, b in pairs):
        return "crop the output, or choose a size of input that comes back as it went in"
    return "choose paddings and strides that bring the size back, or pad the output"
