"""Channels or filters cannot be split evenly: the numbers next to them that can."""

from __future__ import annotations

from math import gcd

from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .axes import way_up
from .finding import Finding
from .origin import origin
from .search import Search
from .slots import edit, place, setter, slots, works

MOST = 4096
"""Groups that are thought of."""


def groups(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `count` that cannot be split, and what it is a count `of`."""
    found = {slot.name: slot for slot in slots(node) if len(slot.path) == 1}
    by, filters, count = found.get(reject.argument or ""), found.get("filters"), reject.facts["count"]
    if by is None or not isinstance(count, int) or type(by.value) is not int or not node.inputs:
        return
    channels = _channels(node, search, finding) if reject.facts["of"] in ("channels", "filters") else 0
    ways = []
    if reject.facts["of"] == "filters" and filters is not None:
        below = count // by.value * by.value
        near = [one for one in (below, below + by.value) if one and works(search, node, node, filters, one)]
        ways += [f"set `filters` to {' or '.join(map(str, near))}"] if near else []
    other = filters.value if filters is not None and type(filters.value) is int else count
    divisors = _divisors(gcd(count, other, channels), by.value)
    if works(search, node, node, by, divisors[0]):
        ways.append(f"set `{by.name}: {divisors[0]}`")
        finding.mend(ways[-1], edit(node, by.path, divisors[0]))
    listed = ", ".join(map(str, sorted(divisors[:4])))
    finding.help = ", or ".join(ways) + (f"; {listed} divide evenly" if len(divisors) > 1 else "")
    if place(node, by.path) is None:
        finding.label = finding.label or f"`{by.name}` is {by.value} by default"


def _channels(node: GraphNode, search: Search, finding: Finding) -> int:
    """How many channels come in, with what makes them labelled; 0 where that is not known."""
    x = search.inputs(node)[0]
    stated = getattr(node.args, "axis", None)
    if isinstance(stated, int):
        axis = stated % x.rank
    else:
        axis = 1 if getattr(node.args, "data_format", None) == "channels_first" else x.rank - 1
    way = way_up(search, node.inputs[0], axis)
    count = x.shape[axis]
    if way:
        begin = way[-1]
        verb = f"`{begin.node.name}` has" if begin.node.kind == "input" else "makes"
        finding.because(origin(begin, setter(search, begin)), f"{verb} {count} channels")
    return count if isinstance(count, int) else 0


def _divisors(count: int, near: int) -> list[int]:
    """The numbers that divide evenly, nearest first; those that split into nothing or all come last."""
    found = [one for one in range(1, min(count, MOST) + 1) if count % one == 0]
    return sorted(found, key=lambda one: (one in (1, count), abs(one - near)))
