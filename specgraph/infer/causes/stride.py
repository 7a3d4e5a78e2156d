"""A layer cannot step over its input and spread its kernel at once."""

from __future__ import annotations

from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .finding import Finding
from .search import Search
from .slots import place, slots


def stride_dilation(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """The row has put the fault on one of the two arguments; this shows the other."""
    for slot in slots(node):
        where = place(node, slot.path)
        if slot.name == "strides" and where is not None:
            finding.because(where.span, "steps over the input")
            finding.label = finding.label or "spreads the kernel"
