"""An axis that the input does not have: the one that was probably meant."""

from __future__ import annotations

from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .finding import Finding
from .search import Search
from .slots import edit, is_written_here, place, slots, works


def axis(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `axis`, and the `rank` of the input."""
    rank = reject.facts.get("rank")
    if not isinstance(rank, int):
        return
    for slot in slots(node):
        where = place(node, slot.path)
        if slot.name != reject.argument or type(slot.value) is not int or where is None:
            continue
        fits = [one for one in range(1, rank) if works(search, node, node, slot, one)]
        if len(fits) == 1 and is_written_here(where):
            title = f"set `{slot.name}: {fits[0]}`, which alone would work"
            finding.mend(title, edit(node, slot.path, fits[0]))
        elif fits:
            finding.help = f"the axes of an example are 1 to {rank - 1}, and -1 is the last"
