"""Nested layers that fit what the wrapper hands them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.rows.policy import compute_dtype
from specgraph.spec.record import Record
from specgraph.testing.rows import Unsatisfied, draw_arguments
from specgraph.testing.source import Source
from specgraph.testing.values import nestable

from .hint import BATCH, Draft, Hint, PortTypes, sizes
from .masks import over_steps, with_steps

_STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}
_MUST_AGREE = ("return_sequences", "return_state", "stateful")


def draw_nested(
    source: Source, rows: Sequence[Layer[Any]], x: TensorType
) -> tuple[Layer[Any], dict[str, Any]]:
    """A layer that takes this type, with its arguments."""
    fitting = [row for row in rows if takes_rank(row, x.rank)]
    for _ in range(20 if fitting else 0):
        row = source.choice(fitting)
        case = draw_arguments(source, row, (x,))
        values = {name: value for name, value in case.values.items() if name not in row.call}
        if case._replace(values=values).accepted():
            return row, values
    raise Unsatisfied(f"no layer takes {x}")


def takes_rank(row: Layer[Any], rank: int) -> bool:
    least, most = row.rank if isinstance(row.rank, tuple) else (row.rank or 0, row.rank or rank)
    return least <= rank <= most


def steps(source: Source, row: Layer[Any]) -> list[TensorType]:
    batch = source.integer(1, 3) if source.chance(8) else BATCH
    return [TensorType((batch, *sizes(source, 2)))]


def both_ways(source: Source, draft: Draft) -> None:
    kind = draft.row.args.fields()["layer"].kind
    row, values = draw_nested(source, nestable(kind), draft.x)
    values.pop("go_backwards", None)
    if values.get("stateful"):
        values.pop("return_state", None)
    draft.values["layer"] = {row.name: values}
    draft.values.pop("backward_layer", None)
    if source.chance(4):
        other = {name: values[name] for name in ("units", *_MUST_AGREE) if name in values}
        draft.values["backward_layer"] = {row.name: {**other, "go_backwards": True}}


def each_step(source: Source, draft: Draft) -> None:
    x = draft.x.with_shape(draft.x.batch, *draft.x.shape[2:])
    kind = draft.row.args.fields()["layer"].kind
    row, values = draw_nested(source, nestable(kind), x)
    values.pop("return_state", None)
    draft.values["layer"] = {row.name: values}


def states(source: Source, args: Record, inputs: Sequence[TensorType]) -> PortTypes:
    nested: Any = args.as_dict()["layer"]
    if nested.row.name not in _STATES:
        return {}
    state = TensorType((inputs[0].batch, nested.args.units), compute_dtype(None))
    return with_steps(source, {"initial_state": (state,) * (2 * _STATES[nested.row.name])}, inputs)


HINTS = {
    "Bidirectional": Hint(inputs=steps, fit=both_ways, ports=states),
    "TimeDistributed": Hint(fit=each_step, ports=over_steps),
}
