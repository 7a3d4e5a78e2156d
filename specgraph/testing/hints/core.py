"""Lists of factors as long as the axis they scale, ints to look up, and no bound on what is frozen."""

from __future__ import annotations

from typing import Any

from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint, sizes


def scale_list(source: Source, draft: Draft) -> None:
    last = draft.x.shape[-1]
    for name in ("scale", "offset"):
        value = draft.get(name)
        if isinstance(value, list):
            count = last if isinstance(last, int) and draft.x.rank > 1 else 1
            draft.values[name] = [value[i % len(value)] for i in range(count)]


def ints(source: Source, row: Layer[Any]) -> list[TensorType]:
    dtype = source.choice(("int32", "int64", "uint8", "bool", "int8", "uint32"))
    return [TensorType((BATCH, *sizes(source, source.integer(0, 3))), dtype)]


def takes_ints(source: Source, draft: Draft) -> None:
    """A function that takes what comes in."""
    if not is_float(draft.x.dtype):
        draft.values["activation"] = source.choice((None, "linear", "tanh", "exponential"))


def look_back(source: Source, draft: Draft) -> None:
    """In reverse it reads vectors; forwards it looks up ints."""
    last = draft.x.shape[-1]
    if is_float(draft.x.dtype) and isinstance(last, int):
        draft.values |= {"reverse": True, "output_dim": last}
    else:
        draft.values.pop("reverse", None)


def ints_or_vectors(source: Source, row: Layer[Any]) -> list[TensorType]:
    if source.chance(2):
        return ints(source, row)
    return [TensorType((BATCH, *sizes(source, source.integer(1, 3))))]


def free(argument: str) -> Hint:
    def fit(source: Source, draft: Draft) -> None:
        if draft.get("lora_rank") is not None:
            draft.values.pop(argument, None)

    return Hint(inputs=ints if argument == "embeddings_constraint" else None, fit=fit)


HINTS = {
    "Activation": Hint(fit=takes_ints),
    "Dense": free("kernel_constraint"),
    "Embedding": free("embeddings_constraint"),
    "Rescaling": Hint(fit=scale_list),
    "ReversibleEmbedding": Hint(inputs=ints_or_vectors, fit=look_back),
}
