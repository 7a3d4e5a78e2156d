"""Shapes of as many values, axes in another order, and cuts that leave something."""

from __future__ import annotations

from typing import Any

from specgraph.ir.dim import product
from specgraph.testing.source import Source

from .hint import Draft, Hint, divisors


def reshape(source: Source, draft: Draft) -> None:
    """Splits the number of values into factors; -1 stands for one of them, or for what is not known."""
    have = product(draft.x.shape[1:])
    left = have if isinstance(have, int) else product(d for d in draft.x.shape[1:] if isinstance(d, int))
    assert isinstance(left, int)
    target = []
    for _ in range(source.integer(0 if left == 1 else 1, 4) - 1):
        size = source.choice(divisors(left)) if left else 0
        target.append(size)
        left //= size or 1
    target.append(left)
    if not isinstance(have, int) or source.chance(3):
        target[source.integer(0, len(target) - 1) if isinstance(have, int) else -1] = -1
    if not isinstance(have, int) or 0 not in target:
        draft.values["target_shape"] = target


def permute(source: Source, draft: Draft) -> None:
    axes = list(range(1, draft.x.rank))
    draft.values["dims"] = [axes.pop(source.integer(0, len(axes) - 1)) for _ in range(len(axes))]


def crop(source: Source, draft: Draft) -> None:
    """Cuts the edges down until a value is left on every axis."""
    space = draft.space()
    value = draft.get("cropping")
    if len(space) == 1 and isinstance(value, list):
        draft.values["cropping"] = _least(value, space[0])
    elif isinstance(value, list | tuple):
        draft.values["cropping"] = [_least(one, size) for one, size in zip(value, space, strict=True)]
    else:
        known = [size for size in space if size is not None]
        most = (min(known) - 1) // 2 if known else value
        if value > most:
            draft.values["cropping"] = most


def _least(edges: Any, size: int | None) -> Any:
    if size is None:
        return edges
    if isinstance(edges, int):
        return min(edges, (size - 1) // 2)
    start = min(edges[0], size - 1)
    return [start, min(edges[1], size - 1 - start)]


HINTS = {
    "Reshape": Hint(fit=reshape),
    "Permute": Hint(fit=permute),
    **{f"Cropping{n}D": Hint(fit=crop) for n in (1, 2, 3)},
}
