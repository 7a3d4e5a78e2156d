"""A fixed batch for states that are kept, and cells that take what comes in."""

from __future__ import annotations

from specgraph.ir.tensor import is_float
from specgraph.testing.source import Source

from .hint import Draft, Hint
from .recurrent import fit as keep_states


def fit(source: Source, draft: Draft) -> None:
    keep_states(source, draft)
    for arguments in draft.values["cell"].values():
        if not is_float(draft.x.dtype):
            arguments.pop("dropout", None)


HINTS = {"RNN": Hint(fit=fit)}
