"""Penalties on weights and outputs."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Number
from specgraph.spec.record import Record

Factor: TypeAlias = Annotated[float, Number(minimum=0)]


class L1Args(Record):
    l1: Factor = 0.01


class L2Args(Record):
    l2: Factor = 0.01


class L1L2Args(Record):
    l1: Factor = 0.0
    l2: Factor = 0.0


class OrthogonalArgs(Record):
    factor: Factor = 0.01
    mode: Literal["rows", "columns"] = "rows"


REGULARIZERS = Catalog(
    "a regularizer",
    "regularizers",
    (
        Entry("L1", L1Args, ("l1",), "A penalty of `l1` times the sum of absolute values."),
        Entry("L2", L2Args, ("l2",), "A penalty of `l2` times the sum of squares."),
        Entry("L1L2", L1L2Args, ("l1_l2",), "Both penalties at once."),
        Entry("OrthogonalRegularizer", OrthogonalArgs, ("orthogonal_regularizer",), "Draws rows apart."),
    ),
)
