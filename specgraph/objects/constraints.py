"""Constraints on weights, applied after each step."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Either, Int, ListOf, Number
from specgraph.spec.record import Record

NonNegative: TypeAlias = Annotated[float, Number(minimum=0)]
Axis: TypeAlias = Annotated[int | tuple[int, ...], Either(Int(), ListOf(Int(), least=1))]


class MaxNormArgs(Record):
    max_value: NonNegative = 2
    axis: Axis = 0


class MinMaxNormArgs(Record):
    min_value: NonNegative = 0.0
    max_value: NonNegative = 1.0
    rate: Annotated[float, Number(minimum=0, maximum=1)] = 1.0
    axis: Axis = 0


class UnitNormArgs(Record):
    axis: Axis = 0


class NoArgs(Record):
    pass


CONSTRAINTS = Catalog(
    "a constraint",
    "constraints",
    (
        Entry("MaxNorm", MaxNormArgs, ("max_norm",), "Keeps norms along the axis at most `max_value`."),
        Entry("MinMaxNorm", MinMaxNormArgs, ("min_max_norm",), "Keeps norms along the axis within bounds."),
        Entry("NonNeg", NoArgs, ("non_neg",), "Sets negative weights to zero."),
        Entry("UnitNorm", UnitNormArgs, ("unit_norm",), "Scales weights to norm 1 along the axis."),
    ),
)
