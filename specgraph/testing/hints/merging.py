"""Several inputs that broadcast, that differ along one axis only, or that share a size to contract."""

from __future__ import annotations

from typing import Any

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.rows import FLOATS, INTS
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint, sizes


def broadcasting(source: Source, row: Layer[Any]) -> list[TensorType]:
    """Most often of one shape; else with ones, or without leading axes."""
    shape = sizes(source, source.integer(1, 3))
    most = row.inputs[1]
    made = [shape]
    for _ in range(source.integer(1, 3 if most is None else most - 1)):
        other: list[Dim] = [1 if source.chance(6) else dim for dim in shape]
        made.append(other[source.integer(1, len(other)) :] if source.chance(6) else other)
    return [TensorType((BATCH, *one), _dtype(source)) for one in made]


def _dtype(source: Source) -> str:
    return source.choice((*FLOATS, *INTS)) if source.chance(12) else "float32"


def lined_up(source: Source, row: Layer[Any]) -> list[TensorType]:
    """Alike but for the last axis, or for one of the others."""
    shape = sizes(source, source.integer(1, 3))
    along = source.integer(0, len(shape) - 1) if source.chance(3) else len(shape) - 1
    made = []
    for _ in range(source.integer(2, 4)):
        shape = [*shape[:along], source.integer(1, 5), *shape[along + 1 :]]
        made.append(TensorType((BATCH, *shape), _dtype(source)))
    return made


def fit_concatenate(source: Source, draft: Draft) -> None:
    """Joins along an axis on which the inputs differ, if there is one; along the batch never."""
    rank = draft.x.rank
    shapes = [x.shape for x in draft.inputs if x.rank == rank]
    differ = [axis for axis in range(1, rank) if len({shape[axis] for shape in shapes}) > 1]
    axis = source.choice(differ or list(range(1, rank)) or [0])
    if axis == rank - 1 and "axis" not in draft.values:
        return
    draft.values["axis"] = axis - rank if source.chance(2) else axis


def contracting(source: Source, row: Layer[Any]) -> list[TensorType]:
    shared = source.integer(1, 6)
    made = []
    for _ in range(2):
        shape = sizes(source, source.integer(1, 3), 6)
        shape[source.integer(0, len(shape) - 1)] = shared
        made.append(TensorType((BATCH, *shape)))
    return made


def fit_dot(source: Source, draft: Draft) -> None:
    """Axes of equal size, as one number where one will do."""
    a, b = draft.inputs
    pairs = [(i, j) for i in range(1, a.rank) for j in range(1, b.rank) if a.shape[i] == b.shape[j]]
    if not pairs:
        return
    i, j = source.choice(pairs)
    if i == j and source.chance(2):
        draft.values["axes"] = i
    elif i - a.rank == j - b.rank and source.chance(2):
        draft.values["axes"] = i - a.rank
    else:
        draft.values["axes"] = [i, j - b.rank if source.chance(2) else j]


HINTS = {
    **dict.fromkeys(
        ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), Hint(inputs=broadcasting)
    ),
    "Concatenate": Hint(inputs=lined_up, fit=fit_concatenate),
    "Dot": Hint(inputs=contracting, fit=fit_dot),
}
