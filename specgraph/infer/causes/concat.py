"""The inputs of Concatenate differ off its axis, or have other numbers of axes."""

from __future__ import annotations

from specgraph.diagnostics.edits import set_argument
from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .apart import Apart, pad_alike, resize, say_apart, stride_alike
from .finding import Finding
from .mend import put_before
from .rank import turn
from .search import Search
from .slots import slots, turned


def concat(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `axis` on which input `input` differs from the first."""
    i, axis = reject.input or 0, reject.facts["axis"]
    apart = Apart(search, node, (node.inputs[0], node.inputs[i]), (axis, axis))
    say_apart(apart, finding)
    if pad_alike(apart, finding) or resize(apart, finding) or stride_alike(apart, finding):
        return
    if _other_axis(search, node, finding):
        return
    if apart.meeting is None and len(apart.roots()) == 2:
        _alike(apart, finding)
        return
    finding.help = "crop or pad one of them, or resize it"


def _other_axis(search: Search, node: GraphNode, finding: Finding) -> bool:
    """The axis on which alone they differ is the one to join along."""
    for slot in slots(node):
        if slot.name != "axis" or node.args is None:
            continue
        for axis in range(1, search.inputs(node)[0].rank):
            args = turned(node.args, slot, axis)
            try:
                search.make(node, search.inputs(node), args=args)
            except Reject:
                continue
            finding.mend(
                f"join along the axis that differs: `axis: {axis}`",
                set_argument(node.item, "axis", str(axis)),
            )
            return True
    return False


def _alike(apart: Apart, finding: Finding) -> None:
    """Two inputs of other sizes."""
    a, b = apart.roots()
    if isinstance(a.size, int) and isinstance(b.size, int) and a.size != b.size:
        large = a if a.size > b.size else b
        times, left = divmod(max(a.size, b.size), min(a.size, b.size))
        if not left:
            advice = f"shrink `{large.node.name}` {times} times more than the other"
            finding.help = f"{advice}, or flatten or pool both globally"
            return
    finding.help = "bring both to the same size, or flatten or pool both globally before they are joined"


def concat_rank(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `axis`; the inputs have different ranks."""
    inputs = search.inputs(node)
    least = min(x.rank for x in inputs)
    for ref, x in zip(node.inputs, inputs, strict=True):
        finding.because(ref.span or search.nodes[ref.node].key.span, f"{x.rank} axes: {x}")
    deep = [i for i, x in enumerate(inputs) if x.rank > least]
    if least != 2:
        finding.help = f"give all of them {least} axes"
        return
    for above in (search.nodes[node.inputs[deep[0]].node], *search.above(node, deep[0])):
        if turn(search, above, node, finding):
            return
    x = inputs[deep[0]]
    open_ended = any(not isinstance(size, int) for size in x.shape[1:])
    target = f"GlobalAveragePooling{x.rank - 2}D" if 3 <= x.rank <= 5 else "Flatten"
    target = target if x.rank > 3 or open_ended else "Flatten"
    made = x.with_shape(x.batch, x.shape[-1]) if target != "Flatten" else x.with_shape(x.batch, 1)
    name = node.inputs[deep[0]].node
    finding.help = f"put {target} on `{name}` first"
    if target != "Flatten":
        finding.help += ", or Flatten"
    given = [made if i == deep[0] else one for i, one in enumerate(inputs)]
    try:
        search.make(node, given)
    except Reject:
        return
    finding.mend(
        f"put {target} on `{name}`", *(put_before(search, node, deep[0], target, {}, "flat") or (None,))
    )
