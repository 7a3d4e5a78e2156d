"""Sizes of an input with which a model works, where with the declared one it does not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from specgraph.ir.dim import Dim
from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType

from .axes import Step
from .search import Search, Trial

FAR = 64
"""How far from the declared size another one is looked for."""


class Sizes(NamedTuple):
    """A shape that works, and in words which sizes do."""

    shape: tuple[Dim, ...]
    text: str


def nearest(search: Search, goal: GraphNode, begin: Step, period: int) -> Sizes | None:
    """The sizes nearest to the declared one, below and above, with which nothing refuses.

    Axes of the input that have the same size change together; others take the nearest multiple of the
    same step if they have to.
    """
    root, size = begin.node, begin.size
    if root.type is None or not isinstance(size, int) or period < 2:
        return None
    far = min(period, FAR)
    before = set(Trial(search).refusals())
    shapes = [
        _first(search, goal, root, size, before, range(size - 1, max(0, size - far - 1), -1)),
        _first(search, goal, root, size, before, range(size + 1, size + far + 1)),
    ]
    found = [shape for shape in shapes if shape is not None]
    if not found:
        return None
    sizes = [shape[begin.axis - 1] for shape in found]
    text = " or ".join(map(str, sizes))
    if len(sizes) == 2 and isinstance(sizes[0], int) and isinstance(sizes[1], int):
        step = sizes[1] - sizes[0]
        text += f", multiples of {step}," if step > 1 and sizes[0] % step == 0 else ""
    return Sizes(found[0], text)


def _first(
    search: Search, goal: GraphNode, root: GraphNode, size: int, before: set[str], candidates: Iterable[int]
) -> tuple[Dim, ...] | None:
    assert root.type is not None
    declared = root.type.shape[1:]
    for candidate in candidates:
        shape = tuple(candidate if one == size else one for one in declared)
        changed = TensorType((root.type.batch, *shape), root.type.dtype)
        if Trial(search, types={root.name: changed}).refusal(goal) is not None:
            continue
        if not set(Trial(search, types={root.name: changed}).refusals()) - before:
            return shape
    return None
