"""Networks of `keras.applications` among the layers of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.applications import APPLICATIONS
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.spec.record import Record


def unwrapped(row: Layer[Any], args: Any) -> tuple[Layer[Any], Any, int]:
    """The layer that TimeDistributed holds and its arguments, or this one; and how many are around it."""
    depth = 0
    while row.name == "TimeDistributed" and args is not None:
        row, args = args.layer
        depth += 1
    return row, args, depth


def network_of(
    row: Layer[Any] | None, args: Record | None, inputs: Sequence[TensorType]
) -> tuple[Layer[Any], Record, TensorType] | None:
    """The row, the arguments and the input of a network, also of one that TimeDistributed holds."""
    if row is None or args is None or not inputs:
        return None
    row, args, depth = unwrapped(row, args)
    x = inputs[0]
    return (row, args, x.with_shape(x.batch, *x.shape[1 + depth :])) if row.name in APPLICATIONS else None
