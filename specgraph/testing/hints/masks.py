"""Masks for the layers that take one, whichever their family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.spec.record import Record
from specgraph.testing.source import Source

from .hint import PortTypes


def over_steps(source: Source, args: Record, inputs: Sequence[TensorType]) -> PortTypes:
    """Which steps of a sequence count."""
    first = args.as_dict().get("data_format") == "channels_first"
    x = inputs[0]
    return {"mask": TensorType((x.batch, x.shape[2 if first else 1]), "bool")}


def over_vectors(source: Source, args: Record, inputs: Sequence[TensorType]) -> PortTypes:
    """Which vectors along the last axis count."""
    return {"mask": TensorType(inputs[0].shape[:-1], "bool")}


def over_values(source: Source, args: Record, inputs: Sequence[TensorType]) -> PortTypes:
    """Which values count."""
    return {"mask": TensorType(inputs[0].shape, "bool")}


def with_steps(source: Source, given: PortTypes, inputs: Sequence[TensorType]) -> PortTypes:
    """States to start from, a mask over steps, or both."""
    mask: dict[str, Any] = {"mask": TensorType(inputs[0].shape[:2], "bool")}
    return source.choice((given, mask, {**given, **mask}))
