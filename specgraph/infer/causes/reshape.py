"""Reshape gets another number of values than it holds: the layer they come from, and what would fit."""

from __future__ import annotations

from math import isqrt, prod

from specgraph.diagnostics.edits import replace
from specgraph.ir.dim import product
from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject
from specgraph.source.nodes import ListNode

from .axes import Step
from .finding import Finding
from .search import Search
from .slots import Setter, is_written_here, setter

ALIKE = 16
"""A target of so many times more values, or fewer, is another thing than was meant."""


def reshape(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the values it would `have`, and the values the target `want`s, or a multiple of them."""
    have, want = reject.facts.get("have"), reject.facts.get("want")
    maker = _maker(search, node, reject)
    if maker is None or have is None:
        return
    made = search.type_of(maker)
    has_axes = made is not None and made.rank > 0
    units = setter(search, Step(maker, 0, made.rank - 1, made.shape[-1])) if made and has_axes else None
    place = units.place if units is not None else maker.key
    finding.because(place.span, f"{have} values per example come from here")
    target = _target(node)
    if not isinstance(have, int) or not isinstance(want, int) or target is None:
        return
    if _drop_batch(node, target, have, finding):
        return
    alike = have <= want * ALIKE and want <= have * ALIKE
    fitting = _fitting(target, have) if alike else None
    ways = [f"choose a target of {have} values" + (f", such as {list(fitting)}" if fitting else "")]
    if units is not None and -1 in target:
        ways.insert(0, _multiple(units, have, want))
    elif units is not None and (value := units.for_size(want, have)) and units.works(search, node, value):
        ways.insert(0, units.say(value))
        finding.mend(ways[0], units.edit(value))
    if finding.fix is None and fitting is not None:
        _retarget(node, fitting, finding)
    finding.help = ", or ".join(ways)
    if finding.fix is None and fitting is None and made is not None and made.rank > 2:
        pool = f"GlobalAveragePooling{made.rank - 2}D"
        finding.help = f"bring it to {want} values first: {pool}, then `Dense: {{units: {want}}}`"


def _maker(search: Search, node: GraphNode, reject: Reject) -> GraphNode | None:
    """The nearest layer above that makes values, and does not just pass them on."""
    for above in search.above(node, reject.input):
        inputs, made = search.inputs(above), search.type_of(above)
        if len(inputs) != 1 or made is None or above.kind != "layer":
            return above
        if not made.rank or not inputs[0].rank:
            return above
        if product(inputs[0].shape[1:]) != product(made.shape[1:]):
            return above
        if made.shape[-1] == inputs[0].shape[-1] or not search.walk.weights.get(above.name):
            continue
        return above
    return None


def _target(node: GraphNode) -> tuple[int, ...] | None:
    target = getattr(node.args, "target_shape", None)
    return target if isinstance(target, tuple) else None


def _written(node: GraphNode) -> ListNode | None:
    value = node.argument("target_shape")
    return value if isinstance(value, ListNode) and is_written_here(value) else None


def _drop_batch(node: GraphNode, target: tuple[int, ...], have: int, finding: Finding) -> bool:
    """The target has the batch axis in front."""
    if len(target) < 2 or -1 in target or prod(target[1:]) != have:
        return False
    finding.help = f"leave the leading {target[0]} out, which seems to be the batch axis"
    _retarget(node, target[1:], finding)
    return True


def _retarget(node: GraphNode, target: tuple[int, ...], finding: Finding) -> None:
    value = _written(node)
    title = f"reshape to {list(target)}"
    finding.mend(title, replace(value, str(list(target))) if value is not None else None)


def _fitting(target: tuple[int, ...], have: int) -> tuple[int, ...] | None:
    """A target like this one that holds the values: one axis changed, or all but the last made square."""
    sizes = [max(size, 1) for size in target]
    for i, size in enumerate(sizes):
        rest = prod(sizes) // size
        if -1 not in target and have % rest == 0:
            return (*target[:i], have // rest, *target[i + 1 :])
    if -1 in target:
        return None
    if len(target) == 3 and have % sizes[-1] == 0:
        area = have // sizes[-1]
        rows = next(row for row in range(isqrt(area), 0, -1) if area % row == 0)
        return rows, area // rows, sizes[-1]
    if len(target) == 2:
        rows = next(row for row in range(isqrt(have), 0, -1) if have % row == 0)
        return rows, have // rows
    return None


def _multiple(units: Setter, have: int, want: int) -> str:
    below = have // want * want
    near = [count for count in (below, below + want) if count and count * int(units.slot.value) % have == 0]
    values = [count * int(units.slot.value) // have for count in near]
    if not values:
        return f"make a multiple of {want} values"
    return f"set `{units.slot.name}` to {' or '.join(map(str, values))} on line {units.line}"
