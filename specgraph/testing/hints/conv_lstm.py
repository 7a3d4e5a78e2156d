"""Kernels that fit each image of a sequence, and a fixed batch for states that are kept."""

from __future__ import annotations

from collections.abc import Sequence

from specgraph.ir.tensor import TensorType
from specgraph.spec.record import Record
from specgraph.testing.source import Source

from .hint import Draft, Hint, PortTypes
from .recurrent import fit as keep_states
from .windows import one_of_stride_and_dilation, shrink_window


def fit(source: Source, draft: Draft) -> None:
    keep_states(source, draft)
    frame = Draft(draft.row, draft.values, [draft.x.with_shape(draft.x.batch, *draft.x.shape[2:])])
    one_of_stride_and_dilation(source, frame)
    shrink_window(frame, "kernel_size")


def masked(source: Source, args: Record, inputs: Sequence[TensorType]) -> PortTypes:
    return {"mask": TensorType(inputs[0].shape[:2], "bool")}


HINTS = {f"ConvLSTM{n}D": Hint(fit=fit, ports=masked) for n in (1, 2, 3)}
