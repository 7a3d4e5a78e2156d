"""What `kernel_regularizer` and its like may name."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Number
from specgraph.spec.record import Record

NonNegative: TypeAlias = Annotated[float, Number(minimum=0)]


class L1Args(Record):
    l1: NonNegative = 0.01


class L2Args(Record):
    l2: NonNegative = 0.01


class L1L2Args(Record):
    l1: NonNegative = 0.0
    l2: NonNegative = 0.0


class OrthogonalArgs(Record):
    factor: NonNegative = 0.01
    mode: Literal["rows", "columns"] = "rows"


REGULARIZERS = Catalog(
    "a regularizer",
    "regularizers",
    (
        Entry("L1", L1Args, ("l1",), "Adds the sum of absolute values to the loss."),
        Entry("L2", L2Args, ("l2",), "Adds the sum of squares to the loss."),
        Entry("L1L2", L1L2Args, ("l1l2",), "Adds absolute values and squares to the loss."),
        Entry(
            "OrthogonalRegularizer",
            OrthogonalArgs,
            ("orthogonal_regularizer",),
            "Punishes rows, or columns, that are not at right angles; for weights with two axes.",
        ),
    ),
)
