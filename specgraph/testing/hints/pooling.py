"""Pools that fit."""

from __future__ import annotations

from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.rows import draw_type
from specgraph.testing.source import Source

from .hint import Draft, Hint
from .masks import over_steps
from .windows import shrink_window


def fit(source: Source, draft: Draft) -> None:
    shrink_window(draft, "pool_size")


def at_least_two(source: Source, row: Layer[Any]) -> list[TensorType]:
    assert isinstance(row.rank, int)
    x = draw_type(source, row)
    return [x.with_shape(x.batch, *(source.integer(2, 6) for _ in range(row.rank - 1)))]


def fit_count(source: Source, draft: Draft) -> None:
    """More than one window along each axis."""
    wanted = draft.get("output_size")
    draft.values["output_size"] = max(wanted, 2) if isinstance(wanted, int) else [max(n, 2) for n in wanted]


_KINDS = ("Max", "Average")
HINTS = {
    "GlobalAveragePooling1D": Hint(ports=over_steps),
    **{f"{kind}Pooling{n}D": Hint(fit=fit) for kind in _KINDS for n in (1, 2, 3)},
    **{
        f"Adaptive{kind}Pooling{n}D": Hint(inputs=at_least_two, fit=fit_count)
        for kind in _KINDS
        for n in (1, 2, 3)
    },
}
