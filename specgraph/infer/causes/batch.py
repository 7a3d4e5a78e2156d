"""Inputs declared with their batch axis, which every input has anyway."""

from __future__ import annotations

from collections.abc import Sequence

from specgraph.infer.layout import CHANNELS, behind, in_front
from specgraph.ir.dim import Dim, SymDim, variables
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject

from .finding import Finding
from .mend import set_shape, shape_node, shape_text, size_text
from .search import Search, Trial

NAMES = {"n", "b", "bs", "batch", "batchsize", "batch_size", "samples", "num_samples", "n_samples", "none"}
ALL = 5000
"""So many are all examples, rather than the rows of an image."""
MANY = 100
"""So many are a batch, or all examples, rather than the frames of a film."""


def seems_batch(size: Dim) -> bool:
    """Whether a leading size is one that batches have: open, 1, a power of two, or large."""
    if isinstance(size, SymDim):
        return any(var.unknown or var.name.lower() in NAMES for var in variables(size))
    return size == 1 or size >= MANY or (size >= 8 and size & (size - 1) == 0)


def _is_image(first: Dim, rest: Sequence[Dim]) -> bool:
    """Whether a shape is that of one image, whose rows come first."""
    return len(rest) == 2 and rest[1] in CHANNELS and isinstance(first, int) and 1 < first < ALL


def blame(search: Search, root: GraphNode, goal: GraphNode, finding: Finding) -> bool:
    """Hand a finding about too many axes to the input that declares one; False if none does.

    The shape without its first axis is tried, and also with its channels moved behind.
    """
    if root.kind != "input" or root.type is None or root.type.rank < 3:
        return False
    first, *rest = root.type.shape[1:]
    if not seems_batch(first) or _is_image(first, rest):
        return False
    shapes = [behind(rest), tuple(rest)] if in_front(rest) else [tuple(rest)]
    refusals = [_refusal(search, root, shape, goal) for shape in shapes]
    if all(left is not None and left.rule == finding.rule for left in refusals):
        return False
    works = [shape for shape, left in zip(shapes, refusals, strict=True) if left is None]
    search.blamed.add(root.name)
    hand_over(root, goal, [*works, *shapes][0], finding)
    if works:
        title = f"declare `{root.name}` as {shape_text(works[0])}"
        finding.mend(title, *(set_shape(root, works[0]) or (None,)))
    return True


def _refusal(search: Search, root: GraphNode, shape: Sequence[Dim], goal: GraphNode) -> Reject | None:
    assert root.type is not None
    changed = TensorType((root.type.batch, *shape), root.type.dtype)
    return Trial(search, types={root.name: changed}).refusal(goal)


def hand_over(root: GraphNode, goal: GraphNode, shape: Sequence[Dim], finding: Finding) -> None:
    """Make the finding one of an input that declares its batch axis before this shape."""
    assert root.type is not None
    first = root.type.shape[1]
    written = shape_node(root)
    finding.because(goal.key.span, finding.message.replace("; its input has", ", it gets"))
    finding.rule, finding.layer = "batch-in-shape", root.name
    finding.span = written.items[0].span if written is not None else root.item.span
    finding.label = "this axis is the batch"
    finding.message = (
        f"input `{root.name}` seems to declare its batch axis, the leading {size_text(first)};"
        " every input has one without that"
    )
    last = ", channels last" if tuple(shape) != root.type.shape[2:] else ""
    finding.help = f"declare one example: `{root.name}: {shape_text(shape)}`{last}"
