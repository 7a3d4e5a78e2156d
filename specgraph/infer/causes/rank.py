"""A layer gets too many axes, or too few: which layer above took them, or which input lacks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import isqrt
from typing import Any

from specgraph.diagnostics import rename
from specgraph.diagnostics.edits import replace_item
from specgraph.infer.layout import CHANNELS
from specgraph.ir.dim import product
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Reject
from specgraph.spec.kinds import Bad
from specgraph.spec.record import Record
from specgraph.vocabulary import ROWS

from . import batch
from .finding import Finding
from .mend import body_text, put_before, set_shape, shape_node, shape_text, take_out
from .search import Search, Trial
from .slots import Slot, edit, line, slots, works

_SPACE = re.compile(r"(.*)([123])D(.*)")


def rank(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: `rank`, which is too many or too few for `least` to `most`."""
    chain = list(search.above(node, reject.input))
    if not chain:
        return
    if reject.argument is not None:
        axes, value = reject.facts["rank"] - 1, getattr(node.args, reject.argument, None)
        if axes and isinstance(value, tuple):
            finding.help = f"list {axes} axes, each from 1 to {axes} once"
        return
    if reject.facts["rank"] > reject.facts["most"]:
        _too_many(reject, node, chain, search, finding)
    else:
        _too_few(reject, node, chain, search, finding)


def _too_few(
    reject: Reject, node: GraphNode, chain: list[GraphNode], search: Search, finding: Finding
) -> None:
    taker = _taker(search, chain)
    if taker is not None and _does_the_same(search, taker, node):
        finding.because(
            taker.key.span, f"does so already: {search.inputs(taker)[0]} -> {search.type_of(taker)}"
        )
        finding.mend(f"delete line {line(node.key.span)}", *(take_out(search, node) or (None,)))
        return
    if taker is not None:
        if not turn(search, taker, node, finding):
            _blame_taker(search, taker, node, finding)
        return
    if not _has_weights(search, chain):
        _axis_missing(reject, node, chain[-1], search, finding)
        return
    here = search.type(node.inputs[reject.input or 0])
    finding.because(chain[0].key.span, f"makes {here}")
    if not _sibling(search, node, finding) and here is not None:
        _fold(reject, node, here, search, finding)
    elif here is not None and (more := _with_channel(reject, node, here, search)):
        finding.help = f"{finding.help}, or put `Reshape: {{target_shape: {more}}}` before it"


def _too_many(
    reject: Reject, node: GraphNode, chain: list[GraphNode], search: Search, finding: Finding
) -> None:
    root = chain[-1]
    if _trailing_one(search, root, chain, node, finding):
        return
    if batch.blame(search, root, node, finding):
        return
    here = search.type(node.inputs[reject.input or 0])
    if any(turn(search, one, node, finding) for one in chain[:8]):
        return
    if chain[0].kind == "input":
        finding.because((shape_node(root) or root.item).span, f"`{root.name}` is declared here")
    else:
        finding.because(chain[0].key.span, f"makes {here}")
    if _wrap(search, node, chain, finding) or _sibling(search, node, finding):
        return
    _lay_flat(reject, node, search, finding)


def _trailing_one(
    search: Search, root: GraphNode, chain: list[GraphNode], goal: GraphNode, finding: Finding
) -> bool:
    """An input whose last axis is 1, and one axis too many: each step is one number, not a list of one.

    It may be the first axis that is too many instead, unless an Embedding makes an axis of its own.
    """
    if root.kind != "input" or root.type is None or root.type.rank < 3 or root.type.shape[-1] != 1:
        return False
    pairs = [(search.type_of(one), search.type_of(source)) for one, source in pairwise(chain)]
    grows = any(made and given and made.rank > given.rank for made, given in pairs)
    if not grows and (batch.seems_batch(root.type.shape[1]) or root.type.rank > 4):
        return False
    shape = root.type.shape[1:-1]
    changed = TensorType((root.type.batch, *shape), root.type.dtype)
    if Trial(search, types={root.name: changed}).refusal(goal) is not None:
        return False
    finding.because((shape_node(root) or root.item).span, f"`{root.name}` is declared here")
    title = f"declare `{root.name}` as {shape_text(shape)}"
    finding.help = f"{title}, without the last axis of 1"
    finding.mend(title, *(set_shape(root, shape) or (None,)))
    return True


def _taker(search: Search, chain: list[GraphNode]) -> GraphNode | None:
    """The nearest layer that gives fewer axes than it gets."""
    for node, source in pairwise(chain):
        made, given = search.walk.types.get(node.name), search.walk.types.get(source.name)
        if made and given and made[0].rank < given[0].rank:
            return node
    return None


def _does_the_same(search: Search, taker: GraphNode, goal: GraphNode) -> bool:
    """Whether a layer without weights would make of the other's input what that has made of it."""
    if search.walk.weights.get(taker.name) or len(taker.inputs) != 1:
        return False
    try:
        made, *_ = search.make(goal, search.inputs(taker))
    except Reject:
        return False
    there = search.type_of(taker)
    return there is not None and made.shape == there.shape


def _has_weights(search: Search, chain: list[GraphNode]) -> bool:
    return any(search.walk.weights.get(one.name) for one in chain)


def _switches(node: GraphNode, goal: GraphNode) -> Iterator[tuple[Slot, bool]]:
    for slot in slots(node):
        if isinstance(slot.value, bool):
            yield slot, any(one.name == slot.name for one in slots(goal))


def turn(search: Search, above: GraphNode, goal: GraphNode, finding: Finding) -> bool:
    """Find a switch of a layer above that makes the axes fit, such as `return_sequences`."""
    if above.kind != "layer" or above.args is None:
        return False
    for slot, alike in _switches(above, goal):
        on = not slot.value
        if not works(search, goal, above, slot, on):
            continue
        made, word = search.walk.types[above.name][0], "true" if on else "false"
        now = "false" if on else "true"
        finding.because(above.key.span, f"makes {made}, because `{slot.name}` is {now}")
        title = f"set `{slot.name}: {word}` on line {line(above.key.span)}"
        safe = alike and on and bool(search.walk.weights.get(above.name)) and search.alone(above)
        finding.mend(title, edit(above, slot.path, on), safe=safe)
        return True
    return False


def _blame_taker(search: Search, taker: GraphNode, goal: GraphNode, finding: Finding) -> None:
    given, made = search.inputs(taker)[0], search.walk.types[taker.name][0]
    finding.because(taker.key.span, f"takes axes away: {given} -> {made}")
    if search.walk.weights.get(taker.name):
        return
    finding.help = f"put `{goal.target}` before `{taker.target}`, where the axes still are"
    if Trial(search, gone=(taker.name,)).refusal(goal) is None:
        finding.help += f", or delete line {line(taker.key.span)}"
        finding.mend(
            f"delete `{taker.target}` on line {line(taker.key.span)}", *(take_out(search, taker) or (None,))
        )


def _axis_missing(reject: Reject, node: GraphNode, root: GraphNode, search: Search, finding: Finding) -> None:
    """The input itself lacks an axis: a channel, or a feature for each step."""
    if root.kind != "input" or root.type is None:
        return
    finding.because((shape_node(root) or root.item).span, f"`{root.name}` is declared here")
    shape = root.type.shape[1:]
    missing = reject.facts["least"] - reject.facts["rank"]
    if missing > 1 or not shape:
        _fold(reject, node, root.type, search, finding)
        return
    if len(shape) == 1 and not is_float(root.type.dtype):
        finding.help = "put an Embedding before it, which makes a vector of each integer"
        return
    if len(shape) > 2 and shape[-1] in CHANNELS and _sibling(search, node, finding):
        return
    longer = (*shape, 1)
    what = "one channel" if len(longer) > 2 else f"{shape[0]} steps of one feature" if shape else "one value"
    finding.help = f"declare `{root.name}` as {shape_text(longer)}, {what}"
    if len(shape) == 1:
        finding.help += f", or as {shape_text((1, *shape))}, one step of {shape[0]} features"
    elif (name := _sibling_name(search, node)) is not None:
        finding.help += f", or use {name}"
    changed = TensorType((*root.type.shape, 1), root.type.dtype)
    if Trial(search, types={root.name: changed}).refusal(node) is None:
        title = f"declare `{root.name}` as {shape_text(longer)}"
        finding.mend(title, *(set_shape(root, longer) or (None,)))


def _fold(reject: Reject, node: GraphNode, x: TensorType, search: Search, finding: Finding) -> None:
    """Values in a row, where a layer needs an image or a sequence: what they could be reshaped to."""
    values, axes = x.shape[-1], reject.facts["least"] - 1
    folded: Iterable[tuple[int, ...]] = ()
    if x.rank == 2 and isinstance(values, int):
        folded = _folded(values, axes)
    elif (more := _with_channel(reject, node, x, search)) is not None:
        folded = [tuple(more)]
    else:
        return
    targets = [target for target in dict.fromkeys(folded) if _takes(search, node, reject, target)]
    if not targets:
        finding.help = "put a Reshape before it"
        return
    listed = " or ".join(f"`Reshape: {{target_shape: {list(one)}}}`" for one in targets[:2])
    finding.help = f"put a Reshape before it, such as {listed}"
    edits = put_before(search, node, reject.input or 0, "Reshape", {"target_shape": targets[0]}, "folded")
    finding.mend(f"put `Reshape: {{target_shape: {list(targets[0])}}}` before it", *(edits or (None,)))


def _with_channel(reject: Reject, node: GraphNode, x: TensorType, search: Search) -> list[int] | None:
    """The sizes of an example with one channel, if all are known and the layer takes that."""
    sizes = [size for size in x.shape[1:] if isinstance(size, int)]
    if x.rank == 2 or len(sizes) < x.rank - 1 or reject.facts["least"] != x.rank + 1:
        return None
    return [*sizes, 1] if _takes(search, node, reject, (*sizes, 1)) else None


def _folded(values: int, axes: int) -> Iterator[tuple[int, ...]]:
    """Shapes of so many axes that hold the values: squares with few channels, small maps with many."""
    if axes == 2:
        yield from ((values, 1), (1, values))
    for channels in (1, 3):
        side = isqrt(values // channels)
        if axes == 3 and side > 1 and side * side * channels == values:
            yield side, side, channels
    maps = [(side, side, values // side**2) for side in (7, 8, 4, 6, 5, 3, 2) if values % side**2 == 0]
    if axes == 3:
        yield from sorted(maps, key=lambda one: one[2] % 8 != 0)[:1]


def _takes(search: Search, node: GraphNode, reject: Reject, shape: tuple[int, ...]) -> bool:
    inputs = search.inputs(node)
    i = reject.input or 0
    try:
        search.make(node, [*inputs[:i], inputs[i].with_shape(inputs[i].batch, *shape), *inputs[i + 1 :]])
    except Reject:
        return False
    return True


def _wrap(search: Search, node: GraphNode, chain: list[GraphNode], finding: Finding) -> bool:
    """Apply the layer to each step, where it would work on one and the layers above do so too."""
    alike = [one for one in chain if one.target == "TimeDistributed"]
    frames = chain[-1].kind == "input" and not _has_weights(search, chain)
    if node.kind != "layer" or not (alike or frames) or len(node.inputs) != 1:
        return False
    [x] = search.inputs(node)
    try:
        search.make(node, [x.with_shape(x.batch, *x.shape[2:])])
    except Reject:
        return False
    finding.help = f"apply it to each step: `TimeDistributed: {{layer: {node.target}}}`"
    if not alike:
        finding.help += f", if the first axis, {x.shape[1]}, is time"
    body = body_text(node, ("name", "from", "trainable", "dtype"))
    written = node.body()
    kept = {str(key.value): value.span.text for key, value in written or () if str(key.value) not in body}
    if (written is None or body or kept) and '"' not in node.key.span.text and search.alone(node):
        inner = f"{{{node.target}: {{{_pairs(body)}}}}}" if body else node.target
        text = f"TimeDistributed: {{{_pairs({'layer': inner, **kept})}}}"
        if written is None or set(kept) <= {"name", "from", "trainable", "dtype"}:
            finding.mend("wrap it in TimeDistributed", replace_item(node.item, text))
    return True


def _pairs(texts: dict[str, str]) -> str:
    return ", ".join(f"{name}: {text}" for name, text in texts.items())


def _sibling(search: Search, node: GraphNode, finding: Finding) -> bool:
    """The same layer for another number of spatial axes: Conv1D for Conv2D."""
    name = _sibling_name(search, node)
    if name is None:
        return False
    finding.mend(f"use {name}", rename(node.key.span, name) if search.alone(node) else None)
    return True


def _sibling_name(search: Search, node: GraphNode) -> str | None:
    match = _SPACE.fullmatch(node.target)
    if node.kind != "layer" or match is None or node.args is None:
        return None
    for digit in "123":
        row = ROWS.get(f"{match[1]}{digit}D{match[3]}")
        args = _for_row(row, node.args) if row is not None else None
        if row is None or args is None:
            continue
        try:
            search.make(node, search.inputs(node), row=row, args=args)
        except Reject:
            continue
        return row.name
    return None


def _for_row(row: Any, args: Record) -> Record | None:
    fields, given = row.fields(), dict(args.given_values())
    try:
        checked = {name: fields[name].kind.check(value) for name, value in given.items() if name in fields}
    except Bad:
        return None
    made: Record = row.args.checked(checked)
    return made if len(checked) == len(given) else None


def _lay_flat(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """Put a Flatten between, of the whole example or of each step, if the layer then works."""
    i = reject.input or 0
    inputs = search.inputs(node)
    x = inputs[i]
    whole = x.with_shape(x.batch, product(x.shape[1:]))
    each = x.with_shape(*x.shape[:2], product(x.shape[2:]))
    for target, arguments, made, words in (
        ("Flatten", {}, whole, "all its values in a row"),
        ("TimeDistributed", {"layer": "Flatten"}, each, f"steps of {each.shape[-1]} values"),
    ):
        try:
            search.make(node, [*inputs[:i], made, *inputs[i + 1 :]])
        except Reject:
            continue
        text = f"{target}: {{layer: Flatten}}" if arguments else target
        finding.help = f"put `{text}` before it: {words}"
        edits = put_before(search, node, i, target, arguments, "flat")
        finding.mend(f"put `{text}` before it", *(edits or (None,)))
        return
