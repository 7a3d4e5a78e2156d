"""From a row's refusal to a diagnostic: the place, the cause further up, the mend.

A row says what is wrong where it is wrong. The searches here, a file for each kind of refusal, walk up
from there, ask other rows what they would make if something were different, and so find the layer that
is to blame and a change that has been tried. They run only when something has failed, and all of one
model share a budget of steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .finding import Finding
from .search import Search

if TYPE_CHECKING:
    from specgraph.infer.walk import Walk

__all__ = ("explain",)


def explain(reject: Reject, node: GraphNode, walk: Walk) -> None:
    """Report a refusal."""
    from .rules import SEARCHES

    if walk.search is None:
        walk.search = Search(walk)
    finding = Finding(reject, node)
    if reject.rule in SEARCHES:
        SEARCHES[reject.rule](reject, node, walk.search, finding)
    finding.say(walk.report)
