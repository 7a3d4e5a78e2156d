"""What `kernel_constraint` and its like may name."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Either, Int, ListOf, Number
from specgraph.spec.record import Record

NonNegative: TypeAlias = Annotated[float, Number(minimum=0)]
Axes: TypeAlias = Annotated[
    int | tuple[int, ...], Either(Int(), ListOf(Int(), least=1), phrase="an axis or a list of axes")
]


class NoArgs(Record):
    pass


class MaxNormArgs(Record):
    max_value: NonNegative = 2
    axis: Axes = 0


class MinMaxNormArgs(Record):
    min_value: NonNegative = 0.0
    max_value: NonNegative = 1.0
    rate: Annotated[float, Number(minimum=0, maximum=1)] = 1.0
    axis: Axes = 0


class UnitNormArgs(Record):
    axis: Axes = 0


CONSTRAINTS = Catalog(
    "a constraint",
    "constraints",
    (
        Entry("MaxNorm", MaxNormArgs, ("max_norm",), "Shrinks vectors that are longer than a bound."),
        Entry("MinMaxNorm", MinMaxNormArgs, ("min_max_norm",), "Keeps the length of vectors between bounds."),
        Entry("NonNeg", NoArgs, ("non_neg",), "Sets negative values to 0."),
        Entry("UnitNorm", UnitNormArgs, ("unit_norm",), "Gives every vector a length of 1."),
    ),
)
