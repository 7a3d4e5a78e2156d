"""What may be done to a column before it reaches the model: named steps, and some of Keras's layers.

steps:
  image: [{scale: {to: [0, 1]}}, {Resizing: {height: 64, width: 64}}]
  label: [one_hot]

Here is what a step makes of what is known of a column; `specgraph.training.steps` does it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import is_float
from specgraph.ir.training import Column
from specgraph.rows.policy import DTYPES
from specgraph.spec.kinds import Bad, Choice, Int, ListOf, Number, Optional
from specgraph.spec.record import Record

from .source import DataError

Range: TypeAlias = Annotated[tuple[float, ...] | None, Optional(ListOf(Number(), least=2, most=2))]
Count: TypeAlias = Annotated[int, Int(minimum=1)]
Side: TypeAlias = Literal["post", "pre"]


class Step(NamedTuple):
    """One thing that may be done; its arguments are those of the spec."""

    name: str
    args: type[Record]
    rule: Callable[[Any, Column], Column]
    """What comes out of a column; `DataError` where it does not go with it."""
    doc: str


class ScaleArgs(Record):
    to: Annotated[Range, "The least and the greatest value that come out; by default 0 and 1."] = None
    range: Annotated[Range, "The values that become those two; by default the range of the column."] = None
    by: Annotated[float | None, Optional(Number()), "What values are multiplied by, in place of both."] = None
    offset: Annotated[float, Number(), "With `by`, what is then added."] = 0.0

    def agree(self) -> None:
        if self.by is not None:
            for name in ("to", "range"):
                if name in self.given:
                    raise Bad(f"has `{name}`, and `by` says it in another way", (name,))
        elif "offset" in self.given:
            raise Bad("has an `offset`, which goes with `by`", ("offset",))
        if self.range is not None and self.range[0] >= self.range[1]:
            raise Bad("has a range that does not go from a value to a greater one", ("range",))


class ShiftArgs(Record):
    by: Annotated[int, Int(), "What is added to each value, such as -1 for classes that are counted from 1."]


class NormalizeArgs(Record):
    """Nothing: mean and variance are those of the examples that are trained on."""


class OneHotArgs(Record):
    classes: Annotated[int | None, Optional(Int(minimum=2)), "How many; by default as many as there are."] = (
        None
    )


class ArgmaxArgs(Record):
    """Nothing."""


class CastArgs(Record):
    dtype: Annotated[str, Choice(*DTYPES), "What the values become."]


class ReshapeArgs(Record):
    shape: Annotated[tuple[int, ...], ListOf(Int(minimum=-1)), "Of one example; one size may be -1."]

    def agree(self) -> None:
        if 0 in self.shape or self.shape.count(-1) > 1:
            raise Bad("has a shape that is no list of positive sizes, of which one may be -1", ("shape",))


class PermuteArgs(Record):
    dims: Annotated[
        tuple[int, ...],
        ListOf(Int(minimum=1), least=1),
        "The axes in their new order, counted from 1 as in the layer Permute: `[2, 1]` swaps two.",
    ]

    def agree(self) -> None:
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise Bad(f"has `dims` that are not 1 to {len(self.dims)}, each once", ("dims",))


class ChannelsArgs(Record):
    count: Annotated[int, Choice(1, 3), "3 repeats a grey channel; 1 makes colours grey."]


class PadArgs(Record):
    length: Annotated[Count, "How long the first axis becomes."]
    value: Annotated[float, Number(), "What fills it up."] = 0.0
    side: Annotated[Side, "Whether that comes after the values or before."] = "post"


class TruncateArgs(Record):
    length: Annotated[Count, "How long the first axis is at most."]
    side: Annotated[Side, "Whether values are cut off after the others or before."] = "post"


def _numbers(column: Column, step: str) -> None:
    if column.dtype == "string":
        raise DataError(f"`{step}` is for numbers, and these are strings", help="StringLookup numbers words")


def scaling(args: ScaleArgs, column: Column) -> tuple[float, float]:
    """What values are multiplied by, and what is then added."""
    if args.by is not None:
        return args.by, args.offset
    low, high = args.to or (0.0, 1.0)
    start, end = args.range or column.range or (0.0, 0.0)
    if start == end:
        said = "has one value alone" if column.range else "is not known"
        raise DataError(f"the range of its values {said}", help="`scale: {range: [0, 255]}` says it")
    by = (high - low) / (end - start)
    return by, low - start * by


def _scale(args: ScaleArgs, column: Column) -> Column:
    _numbers(column, "scale")
    by, offset = scaling(args, column)
    known = column.range or args.range
    made = None
    if known is not None:
        ends = sorted(one * by + offset for one in known)
        made = (ends[0], ends[1])
    return Column(column.shape, "float32", "float", None, made, column.node)


def _shift(args: ShiftArgs, column: Column) -> Column:
    _numbers(column, "shift")
    dtype = column.dtype if column.dtype is None or is_float(column.dtype) else "int64"
    classes = column.classes
    made = column.range and (column.range[0] + args.by, column.range[1] + args.by)
    if column.encoding == "index" and made is not None:
        if made[0] < 0:
            help = "`columns: {label: {range: [1, 10], …}}` says that they are counted from 1"
            raise DataError(f"classes would be counted from {made[0]:g}", ("by",), help=help)
        classes = classes and max(classes, int(made[1]) + 1)
    return column._replace(dtype=dtype, range=made, classes=classes)


def _normalize(args: NormalizeArgs, column: Column) -> Column:
    _numbers(column, "normalize")
    return Column(column.shape, "float32", "float", None, None, column.node)


def _one_hot(args: OneHotArgs, column: Column) -> Column:
    _numbers(column, "one_hot")
    if column.encoding not in (None, "index"):
        raise DataError(f"`one_hot` needs classes' numbers, and these are {column.encoding}")
    classes = args.classes or column.classes
    if classes is None:
        raise DataError("it is not known how many classes there are", help="`one_hot: {classes: 10}`")
    if args.classes is not None and column.classes is not None and args.classes < column.classes:
        raise DataError(f"there are {column.classes} classes, more than {args.classes}", ("classes",))
    if column.range is not None and (column.range[0] < 0 or column.range[1] >= classes):
        low, high = column.range
        message = f"labels go from {low:g} to {high:g}, and {classes} classes from 0 to {classes - 1}"
        raise DataError(message, help="`shift: {by: -1}` is a step for classes that are counted from 1")
    shape = None if column.shape is None else (*column.shape, classes)
    return Column(shape, "float32", "onehot", classes, (0.0, 1.0), column.node)


def _argmax(args: ArgmaxArgs, column: Column) -> Column:
    _numbers(column, "argmax")
    if column.shape == ():
        raise DataError("`argmax` needs an axis of classes, and these are single values")
    classes = column.classes
    if column.shape is not None and isinstance(column.shape[-1], int):
        classes = column.shape[-1]
    shape = None if column.shape is None else column.shape[:-1]
    bounds = None if classes is None else (0.0, classes - 1.0)
    return Column(shape, "int64", "index", classes, bounds, column.node)


def _cast(args: CastArgs, column: Column) -> Column:
    if args.dtype == "string" and column.dtype not in (None, "string"):
        raise DataError("numbers are not turned into strings", ("dtype",))
    made = column._replace(dtype=args.dtype)
    if args.dtype == "bool":
        return made._replace(range=(0.0, 1.0), encoding=None, classes=None)
    if column.range is None or is_float(args.dtype) or args.dtype == "string":
        return made
    low, high = (int(one) for one in column.range)
    signed = not args.dtype.startswith("u")
    bits = int(args.dtype.removeprefix("u").removeprefix("int")) - signed
    if low < (-(1 << bits) if signed else 0) or high >= 1 << bits:
        raise DataError(f"values from {low} to {high} do not go into {args.dtype}", ("dtype",))
    return made._replace(range=(float(low), float(high)))


def _reshape(args: ReshapeArgs, column: Column) -> Column:
    if column.shape is None or not all(isinstance(one, int) for one in column.shape):
        known = -1 not in args.shape
        return column._replace(shape=args.shape if known else None)
    count = prod(one for one in column.shape if isinstance(one, int))
    shape: tuple[Dim, ...] = args.shape
    if -1 in args.shape:
        rest = -prod(args.shape)
        shape = tuple(count // rest if one == -1 else one for one in args.shape)
    if prod(one for one in shape if isinstance(one, int)) != count:
        raise DataError(f"{count} values do not go into the shape {list(args.shape)}", ("shape",))
    return column._replace(shape=shape)


def _permute(args: PermuteArgs, column: Column) -> Column:
    if column.shape is None:
        return column
    if len(column.shape) != len(args.dims):
        raise DataError(f"an example has {len(column.shape)} axes, not {len(args.dims)}", ("dims",))
    return column._replace(shape=tuple(column.shape[one - 1] for one in args.dims))


def _channels(args: ChannelsArgs, column: Column) -> Column:
    _numbers(column, "channels")
    if column.shape is None:
        return column
    if len(column.shape) == 2:
        return column._replace(shape=(*column.shape, args.count))
    if len(column.shape) != 3 or column.shape[-1] not in (1, 3):
        shown = ", ".join(map(str, column.shape))
        message = f"`channels` is for images of one channel or three, and these have the shape [{shown}]"
        raise DataError(message)
    return column._replace(shape=(*column.shape[:-1], args.count))


def _first(column: Column, step: str) -> Dim | None:
    """The size of the first axis, where it is known."""
    if column.shape == ():
        raise DataError(f"`{step}` needs an axis, and these are single values")
    return None if column.shape is None else column.shape[0]


def _pad(args: PadArgs, column: Column) -> Column:
    _numbers(column, "pad")
    size = _first(column, "pad")
    if isinstance(size, int) and size > args.length:
        help = f"`truncate: {{length: {args.length}}}` cuts them"
        raise DataError(f"examples are longer than that: {size}", ("length",), help=help)
    shape = None if column.shape is None else (args.length, *column.shape[1:])
    bounds = column.range
    if bounds is not None and size != args.length:
        bounds = (min(bounds[0], args.value), max(bounds[1], args.value))
    return column._replace(shape=shape, range=bounds)


def _truncate(args: TruncateArgs, column: Column) -> Column:
    size = _first(column, "truncate")
    if column.shape is None or not isinstance(size, int):
        return column
    return column._replace(shape=(min(size, args.length), *column.shape[1:]))


ROWS = (
    Step("scale", ScaleArgs, _scale, "Brings values from one range to another, by default to 0 to 1."),
    Step("shift", ShiftArgs, _shift, "Adds a whole number to each value."),
    Step(
        "normalize",
        NormalizeArgs,
        _normalize,
        "Brings each feature to mean 0 and variance 1, as they are in the examples that are trained on.",
    ),
    Step("one_hot", OneHotArgs, _one_hot, "A row with a 1 at the class's place."),
    Step(
        "argmax", ArgmaxArgs, _argmax, "The place of the greatest value: a class's number from a one-hot row."
    ),
    Step("cast", CastArgs, _cast, "Turns values into another dtype."),
    Step("reshape", ReshapeArgs, _reshape, "Gives an example another shape of as many values."),
    Step("permute", PermuteArgs, _permute, "Puts the axes of an example into another order."),
    Step("channels", ChannelsArgs, _channels, "Makes grey images coloured, or the other way round."),
    Step("pad", PadArgs, _pad, "Fills the first axis up to a length."),
    Step("truncate", TruncateArgs, _truncate, "Cuts the first axis to a length."),
)
BY_NAME = {one.name: one for one in ROWS}
