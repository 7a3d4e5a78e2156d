"""The inputs of a merge do not broadcast: padding, a size that does not divide, or channels to project."""

from __future__ import annotations

from typing import Any

from specgraph.ir.dim import Dim
from specgraph.ir.graph import GraphNode, Ref
from specgraph.ir.tensor import TensorType
from specgraph.rows.apply import apply
from specgraph.rows.base import Reject
from specgraph.vocabulary import ROWS

from .apart import Apart, pad_alike, resize, say_apart
from .axes import way_up
from .finding import Finding
from .mend import put_before
from .origin import origin
from .search import Search
from .slots import setter


def merge(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `axis`, counted from the end, on which input `input` differs from those before it."""
    inputs = search.inputs(node)
    i, axis = reject.input or 0, reject.facts.get("axis")
    other = _other(inputs, i, axis) if axis is not None else None
    if axis is None or other is None or axis >= 0:
        return
    refs = (node.inputs[other], node.inputs[i])
    sizes = inputs[other].shape[axis], inputs[i].shape[axis]
    if finding.message.startswith("its inputs"):
        finding.message = finding.message.replace("its inputs", f"the inputs of {node.target}", 1)
    finding.label = f"{sizes[0]} and {sizes[1]} on axis {inputs[i].rank + axis}"
    if axis == -1:
        if not _project(search, node, other, i, finding) and not _weigh(search, node, other, i, finding):
            same_width(search, node, refs, (inputs[other].rank - 1, inputs[i].rank - 1), finding)
        return
    apart = Apart(search, node, refs, (inputs[other].rank + axis, inputs[i].rank + axis))
    say_apart(apart, finding)
    _ = pad_alike(apart, finding) or resize(apart, finding) or _project(search, node, other, i, finding)


def _other(inputs: list[TensorType], input: int, axis: int) -> int | None:
    """The first input before this one that it does not fit."""
    size = inputs[input].shape[axis]
    for i, x in enumerate(inputs[:input]):
        if x.rank >= -axis and x.shape[axis] not in (size, 1):
            return i
    return None


def _project(search: Search, node: GraphNode, a: int, b: int, finding: Finding) -> bool:
    """Offer a 1x1 convolution, or a Dense, on the input from which the other one was made."""
    inputs = search.inputs(node)
    skip, main = (a, b) if _is_above(search, node.inputs[a], node.inputs[b]) else (b, a)
    if skip == b and not _is_above(search, node.inputs[b], node.inputs[a]):
        return False
    x, wanted = inputs[skip], inputs[main]
    if x.rank != wanted.rank or not isinstance(wanted.shape[-1], int):
        return False
    target, arguments = _projection(x, wanted)
    if target not in ROWS:
        return False
    row = ROWS[target]
    try:
        [made] = apply(row, row.args.checked(arguments), [x])
        given = [made if i == skip else one for i, one in enumerate(inputs)]
        search.make(node, given)
    except Reject:
        return False
    said = ", ".join(f"{key}: {value}" for key, value in arguments.items())
    name = node.inputs[skip].node
    finding.because(_place(search, node.inputs[main]), f"has {wanted.shape[-1]} channels")
    finding.because(_place(search, node.inputs[skip]), f"has {x.shape[-1]}")
    finding.help = f"project `{name}` first: `{target}: {{{said}}}`"
    way = way_up(search, node.inputs[main], wanted.rank - 1)
    other = setter(search, way[-1]) if way else None
    width = other.for_size(x.shape[-1], way[-1].size) if other and isinstance(x.shape[-1], int) else None
    if other is not None and width is not None and other.works(search, node, width):
        finding.help += f", or {other.say(width)}"
    edits = put_before(search, node, skip, target, arguments, "projected")
    finding.mend(f"put `{target}: {{{said}}}` on `{name}`", *(edits or (None,)))
    return True


def _weigh(search: Search, node: GraphNode, a: int, b: int, finding: Finding) -> bool:
    """One value for each step, to be multiplied with all features of the step: it lacks an axis of 1."""
    inputs = search.inputs(node)
    flat, deep = (a, b) if inputs[a].rank < inputs[b].rank else (b, a)
    x = inputs[flat]
    if inputs[deep].rank - x.rank != 1 or not all(isinstance(size, int) for size in x.shape[1:]):
        return False
    made = x.with_shape(*x.shape, 1)
    try:
        search.make(node, [made if i == flat else one for i, one in enumerate(inputs)])
    except Reject:
        return False
    target = [*x.shape[1:], 1]
    name, text = node.inputs[flat].node, f"Reshape: {{target_shape: {target}}}"
    finding.help = f"give `{name}` an axis of 1, one value for each step: `{text}`"
    edits = put_before(search, node, flat, "Reshape", {"target_shape": target}, "column")
    finding.mend(f"put `{text}` on `{name}`", *(edits or (None,)))
    return True


def _projection(x: TensorType, wanted: TensorType) -> tuple[str, dict[str, Any]]:
    width = wanted.shape[-1]
    if x.shape[1:-1] == wanted.shape[1:-1] and x.rank <= 3:
        return "Dense", {"units": width}
    arguments: dict[str, Any] = {"filters": width, "kernel_size": 1}
    strides = [_stride(a, b) for a, b in zip(x.shape[1:-1], wanted.shape[1:-1], strict=True)]
    if any(stride != 1 for stride in strides):
        arguments["strides"] = strides[0] if len(set(strides)) == 1 else tuple(strides)
    return f"Conv{x.rank - 2}D", arguments


def _stride(a: Dim, b: Dim) -> int:
    return max(1, -(-a // b)) if isinstance(a, int) and isinstance(b, int) and b else 1


def _is_above(search: Search, ref: Ref, below: Ref) -> bool:
    """Whether one output is made from another."""
    waiting, seen = [below.node], {below.node}
    while waiting and search.spend():
        name = waiting.pop()
        if name == ref.node:
            return True
        for one in search.nodes[name].inputs:
            if one.node not in seen:
                seen.add(one.node)
                waiting.append(one.node)
    return False


def same_width(
    search: Search, node: GraphNode, refs: tuple[Ref, Ref], axes: tuple[int, int], finding: Finding
) -> None:
    """Two branches of other widths: either layer could be given the other's."""
    ways = [way_up(search, ref, axis) for ref, axis in zip(refs, axes, strict=True)]
    found = [(way[-1], setter(search, way[-1])) for way in ways if way]
    helps = []
    for (begin, one), (other, _) in zip(found, reversed(found), strict=True):
        words = (
            f"`{begin.node.name}` has {begin.size} here"
            if begin.node.kind == "input"
            else f"makes {begin.size}"
        )
        finding.because(origin(begin, one), words)
        if one is None or not isinstance(other.size, int):
            continue
        value = one.for_size(other.size, begin.size)
        if value is not None and one.works(search, node, value):
            helps.append(one.say(value))
            finding.mend(one.say(value), one.edit(value))
    if helps:
        finding.help = f"give both the same width: {' or '.join(helps)}"


def _place(search: Search, ref: Ref) -> Any:
    return ref.span or search.nodes[ref.node].key.span
