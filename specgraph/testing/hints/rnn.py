"""Cells without dropout of ints, alone or stacked, and states of their widths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Layer
from specgraph.rows.policy import compute_dtype
from specgraph.spec.record import Record
from specgraph.testing.source import Source
from specgraph.testing.values import fields_of, nestable

from .hint import BATCH, Draft, Hint, PortTypes, sizes


def steps(source: Source, row: Layer[Any]) -> list[TensorType]:
    batch = source.integer(1, 3) if source.chance(8) else BATCH
    dtype = source.choice(("float16", "float64", "int32")) if source.chance(8) else "float32"
    return [TensorType((batch, *sizes(source, 2, 5)), dtype)]


def fit(source: Source, draft: Draft) -> None:
    kind = draft.row.args.fields()["cell"].kind
    cells = [_cell(source, draft, source.choice(nestable(kind))) for _ in range(source.choice((1, 1, 2, 3)))]
    stacked = {"StackedRNNCells": {"cells": cells}} if source.chance(2) else cells
    draft.values["cell"] = stacked if len(cells) > 1 else cells[0]
    if not isinstance(draft.x.batch, int):
        draft.values.pop("stateful", None)
    if not isinstance(draft.x.shape[1], int):
        draft.values.pop("unroll", None)


def _cell(source: Source, draft: Draft, row: Layer[Any]) -> dict[str, Any]:
    values = fields_of(row.fields().values(), 2)(source)
    for name in [name for name in values if name.endswith(("_initializer", "_regularizer", "_constraint"))]:
        del values[name]
    if not is_float(draft.x.dtype):
        values.pop("dropout", None)
    return {row.name: values}


def ports(source: Source, args: Record, inputs: Sequence[TensorType]) -> PortTypes:
    x = inputs[0]
    made: dict[str, Any] = {"mask": TensorType(x.shape[:2], "bool")}
    states = [TensorType((x.batch, units), compute_dtype(None)) for units in widths(args.as_dict()["cell"])]
    made["initial_state"] = tuple(states)
    return {name: made[name] for name in source.some(tuple(made), 2)}


def widths(held: Any) -> Iterator[int]:
    """The units of each state of a cell, or of the cells in it."""
    if held.row.name == "StackedRNNCells":
        for one in held.args.cells:
            yield from widths(one)
    else:
        yield from (held.args.units,) * (2 if held.row.name == "LSTMCell" else 1)


HINTS = {"RNN": Hint(inputs=steps, fit=fit, ports=ports)}
