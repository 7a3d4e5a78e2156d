"""What the layers inside a network do to an axis that goes through it."""

from __future__ import annotations

from itertools import pairwise

from specgraph.infer.networks import network_of
from specgraph.rows.base import Reject

from .axes import Step
from .search import Search

MOST = 6
"""Layers named of one network."""


def through(search: Search, step: Step) -> str:
    """`; inside, 32 after `block1_pool`, 16 after `block2_pool``; empty where there is no inside."""
    if step.node.row is None or not step.shrinks or step.came_axis != step.axis:
        return ""
    inputs = search.inputs(step.node)
    network = network_of(step.node.row, step.node.args, inputs)
    if network is None:
        return ""
    from specgraph.applications.base import Application

    row, args, x = network
    assert isinstance(row, Application)
    try:
        steps = row.inside(args, x, step.node.dtype).steps(step.axis - inputs[0].rank + x.rank)
    except Reject:
        return ""
    words = [
        f"{after.size} after `{after.name}`"
        for before, after in pairwise(steps)
        if isinstance(before.size, int) and isinstance(after.size, int) and after.size < before.size
    ]
    if len(words) > MOST:
        words[MOST // 2 : -MOST // 2] = ["…"]
    return f"; inside, {', '.join(words)}" if words else ""
