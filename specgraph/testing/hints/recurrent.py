"""A fixed batch for states that are kept, and initial states of the layer's own width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.policy import compute_dtype
from specgraph.spec.record import Record
from specgraph.testing.source import Source

from .hint import Draft, Hint, PortTypes
from .masks import with_steps


def fit(source: Source, draft: Draft) -> None:
    if not isinstance(draft.x.batch, int):
        draft.values.pop("stateful", None)
    if not is_float(draft.x.dtype):
        draft.values.pop("dropout", None)
    if not isinstance(draft.x.shape[1], int):
        draft.values.pop("unroll", None)


def states(count: int) -> Callable[[Source, Record, Sequence[TensorType]], PortTypes]:
    def ports(source: Source, args: Any, inputs: Sequence[TensorType]) -> PortTypes:
        state = TensorType((inputs[0].batch, args.units), compute_dtype(None))
        return with_steps(source, {"initial_state": (state,) * count}, inputs)

    return ports


HINTS = {
    "SimpleRNN": Hint(fit=fit, ports=states(1)),
    "LSTM": Hint(fit=fit, ports=states(2)),
    "GRU": Hint(fit=fit, ports=states(1)),
}
