"""What the layers inside a network do to an axis that goes through it."""

from __future__ import annotations

from itertools import pairwise

from specgraph.applications import APPLICATIONS
from specgraph.rows.base import Reject

from .axes import Step
from .search import Search

MOST = 6
"""Layers named of one network."""


def through(search: Search, step: Step) -> str:
    """`; inside, 32 after `block1_pool`, 16 after `block2_pool``; empty where there is no inside."""
    if step.node.target not in APPLICATIONS or not step.shrinks or step.came_axis != step.axis:
        return ""
    from specgraph.applications.base import Application

    row, [x], args = APPLICATIONS[step.node.target], search.inputs(step.node), step.node.args
    assert isinstance(row, Application) and args is not None
    try:
        steps = row.inside(args, x, step.node.dtype).steps(step.axis)
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
