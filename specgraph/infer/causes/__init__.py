"""From a row's refusal to a diagnostic: the place, the cause further up, the mend.

A row says what is wrong where it is wrong. The searches here, a file for each kind of refusal, walk up
from there, ask other rows what they would make if something were different, and so find the layer that
is to blame and a change that has been tried. They run only when something has failed, and all of one
model share a budget of steps.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from specgraph.diagnostics.diagnostic import Severity
from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .finding import Finding
from .search import Search

if TYPE_CHECKING:
    from specgraph.infer.walk import Walk

__all__ = ("explain",)


def explain(reject: Reject, node: GraphNode, walk: Walk, severity: Severity = "error") -> None:
    """Report a refusal, or what a row warns of."""
    from .rules import SEARCHES

    if walk.search is None:
        walk.search = Search(walk)
    finding = Finding(reject, node)
    finding.severity = severity
    if reject.rule in SEARCHES:
        try:
            SEARCHES[reject.rule](reject, node, walk.search, finding)
        except Exception:  # a fault of the search must not cost the diagnostic
            if os.environ.get("SPECGRAPH_DEBUG"):
                raise
            finding = Finding(reject, node)
            finding.severity = severity
    if reject.untrue:
        _blame(node, walk, finding)
    finding.say(walk.report)


def _blame(node: GraphNode, walk: Walk, finding: Finding) -> None:
    """Point at where Keras begins to be wrong, which then needs no warning of its own."""
    waiting, seen = [node], {node.name}
    while waiting:
        one = waiting.pop()
        if one.name in walk.claims:
            finding.because(one.key.span, walk.claims[one.name])
        for ref in (*one.inputs, *(ref for refs in one.ports.values() for ref in refs)):
            types = walk.types.get(ref.node, ())
            if ref.node not in seen and any(type_.real is not None for type_ in types):
                seen.add(ref.node)
                waiting.append(walk.graph.nodes[ref.node])
    walk.told |= seen
