"""An initial state does not fit its layer: what made it, and the units that would agree."""

from __future__ import annotations

from specgraph.diagnostics.edits import format_value, is_json, replace
from specgraph.ir.graph import GraphNode, Ref
from specgraph.rows.base import Reject
from specgraph.source.nodes import MapNode

from .axes import Step, way_up
from .finding import Finding
from .mend import reference
from .rank import turn
from .search import Search
from .slots import edit, is_written_here, line, place, setter, slots, works


def state(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `index` of the state, its type `state`, and the `units`; or counts, `states`, `given`."""
    refs = node.ports.get("initial_state", [])
    index = reject.facts.get("index")
    if index is None or index >= len(refs):
        _count(reject, node, refs, search, finding)
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
        source = search.nodes[ref.node]
        if len(search.uses(source.name)) == 1 and turn(search, source, node, finding):
            return
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
        if type(slot.value) is not int or place(node, slot.path) is None:
            continue
        if works(search, node, node, slot, width):
            where = place(node, slot.path)
            assert where is not None
            title = f"set `{slot.name}: {width}` on line {line(where.span)}"
            finding.because(where.span, f"wants states of {slot.value}")
            finding.mend(title, edit(node, slot.path, width))
            return


def _count(reject: Reject, node: GraphNode, refs: list[Ref], search: Search, finding: Finding) -> None:
    if refs and refs[0].span is not None:
        finding.span = refs[0].span
    want, given = reject.facts.get("states"), reject.facts.get("given")
    if not isinstance(want, int) or not refs:
        return
    source = refs[-1].node
    outputs = len(search.walk.types.get(source, ()))
    names = [f"{source}.{i}" for i in range(1, want + 1)]
    if given == want + 1 and refs[0].explicit and refs[0].output == 0:
        finding.help = f"`{reference(refs[0])}` is the output, no state; leave it out"
    elif outputs == want + 1:
        finding.help = f"{'its states are' if want > 1 else 'its state is'} {', '.join(names)}"
    elif want == 2:
        finding.help = "an LSTM carries two states, h and c; a GRU one"
        return
    else:
        return
    body = node.argument("from")
    listed = body.get("initial_state") if isinstance(body, MapNode) else None
    if listed is not None and is_written_here(listed) and outputs == want + 1:
        text = format_value(names, quoted=is_json(body) if body is not None else False)
        finding.mend(f"write `initial_state: {text}`", replace(listed, text))
