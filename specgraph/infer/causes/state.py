"""An initial state does not fit its layer: what made it, and the units that would agree."""

from __future__ import annotations

from specgraph.ir.graph import GraphNode, Ref
from specgraph.rows.base import Reject

from .axes import Step, way_up
from .finding import Finding
from .search import Search, Trial
from .slots import edit, line, place, setter, slots, turned


def state(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `index` of the state, its type `state`, and the `units`; or counts, `states`, `given`."""
    refs = node.ports.get("initial_state", [])
    index = reject.facts.get("index")
    if index is None or index >= len(refs):
        _count(reject, node, refs, finding)
        return
    made = reject.facts["state"]
    ref = refs[index]
    finding.span = ref.span or finding.span
    parts = _parts(search, ref, made.rank - 1)
    for step, size in parts:
        found = setter(search, step)
        finding.because(found.place.span if found else step.node.key.span, f"makes {size}")
    width = made.shape[-1]
    if made.rank != 2:
        finding.help = "a state is (batch, units): take it from `return_state`, or without `return_sequences`"
        return
    if len(parts) > 1:
        summed = " + ".join(str(size) for _, size in parts)
        finding.because(search.nodes[ref.node].key.span, f"joins them: {summed} = {width}")
    if not isinstance(width, int):
        return
    _units(node, width, search, finding)


def _parts(search: Search, ref: Ref, axis: int) -> list[tuple[Step, object]]:
    """Where the width of a state begins: once, or once for each state that was joined."""
    node = search.nodes[ref.node]
    inputs = search.inputs(node)
    made = search.type(ref)
    widths = [x.shape[axis] for x in inputs if axis < x.rank]
    if made is not None and len(widths) == len(inputs) > 1 and sum(widths) == made.shape[axis]:
        ways = [way_up(search, one, axis) for one in node.inputs]
        return [(way[-1], size) for way, size in zip(ways, widths, strict=True) if way]
    way = way_up(search, ref, axis)
    return [(way[-1], way[-1].size)] if way else []


def _units(node: GraphNode, width: int, search: Search, finding: Finding) -> None:
    for slot in slots(node):
        if type(slot.value) is not int or node.args is None or place(node, slot.path) is None:
            continue
        args = turned(node.args, slot, width)
        if args is not None and Trial(search, args={node.name: args}).refusal(node) is None:
            where = place(node, slot.path)
            assert where is not None
            title = f"set `{slot.name}: {width}` on line {line(where.span)}"
            finding.because(where.span, f"wants states of {slot.value}")
            finding.mend(title, edit(node, slot.path, width))
            return


def _count(reject: Reject, node: GraphNode, refs: list[Ref], finding: Finding) -> None:
    if refs and refs[0].span is not None:
        finding.span = refs[0].span
    want, given = reject.facts.get("states"), reject.facts.get("given")
    if isinstance(want, int) and isinstance(given, int) and given == want + 1:
        finding.help = "the first output of a layer with `return_state` is no state: leave it out"
    elif want == 2:
        finding.help = f"{node.target} carries two states, h and c: `initial_state: [encoder.1, encoder.2]`"
