"""Weights need a size that is not known: which axis is open, and which layer folded it in."""

from __future__ import annotations

from specgraph.diagnostics import rename
from specgraph.ir.dim import product, variables
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.source.text import Span
from specgraph.vocabulary import ROWS

from . import batch
from .axes import Step, way_up
from .finding import Finding
from .mend import set_shape, shape_node, shape_text, size_text
from .search import Search, Trial
from .slots import line


def features(reject: Reject, node: GraphNode, search: Search, finding: Finding) -> None:
    """`facts`: the `axis` of the input, and its `dim`, which is not known."""
    axis, dim, i = reject.facts["axis"], reject.facts["dim"], reject.input or 0
    if i >= len(node.inputs):
        return
    x = search.type(node.inputs[i])
    if x is not None and axis % x.rank == 0:
        finding.help = "the only axis is that of the batch: give each example one"
        return
    steps = way_up(search, node.inputs[i], axis % x.rank) if x is not None else []
    folder = next((step for step in steps if _folds(step, search)), None)
    if folder is not None:
        for step in steps[steps.index(folder) + 1 :]:
            if step.node.kind != "input" and step.node.item.start < folder.node.item.start and _passes(step):
                finding.because(step.node.key.span, f"gives {search.type_of(step.node)}")
                break
        finding.because(folder.node.key.span, "multiplies the sizes that are not known")
    for variable in variables(dim):
        if isinstance(variable.origin, Span):
            words = "this size is not known" if variable.unknown else f"`{variable.name}` is open"
            finding.because(variable.origin, words)
    root = steps[-1].node if steps else None
    if root is not None and root.kind == "input" and _leave_out(search, root, node, finding):
        return
    if folder is not None:
        _pool(search, folder.node, node, finding)
    elif root is not None and root.kind == "input":
        _declare(search, root, steps[-1], node, finding)


def _leave_out(search: Search, root: GraphNode, goal: GraphNode, finding: Finding) -> bool:
    """The one open size stands in front of a whole image, where the batch would be."""
    assert root.type is not None
    shape = root.type.shape[1:]
    if len(shape) < 3 or isinstance(shape[0], int) or not all(isinstance(size, int) for size in shape[1:]):
        return False
    first, rest = shape[0], shape[1:]
    changed = TensorType((root.type.batch, *rest), root.type.dtype)
    if Trial(search, types={root.name: changed}).refusal(goal) is not None:
        return False
    if rest[0] == rest[1]:
        batch.hand_over(root, goal, rest, finding)
    finding.help = (
        f"leave {size_text(first)} out if it is the batch axis, which is not declared; else give it a size"
    )
    finding.mend(f"declare `{root.name}` as {shape_text(rest)}", *(set_shape(root, rest) or (None,)))
    return True


def _folds(step: Step, search: Search) -> bool:
    """Whether the step multiplies axes into one."""
    inputs = search.inputs(step.node)
    made = search.type_of(step.node)
    if len(inputs) != 1 or made is None or made.rank >= inputs[0].rank:
        return False
    return bool(made.shape[step.axis] == product(inputs[0].shape[step.axis :]))


def _passes(step: Step) -> bool:
    """Whether a layer changes the open size on its way: a convolution, a whole network."""
    return step.came != step.size


def _pool(search: Search, folder: GraphNode, goal: GraphNode, finding: Finding) -> None:
    """Offer to pool globally where the axes are folded."""
    x = search.inputs(folder)[0]
    pool = f"GlobalAveragePooling{x.rank - 2}D"
    if pool not in ROWS or not isinstance(x.shape[-1], int):
        finding.help = "give the input a size"
        return
    where = "" if folder.item is folder.key else f" on line {line(folder.key.span)}"
    finding.help = f"give the input a size, or put {pool} in the place of {folder.target}{where}"
    pooled = TensorType((x.batch, x.shape[-1]), x.dtype)
    if Trial(search, types={folder.name: pooled}).refusal(goal) is None and not _own_arguments(folder):
        edit = rename(folder.key.span, pool) if search.alone(folder) else None
        finding.mend(f"pool globally instead: {pool}", edit)


def _own_arguments(node: GraphNode) -> bool:
    return node.args is not None and bool(node.args.given)


def _declare(search: Search, root: GraphNode, step: Step, goal: GraphNode, finding: Finding) -> None:
    """The open size is the input's own."""
    assert root.type is not None
    shape = root.type.shape[1:]
    if not finding.causes:
        finding.because((shape_node(root) or root.item).span, f"axis {step.axis} is open")
    what = ", its channels," if step.axis == len(shape) > 2 else ""
    finding.help = f"give axis {step.axis} of `{root.name}`{what} a size"
    if len(shape) != 2 or size_text(shape[-1]) != "null" or not isinstance(shape[0], int):
        return
    swapped = shape[::-1]
    changed = TensorType((root.type.batch, *swapped), root.type.dtype)
    if Trial(search, types={root.name: changed}).refusal(goal) is None:
        finding.help += (
            f"; or are the axes swapped, {size_text(swapped[-1])} features on a length that is open?"
        )
        finding.mend(
            f"declare `{root.name}` as {shape_text(swapped)}", *(set_shape(root, swapped) or (None,))
        )
