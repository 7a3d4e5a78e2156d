"""A window, or a cut, is larger than the axis it works on: which layers used the axis up."""

from __future__ import annotations

from typing import Any

from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.spec.kinds import Choice

from . import channels
from .axes import Step, noun, way_up
from .finding import Finding
from .inside import through
from .mend import set_shape, shape_node, shape_text
from .search import Search, Trial
from .slots import Slot, edit, slots, works

MOST_STEPS = 8
"""Layers named as those that used an axis up: the ones that took most."""


def window(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: `axis` of the input, its `size`, and the `reach` of the window."""
    steps = _steps(reject, node, search)
    if steps and channels.blame(search, steps[-1], node, finding):
        return
    say_used_up(steps, search, finding)
    if steps and _swapped(steps[-1], node, search, finding):
        return
    ways = []
    padding = _padding(node)
    if padding is not None and works(search, node, node, padding, "same"):
        ways.append("set `padding: same`")
        finding.mend("set `padding: same`", edit(node, padding.path, "same"))
    ways += _smaller(reject, node)
    if not search.walk.weights.get(node.name) and any(step.shrinks for step in steps) and padding is not None:
        ways.append("leave it out")
    elif len([step for step in steps if step.shrinks]) > 1:
        ways.append("let the layers above shrink it less")
    elif steps and steps[-1].node.kind == "input":
        what = noun(_rank(steps[-1]), steps[-1].axis)
        ways.append(f"give `{steps[-1].node.name}` at least {reject.facts['reach']} {what}s")
    finding.help = ", or ".join(ways) if ways else finding.help


def _swapped(begin: Step, node: GraphNode, search: Search, finding: Finding) -> bool:
    """A sequence of one step with many features was probably meant the other way round."""
    root = begin.node
    if root.kind != "input" or root.type is None or root.type.rank != 3 or begin.size != 1:
        return False
    shape = root.type.shape[:0:-1]
    changed = TensorType((root.type.batch, *shape), root.type.dtype)
    if shape[0] == 1 or Trial(search, types={root.name: changed}).refusal(node) is not None:
        return False
    finding.help = (
        f"`{root.name}` has one step of {shape[0]} features; for {shape[0]} steps declare {shape_text(shape)}"
    )
    finding.mend(f"declare `{root.name}` as {shape_text(shape)}", *(set_shape(root, shape) or (None,)))
    return True


def crop(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: `axis` of the input, its `size`, and how much is `cut`."""
    steps = _steps(reject, node, search)
    say_used_up(steps, search, finding)
    size = reject.facts.get("size")
    if isinstance(size, int):
        finding.help = f"cut at most {size - 1} there, both ends together"
        if any(step.shrinks for step in steps):
            finding.help += ", or crop before the layers that made it so small"


def say_used_up(steps: list[Step], search: Search, finding: Finding) -> None:
    """Label the layers that made an axis smaller, and the size it began with."""
    losses = [step for step in steps if step.shrinks]
    losses.sort(key=lambda step: _loss(step), reverse=True)
    for step in reversed(steps):
        if step in losses[:MOST_STEPS]:
            finding.because(step.node.key.span, f"{step.came} -> {step.size}{through(search, step)}")
    if steps and steps[-1].node.kind == "input":
        begin = steps[-1]
        written = shape_node(begin.node)
        if written is not None and 1 <= begin.axis <= len(written.items):
            finding.because(written.items[begin.axis - 1].span, f"{begin.size} to begin with")


def _loss(step: Step) -> int:
    return step.came - step.size if isinstance(step.came, int) and isinstance(step.size, int) else 0


def _steps(reject: Reject, node: GraphNode, search: Search) -> list[Step]:
    axis, i = reject.facts.get("axis"), reject.input or 0
    if not isinstance(axis, int) or i >= len(node.inputs):
        return []
    return way_up(search, node.inputs[i], axis)


def _rank(step: Step) -> int:
    return step.node.type.rank if step.node.type is not None else 0


def _padding(node: GraphNode) -> Slot | None:
    for slot in slots(node):
        if isinstance(slot.field.kind, Choice) and "same" in slot.field.kind.values and slot.value == "valid":
            return slot
    return None


def _smaller(reject: Reject, node: GraphNode) -> list[str]:
    """The largest window, or the largest dilation, that would fit."""
    size, reach = reject.facts.get("size"), reject.facts.get("reach")
    found = {slot.name: slot for slot in slots(node)}
    window = found.get(reject.argument or "")
    if not isinstance(size, int) or window is None:
        return []
    values = window.value if isinstance(window.value, tuple) else (window.value,)
    spread: Any = found["dilation_rate"].value if "dilation_rate" in found else 1
    rates = spread if isinstance(spread, tuple) else (spread,) * len(values)
    for kernel, rate in zip(values, rates, strict=False):
        if rate * (kernel - 1) + 1 == reach:
            ways = [f"`dilation_rate: {(size - 1) // (kernel - 1)}`"] if rate > 1 and size >= kernel else []
            most = (size - 1) // rate + 1
            return [*ways, f"a `{window.name}` of at most {most}"] if most > 1 else ways
    return []
