"""Channels or filters cannot be split evenly: the numbers next to them that can."""

from __future__ import annotations

from math import gcd

from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .axes import way_up
from .finding import Finding
from .search import Search
from .slots import edit, place, setter, slots, works

MOST = 4096
"""Groups that are thought of."""


def groups(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `count` that cannot be split, and what it is a count `of`."""
    found = {slot.name: slot for slot in slots(node) if len(slot.path) == 1}
    by = found.get(reject.argument or "")
    count = reject.facts["count"]
    if by is None or not isinstance(count, int) or type(by.value) is not int or not node.inputs:
        return
    x = search.inputs(node)[0]
    axis = getattr(node.args, "axis", None)
    channels_axis = axis % x.rank if isinstance(axis, int) else _channels_axis(node, x.rank)
    if reject.facts["of"] == "channels":
        way = way_up(search, node.inputs[0], channels_axis)
        if way:
            made = setter(search, way[-1])
            finding.because(made.place.span if made else way[-1].node.key.span, f"makes {count} channels")
    other = found.get("filters")
    common = gcd(count, other.value) if other is not None and type(other.value) is int else count
    if reject.facts["of"] == "filters" and isinstance(x.shape[channels_axis], int):
        common = gcd(common, int(str(x.shape[channels_axis])))
    ways = []
    if reject.facts["of"] == "filters" and other is not None:
        below = count // by.value * by.value
        values = [
            value for value in (below, below + by.value) if value and works(search, node, node, other, value)
        ]
        if values:
            ways.append(f"set `{other.name}` to {' or '.join(map(str, values))}")
    divisors = _divisors(common, by.value)
    for divisor in divisors[:1]:
        if works(search, node, node, by, divisor):
            ways.append(f"set `{by.name}: {divisor}`")
            finding.mend(f"set `{by.name}: {divisor}`", edit(node, by.path, divisor))
    near = ", ".join(map(str, sorted(divisors[:4])))
    finding.help = ", or ".join(ways) + (f"; {near} divide evenly" if len(divisors) > 1 else "")
    if place(node, by.path) is None:
        finding.label = finding.label or f"`{by.name}` is {by.value} by default"


def _divisors(count: int, near: int) -> list[int]:
    """The numbers that divide evenly, nearest first; those that split into nothing or all come last."""
    found = [one for one in range(1, min(count, MOST) + 1) if count % one == 0]
    return sorted(found, key=lambda one: (one in (1, count), abs(one - near)))


def _channels_axis(node: GraphNode, rank: int) -> int:
    return 1 if getattr(node.args, "data_format", None) == "channels_first" else rank - 1
