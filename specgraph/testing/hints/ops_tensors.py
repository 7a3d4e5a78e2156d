"""Ops that pick, place, sort and rearrange values: ids within bounds, shapes that go together."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint, divisors, sizes

_FLOAT = ("float32", "float32", "float32", "float16", "bfloat16", "float64")
_INT = ("int32", "int32", "int64", "uint8", "int16")
EQUATIONS = {
    "ij,jk->ik": (2, 2), "ij,ik->jk": (2, 2), "ijk,ikl->ijl": (3, 3), "ijk,ilk->ijl": (3, 3), "ij->ji": (2,),
    "ij->i": (2,), "ijk->ik": (3,), "...i,...i->...": (2, 2), "ij,ij": (2, 2), "i,j->ij": (1, 1),
    "ijkl->ilkj": (4,), "ij,jk,kl->il": (2, 2, 2),
}  # fmt: skip
PATTERNS = {
    "a b -> b a": 2, "a b c -> a (b c)": 3, "a b c -> a c b": 3, "a b c d -> a d b c": 4,
    "a b c -> (a b) c": 3, "a (b n) -> a b n": 2, "a (n b) c -> a n b c": 3, "a b (c n) -> a b n c": 3,
}  # fmt: skip


def einsum_inputs(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Square ones but for the batch, so that most equations fit."""
    ranks = source.choice(list(EQUATIONS.values()))
    size, dtype = source.integer(1, 6), source.choice(_FLOAT)
    return [TensorType((BATCH, *[size] * (rank - 1)), dtype) for rank in ranks]


def einsum(source: Source, draft: Draft) -> None:
    ranks = tuple(one.rank for one in draft.inputs)
    fit = [equation for equation, wanted in EQUATIONS.items() if wanted == ranks]
    draft.values["subscripts"] = source.choice(fit or list(EQUATIONS))


def rearrange(source: Source, draft: Draft) -> None:
    fit = [pattern for pattern, rank in PATTERNS.items() if rank == draft.x.rank]
    pattern = source.choice(fit or list(PATTERNS))
    draft.values["pattern"] = pattern
    draft.values.pop("axes_lengths", None)
    if "n" in pattern:
        left = pattern.partition(" -> ")[0].replace("(", " ( ").split()
        group = left.index("(")
        size = draft.x.shape[group] if group < draft.x.rank else 1
        draft.values["axes_lengths"] = {"n": source.choice(divisors(size)) if isinstance(size, int) else 1}


def grid(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """One tensor of two to four axes."""
    return [TensorType((BATCH, *sizes(source, source.integer(1, 3))), source.choice(_FLOAT))]


def vector(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return [TensorType((BATCH,), source.choice(_FLOAT))]


def whole(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """As many tensors of integers as the op takes, of one shape."""
    x = TensorType((BATCH, *sizes(source, source.integer(1, 3))), source.choice(_INT))
    return [x] * row.inputs[0]


def powers(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    shape = (BATCH, *sizes(source, source.integer(1, 3)))
    return [TensorType(shape, source.choice(_FLOAT)), TensorType(shape, source.choice(_INT))]


def conditions(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Some conditions, and a choice for each."""
    shape, count = (BATCH, *sizes(source, source.integer(1, 3))), source.integer(1, 2)
    return [*[TensorType(shape, "bool")] * count, *[TensorType(shape, source.choice(_FLOAT))] * count]


def bounds(source: Source, draft: Draft) -> None:
    name = "bins" if "bins" in draft.row.input_names else "sorted_sequence"
    draft.values[name] = source.choice(([0.0], [0.0, 0.5, 2.0], [-1.0, 1.0]))
    draft.values.pop("values", None)


def ids(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return [TensorType((BATCH, *sizes(source, source.integer(0, 2))), source.choice(("int32", "int64")))]


def table(source: Source, draft: Draft) -> None:
    draft.values["shape"] = [source.integer(2, 5) for _ in range(source.integer(1, 3))]


def scores(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Targets, and predictions for each class."""
    return [
        TensorType((BATCH,), source.choice(("int32", "int64"))),
        TensorType((BATCH, source.integer(2, 6)), "float32"),
    ]


def few(source: Source, draft: Draft) -> None:
    draft.values["k"] = source.integer(1, 3)


def segments(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    data = TensorType((BATCH, *sizes(source, source.integer(0, 2))), source.choice((*_FLOAT, "int32")))
    return [data, TensorType((BATCH,), source.choice(("int32", "int64")))]


def places(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    """Where values go, and the values."""
    index = TensorType((BATCH, 1), source.choice(("int32", "int64")))
    return [index, TensorType((BATCH, *sizes(source, source.integer(0, 2))), source.choice(_FLOAT))]


def room(source: Source, draft: Draft) -> None:
    rest = [dim if isinstance(dim, int) else 1 for dim in draft.inputs[-1].shape[1:]]
    draft.values["shape"] = [source.integer(2, 8), *rest]


def cut(source: Source, draft: Draft) -> None:
    """A part of every example, or of the first one."""
    known = [dim if isinstance(dim, int) else 1 for dim in draft.x.shape]
    starts = [0, *(source.integer(0, size - 1) for size in known[1:])]
    draft.values["start_indices"] = starts
    draft.values["shape"] = [
        1,
        *(source.integer(1, size - at) for size, at in zip(known[1:], starts[1:], strict=True)),
    ]


def patch(source: Source, draft: Draft) -> None:
    """Values for the first example."""
    known = [1, *(dim if isinstance(dim, int) else 1 for dim in draft.x.shape[1:])]
    draft.values["start_indices"] = [0] * len(known)
    draft.values["updates"] = _filled(known) if prod(known) <= 64 else _filled([1] * len(known))


def update(source: Source, draft: Draft) -> None:
    rest = [dim if isinstance(dim, int) else 1 for dim in draft.x.shape[1:]]
    draft.values["indices"] = [[0]]
    draft.values["updates"] = _filled([1, *rest]) if prod(rest) <= 64 else _filled([1])


def _filled(shape: Sequence[int]) -> Any:
    return 1.0 if not shape else [_filled(shape[1:]) for _ in range(shape[0])]


def parts(source: Source, draft: Draft) -> None:
    """Shares from 0 to 1, or of 100."""
    most = 100 if "percentile" in draft.row.name else 1
    draft.values["q"] = source.choice((0.5 * most, 0.0, [0.25 * most, 0.75 * most]))


def padded(source: Source, draft: Draft) -> None:
    rest = [[source.integer(0, 2), source.integer(0, 2)] for _ in draft.x.shape[1:]]
    draft.values["pad_width"] = [[0, 0], *rest]
    if draft.get("mode") != "constant":
        draft.values.pop("constant_values", None)


def spread(source: Source, draft: Draft) -> None:
    """The shape of the input, or with an axis more in front."""
    more = [2] if source.chance(3) else []
    draft.values["shape"] = more + [dim if isinstance(dim, int) else 1 for dim in draft.x.shape]


HINTS = {
    "ops.full": Hint(grid, spread),
    "ops.broadcast_to": Hint(grid, spread),
    "ops.einsum": Hint(einsum_inputs, einsum),
    "ops.rearrange": Hint(grid, rearrange),
    "ops.select": Hint(conditions),
    "ops.digitize": Hint(grid, bounds),
    "ops.searchsorted": Hint(vector, bounds),
    "ops.unravel_index": Hint(ids, table),
    "ops.in_top_k": Hint(scores, few),
    "ops.slice": Hint(grid, cut),
    "ops.slice_update": Hint(grid, patch),
    "ops.scatter": Hint(places, room),
    "ops.scatter_update": Hint(grid, update),
    "ops.pad": Hint(grid, padded),
    "ops.ldexp": Hint(powers),
    **{f"ops.segment_{name}": Hint(segments) for name in ("sum", "max", "min", "prod")},
    **{
        f"ops.{name}": Hint(grid, parts)
        for name in ("quantile", "nanquantile", "percentile", "nanpercentile")
    },
    **{
        f"ops.{name}": Hint(whole)
        for name in (
            "gcd", "lcm", "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "bitwise_invert",
            "left_shift", "right_shift", "bitwise_left_shift", "bitwise_right_shift",
        )
    },
}  # fmt: skip
