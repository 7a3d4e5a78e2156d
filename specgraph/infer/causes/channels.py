"""Inputs declared with their channels in front, as other frameworks have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgraph.infer.layout import behind, in_front
from specgraph.ir.dim import product
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject

from .axes import Step
from .finding import Finding
from .mend import set_shape, shape_node, shape_text
from .search import Search, Trial
from .slots import slots

if TYPE_CHECKING:
    from specgraph.infer.walk import Walk

RULE = "channels-first-suspect"


def blame(search: Search, begin: Step, goal: GraphNode, finding: Finding) -> bool:
    """Name an input with channels where an axis of its image would begin; False if it has none there."""
    root = begin.node
    if root.kind != "input" or root.type is None or not in_front(root.type.shape[begin.axis :]):
        return False
    search.blamed.add(root.name)
    shape = (*root.type.shape[1 : begin.axis], *behind(root.type.shape[begin.axis :]))
    where = shape_node(root) or root.item
    finding.because(where.span, "looks like channels first")
    finding.help = f"channels come last here: declare `{root.name}` as {shape_text(shape)}"
    changed = TensorType((root.type.batch, *shape), root.type.dtype)
    if Trial(search, types={root.name: changed}).refusal(goal) is None:
        finding.mend(f"declare `{root.name}` as {shape_text(shape)}", *(set_shape(root, shape) or (None,)))
    return True


def say_unnoticed(walk: Walk) -> None:
    """Hint at inputs with their channels in front that no layer minds, and no error speaks of."""
    for name in walk.graph.inputs:
        root = walk.graph.nodes[name]
        if root.type is None or not in_front(root.type.shape[1:]):
            continue
        walk.search = walk.search or Search(walk)
        reader = None if name in walk.search.blamed else _reader(walk.search, root)
        if reader is None:
            continue
        shape = behind(root.type.shape[1:])
        finding = Finding(Reject(RULE, f"input `{name}` seems to have its channels in front"), root)
        finding.severity, finding.span = "info", (shape_node(root) or root.item).span
        finding.because(reader.key.span, f"reads {root.type.shape[-1]} channels")
        title = f"declare `{name}` as {shape_text(shape)}"
        finding.help = f"{title}, channels last, or set `data_format: channels_first`"
        finding.mend(title, *(set_shape(root, shape) or (None,)))
        finding.say(walk.report)


def _reader(search: Search, root: GraphNode) -> GraphNode | None:
    """A layer that takes the input as an image with its channels last."""
    waiting = [root]
    while waiting:
        for use in search.uses(waiting.pop().name):
            node = use.reader
            if node is None or not search.spend() or search.type_of(node) is None:
                continue
            if any(slot.name == "data_format" and slot.value != "channels_first" for slot in slots(node)):
                return None if _keeps_count(search, node) else node
            if search.type_of(node) == root.type:
                waiting.append(node)
    return None


def _keeps_count(search: Search, node: GraphNode) -> bool:
    """Whether a layer only lays the values out anew, so that it does not matter where they are."""
    made, inputs = search.type_of(node), search.inputs(node)
    return made is not None and product(made.shape[1:]) == product(inputs[0].shape[1:])
