"""Where an axis comes from: the way up, layer by layer, and what each did to its size.

Nothing here knows a layer by name. A layer is asked what it would make if one axis of its input had an
unknown size; where that size shows in its output, the axis comes from there, and the dim that shows is
the layer's formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from specgraph.ir.dim import Dim, named, substitute, variables
from specgraph.ir.graph import GraphNode, Ref
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject

from .search import FAR, Search

MOST_DROPPED = 64
"""Rows that one window may leave over and still be searched for."""
_LONG = 5040
"""So much longer an axis is tried to see a stride: a number that small strides divide."""
_NOUNS = {3: ("step",), 4: ("row", "column"), 5: ("slice", "row", "column")}


class Step(NamedTuple):
    """A node that makes or passes on an axis."""

    node: GraphNode
    output: int
    axis: int
    size: Dim
    input: int | None = None
    """Which input the axis comes from; None where it begins."""
    came: Dim | None = None
    """The size it had there."""
    came_axis: int | None = None
    formula: Dim | None = None
    """The size here, of one variable that shows as the size it came with."""

    @property
    def shrinks(self) -> bool:
        return isinstance(self.size, int) and isinstance(self.came, int) and self.size < self.came


def way_up(search: Search, ref: Ref, axis: int) -> list[Step]:
    """The steps of an axis, from an output up to where it begins."""
    found: list[Step] = []
    for _ in range(FAR):
        made = search.type(ref)
        if made is None or axis >= made.rank or not search.spend():
            return found
        step = _step(search, search.nodes[ref.node], ref.output, axis, made.shape[axis])
        found.append(step)
        if step.input is None or step.came_axis is None:
            return found
        ref, axis = step.node.inputs[step.input], step.came_axis
    return found


def _step(search: Search, node: GraphNode, output: int, axis: int, size: Dim) -> Step:
    inputs = search.inputs(node)
    for i, x in enumerate(inputs):
        for came_axis in sorted(range(1, x.rank), key=lambda one: one != axis):
            came = x.shape[came_axis]
            name = str(came) if isinstance(came, int) else f"({came})"
            made = _size_for(search, node, inputs, i, came_axis, named(name), output, axis)
            if made is None:
                twice = came * 2
                again = _size_for(search, node, inputs, i, came_axis, twice, output, axis)
                if again is not None and again != size:
                    formula = named(name) if (size, again) == (came, twice) else None
                    return Step(node, output, axis, size, i, came, came_axis, formula)
            elif any(var.name == name for var in variables(made)):
                return Step(node, output, axis, size, i, came, came_axis, made)
    return Step(node, output, axis, size)


def _size_for(
    search: Search,
    node: GraphNode,
    inputs: Sequence[TensorType],
    input: int,
    came_axis: int,
    size: Dim,
    output: int,
    axis: int,
) -> Dim | None:
    """An axis of an output, if an axis of an input had this size; None if the layer does not take that."""
    x = inputs[input]
    given = x.with_shape(*x.shape[:came_axis], size, *x.shape[came_axis + 1 :])
    try:
        made = search.make(node, [*inputs[:input], given, *inputs[input + 1 :]])
    except Reject:
        return None
    return made[output].shape[axis] if output < len(made) and axis < made[output].rank else None


def part(a: list[Step], b: list[Step]) -> tuple[list[Step], list[Step], Step | None]:
    """Two ways up, each down to where they meet, and the step where they do."""
    places = {(step.node.name, step.axis): i for i, step in enumerate(a)}
    for j, step in enumerate(b):
        i = places.get((step.node.name, step.axis))
        if i is not None:
            return a[:i], b[:j], step
    return a, b, None


def size_after(step: Step, came: int) -> int | None:
    """The size a step would make of another one."""
    if step.formula is None:
        return None
    names = variables(step.formula)
    made = substitute(step.formula, {names[0].name: came}) if len(names) == 1 else None
    return made if isinstance(made, int) else None


def stride(step: Step) -> int:
    """How many values further each next window begins; 1 where the axis does not shrink by a factor."""
    after = size_after(step, step.came + _LONG) if isinstance(step.came, int) else None
    if after is None or not isinstance(step.size, int) or after <= step.size:
        return 1
    return max(1, round(_LONG / (after - step.size)))


def dropped(step: Step) -> int:
    """How much of the axis the step leaves out: with so much less, its output would be as large."""
    if not isinstance(step.came, int) or not isinstance(step.size, int):
        return 0
    if step.size * stride(step) >= step.came:
        return 0  # the last window is filled up with zeros
    count = 0
    while count < min(MOST_DROPPED, step.came - 1) and size_after(step, step.came - count - 1) == step.size:
        count += 1
    return count


def filled_up(step: Step) -> int:
    """How much a step that pads adds, so that its last window is full."""
    if not isinstance(step.came, int) or not isinstance(step.size, int):
        return 0
    return max(0, step.size * stride(step) - step.came) if stride(step) > 1 else 0


def constant_loss(step: Step) -> int:
    """What a step takes away whatever the size, as a kernel without padding does; else 0."""
    if step.formula is None or not isinstance(step.came, int) or not isinstance(step.size, int):
        return 0
    loss = step.came - step.size
    return loss if loss > 0 and size_after(step, step.came + 17) == step.size + 17 else 0


def sum_up(step: Step) -> str:
    """`89//2 = 44`, or `89 -> 44` where there is no formula to show."""
    if step.formula is None or not isinstance(step.came, int) or len(variables(step.formula)) != 1:
        return f"{step.came} -> {step.size}"
    return f"{step.formula} = {step.size}"


def noun(rank: int, axis: int) -> str:
    """What one value along an axis is called: a row, a step."""
    names = _NOUNS.get(rank, ())
    return names[axis - 1] if 0 < axis <= len(names) else "value"
