"""What may be done to a column before it reaches the model.

steps:
  image: [{scale: {to: [0, 1]}}, {Resizing: {height: 64, width: 64}}]
  label: [one_hot]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

from specgraph.ir.training import Column
from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Int, Optional
from specgraph.spec.record import Record

from .source import DataError


class Step(NamedTuple):
    """One thing that may be done; its arguments are those of the spec."""

    name: str
    args: type[Record]
    rule: Callable[[Any, Column], Column]
    """What comes out of a column; `DataError` where it does not go with it."""
    run: Callable[[Any, Column, Any], Any]
    """The same with a batch of examples, a TensorFlow tensor; the column is that before the step."""
    doc: str

    @property
    def entry(self) -> Entry:
        """The step as the catalogue has it."""
        return Entry(self.name, self.args, (), self.doc)


class OneHotArgs(Record):
    classes: Annotated[int | None, Optional(Int(minimum=2)), "How many; by default as many as there are."] = (
        None
    )


def _one_hot(args: OneHotArgs, column: Column) -> Column:
    if column.encoding not in (None, "index"):
        raise DataError(f"`one_hot` needs classes' numbers, and these are {column.encoding}")
    classes = args.classes or column.classes
    if classes is None:
        raise DataError("it is not known how many classes there are", help="`one_hot: {classes: 10}`")
    if args.classes is not None and column.classes is not None and args.classes < column.classes:
        raise DataError(f"there are {column.classes} classes, more than {args.classes}", ("classes",))
    shape = None if column.shape is None else (*column.shape, classes)
    return Column(shape, "float32", "onehot", classes, (0.0, 1.0), column.node)


def _make_one_hot(args: OneHotArgs, column: Column, batch: Any) -> Any:
    import tensorflow as tf

    return tf.one_hot(batch, args.classes or column.classes)


ROWS = (Step("one_hot", OneHotArgs, _one_hot, _make_one_hot, "A row with a 1 at the class's place."),)
BY_NAME = {one.name: one for one in ROWS}
STEPS = Catalog("a step", "steps", [one.entry for one in ROWS])
