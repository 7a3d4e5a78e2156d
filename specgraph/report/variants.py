"""The variants of a spec side by side: parameters, multiplications, memory."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from specgraph.infer.cost import Cost
from specgraph.ir.dim import Dim

Table = Mapping[str, Mapping[str, Cost]]
"""Variant -> model -> what it costs."""
HEAD = ("variant", "parameters", "trainable", "FLOPs", "weights", "activations")


def as_table(table: Table) -> str:
    """A line for each variant and model; FLOPs and activations are for one example."""
    several = any(len(models) > 1 for models in table.values())
    rows = [HEAD]
    for variant, models in table.items():
        for model, one in models.items():
            rows.append((
                f"{variant} {model}" if several else variant, f"{one.parameters:,}", f"{one.trainable:,}",
                _large(one.flops), _bytes(one.weight_bytes), _bytes(one.activation_bytes),
            ))  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    return "\n".join(_line(row, widths) for row in rows) + "\n"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = row
    return f"{first:<{widths[0]}}" + "".join(
        f"  {cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True)
    )


def _large(value: Dim) -> str:
    """A count in M or G, or as it depends on open sizes."""
    if not isinstance(value, int):
        return str(value)
    for unit, size in (("G", 10**9), ("M", 10**6)):
        if value >= size:
            return f"{value / size:.2f} {unit}"
    return f"{value:,}"


def _bytes(value: Dim) -> str:
    return f"{value / 2**20:.2f} MiB" if isinstance(value, int) else f"{value} B"


def as_json(table: Table) -> str:
    """`{"variants": {NAME: {MODEL: {…}}}}`; what depends on open sizes is a string."""

    def plain(value: Dim) -> Any:
        return value if isinstance(value, int) else str(value)

    data = {
        variant: {
            model: {name: plain(value) for name, value in one._asdict().items()}
            for model, one in models.items()
        }
        for variant, models in table.items()
    }
    return json.dumps({"variants": data}, indent=2) + "\n"
