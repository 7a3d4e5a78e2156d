"""Axes that are multiplied with each other, and inputs of a model that is used again."""

from __future__ import annotations

from itertools import product

from specgraph.diagnostics.edits import format_value
from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim
from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject

from .axes import way_up
from .finding import Finding
from .mend import put_before, shape_node
from .merge import same_width
from .origin import say_origin
from .search import Search
from .slots import edit, place, setter, slots, turned


def dot(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the two `axes` that are contracted, of which `inputs`, and the `shapes`."""
    axes = reject.facts.get("axes")
    if axes is None:
        return
    refs = [node.inputs[i] for i in reject.facts.get("inputs", (0, 1)) if i < len(node.inputs)]
    for ref, axis in zip(refs, axes, strict=False):
        say_origin(search, ref, axis, finding)
    if len(refs) == 2:
        same_width(search, node, (refs[0], refs[1]), axes, finding)
        if finding.fix is not None:
            return
    for slot in slots(node):
        if slot.name != "axes" or node.args is None or place(node, slot.path) is None:
            continue
        pairs = [pair for pair in _equal_axes(reject) if turned(node.args, slot, list(pair)) is not None]
        works = [pair for pair in pairs if _takes(search, node, slot.path, pair)]
        if works:
            shown = works[0] if works[0][0] != works[0][1] else works[0][0]
            finding.help = f"`axes: {format_value(shown)}` are of the same size"
            if len(works) == 1:
                finding.mend(f"set `axes: {format_value(shown)}`", edit(node, slot.path, shown))
            return
    types = [search.type(ref) for ref in refs]
    if any(
        one is not None and axis % one.rank != one.rank - 1 for one, axis in zip(types, axes, strict=False)
    ):
        finding.help = "give both the same number there: crop, pad or pool the longer one"
    elif not _widen(search, node, reject, finding):
        finding.help = "give both the same number of features, with a Dense before the one"
    if finding.help and any(slot.name == "axes" for slot in slots(node)):
        finding.help += ", or choose other axes"


def _widen(search: Search, node: GraphNode, reject: Reject, finding: Finding) -> bool:
    """Offer a Dense that gives one input as many features as the other has."""
    positions = reject.facts.get("inputs", (0, 1))
    inputs = search.inputs(node)
    for mine, its in (positions[::-1], positions):
        if max(mine, its) >= len(inputs) or not isinstance(width := inputs[its].shape[-1], int):
            continue
        x = inputs[mine]
        made = x.with_shape(*x.shape[:-1], width)
        try:
            search.make(node, [made if i == mine else one for i, one in enumerate(inputs)])
        except Reject:
            continue
        name = node.inputs[mine].node
        finding.help = f"bring `{name}` to {width} features first: `Dense: {{units: {width}}}`"
        edits = put_before(search, node, mine, "Dense", {"units": width}, "wide")
        finding.mend(f"put `Dense: {{units: {width}}}` on `{name}`", *(edits or (None,)))
        return True
    return False


def _equal_axes(reject: Reject) -> list[tuple[int, int]]:
    a, b = reject.facts["shapes"]
    pairs = product(range(1, len(a)), range(1, len(b)))
    return [(i, j) for i, j in pairs if equal(a[i], b[j]).kind == "always"]


def _takes(search: Search, node: GraphNode, path: tuple[str, ...], pair: tuple[int, int]) -> bool:
    slot = next(one for one in slots(node) if one.path == path)
    args = turned(node.args, slot, list(pair)) if node.args is not None else None
    try:
        search.make(node, search.inputs(node), args=args)
    except Reject:
        return False
    return args is not None


def shared(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: `declared`, the input of the called model that was meant."""
    declared, owner = reject.facts.get("declared"), search.nodes.get(reject.facts.get("owner", ""))
    i = reject.input or 0
    if owner is not None:
        _shared_layer(node, owner, search, finding)
        return
    if isinstance(declared, GraphNode):
        where = shape_node(declared) or declared.item
        finding.because(where.span, f"`{node.target}` takes {declared.type} here")
    given = search.type(node.inputs[i]) if i < len(node.inputs) else None
    if given is None or not isinstance(declared, GraphNode) or declared.type is None:
        return
    for one in search.nodes.values():
        if one.target == node.target and one is not node and one.name in search.walk.types:
            finding.because(one.key.span, "the same weights are used here")
            break
    step = given.shape[node.steps :]
    for axis, (a, b) in enumerate(zip(step, declared.type.shape, strict=False)):
        if axis and equal(a, b).kind == "never":
            say_origin(search, node.inputs[i], axis + node.steps, finding)
            _set_width(search, node, i, axis + node.steps, b, finding)
            break
    finding.help = ", or ".join(
        [finding.help or "bring it to that shape first", f"define a second model beside `{node.target}`"]
    )


def _shared_layer(node: GraphNode, owner: GraphNode, search: Search, finding: Finding) -> None:
    """A layer is used again on what its weights were not made for."""
    first = search.type(owner.inputs[0]) if owner.inputs else None
    finding.because(owner.key.span, f"its weights are made here, for {first}")
    given = search.type(node.inputs[0]) if node.inputs else None
    for axis, (a, b) in enumerate(zip(given.shape, first.shape, strict=False) if given and first else ()):
        if axis and equal(a, b).kind == "never":
            say_origin(search, node.inputs[0], axis, finding)
            say_origin(search, owner.inputs[0], axis, finding)
            _set_width(search, node, 0, axis, b, finding)
            break
    finding.help = ", or ".join(
        [finding.help or "bring it to that shape first", f"use a {owner.target} of its own here"]
    )


def _set_width(search: Search, node: GraphNode, input: int, axis: int, want: Dim, finding: Finding) -> None:
    """Give the axis the size that is wanted, where an argument decides it."""
    way = way_up(search, node.inputs[input], axis)
    made = setter(search, way[-1]) if way else None
    value = made.for_size(want, way[-1].size) if made is not None and isinstance(want, int) else None
    if made is not None and value is not None and made.works(search, node, value):
        finding.mend(made.say(value), made.edit(value))
