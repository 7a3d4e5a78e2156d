"""What may be done to a column before it reaches the model.

steps:
  image: [{scale: {to: [0, 1]}}, {Resizing: {height: 64, width: 64}}]
  label: [one_hot]
"""

from __future__ import annotations

from typing import Annotated

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Int, Optional
from specgraph.spec.record import Record


class OneHotArgs(Record):
    classes: Annotated[int | None, Optional(Int(minimum=2)), "How many; by default as many as there are."] = (
        None
    )


STEPS = Catalog(
    "a step",
    "steps",
    (Entry("one_hot", OneHotArgs, (), "A row with a 1 at the class's place."),),
)
