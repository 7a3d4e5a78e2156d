"""Cutting pieces out of a tensor, and putting pieces in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from specgraph.ir.compare import at_least, equal
from specgraph.ir.dim import Dim, dim_max, dim_min, unknown
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, demand
from specgraph.rows.broadcast import may_agree
from specgraph.rows.constants import Constant
from specgraph.rows.dtypes import is_int
from specgraph.rows.op import Op, declared
from specgraph.spec.kinds import Bad, Int, Kind, ListOf, Schema
from specgraph.spec.record import Record

from .arguments import BOOL, COMPLEX, Operand, check_kernel

MOST_PARTS = 16
_INT = Int()


class Cut(NamedTuple):
    """`start:stop:step` of Python."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


Part: TypeAlias = "int | Cut | Literal['...'] | None"


class Index(Kind):
    """What stands between Python's brackets: `[0, "1:3", "::2", "...", null]`, or one such part alone."""

    phrase = 'an index such as 0, "1:3", "...", or null for a new axis, or a list of them'

    def check(self, value: Any) -> tuple[Part, ...]:
        if not isinstance(value, list | tuple):
            return (self._part(value),)
        if len(value) > MOST_PARTS:
            raise Bad(f"has more than {MOST_PARTS} parts")
        found = []
        for i, one in enumerate(value):
            try:
                found.append(self._part(one))
            except Bad as bad:
                raise bad.under(i) from None
        if found.count("...") > 1:
            raise Bad("has `...` more than once")
        return tuple(found)

    def _part(self, value: Any) -> Part:
        if value is None:
            return None
        if isinstance(value, Cut):
            return value
        if not isinstance(value, str):
            return _INT.check(value)
        if value.strip() == "...":
            return "..."
        ends = [end.strip() for end in value.split(":")]
        if not 2 <= len(ends) <= 3:
            raise self.wrong(value)
        numbers = [self._end(end, value) for end in ends]
        if numbers[2:] == [0]:
            raise Bad("has a step of 0")
        return Cut(*numbers)

    def _end(self, text: str, whole: str) -> int | None:
        if not text:
            return None
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
            raise self.wrong(whole)
        return int(text)

    def schema(self) -> Schema:
        end = " *(-?[0-9]{1,15})? *"
        cut = {"type": "string", "pattern": rf"^( *\.\.\. *|{end}:{end}(:{end})?)$"}
        part = {"anyOf": [{"type": ["integer", "null"]}, cut]}
        return {"anyOf": [*part["anyOf"], {"type": "array", "items": part, "maxItems": MOST_PARTS}]}


def as_key(parts: tuple[Part, ...]) -> tuple[Any, ...]:
    """What Python has between its brackets for these parts."""
    made: list[Any] = []
    for part in parts:
        if isinstance(part, Cut):
            made.append(slice(*part))
        else:
            made.append(Ellipsis if part == "..." else part)
    return tuple(made)


class GetItemArgs(Record):
    key: Annotated[tuple[Part, ...], Index()]


class SliceArgs(Record):
    start_indices: Operand = None
    shape: Annotated[tuple[int, ...], ListOf(Int(-1))]


class SliceUpdateArgs(Record):
    inputs: Operand = None
    start_indices: Operand = None
    updates: Operand = None


class ScatterArgs(Record):
    indices: Operand = None
    values: Operand = None
    shape: Annotated[tuple[int, ...], ListOf(Int(0))]


class ScatterUpdateArgs(Record):
    inputs: Operand = None
    indices: Operand = None
    updates: Operand = None
    reduction: Literal["add", "max", "min", "mul"] | None = None


def get_item(args: GetItemArgs, x: TensorType) -> TensorType:
    """`x[key]`: an int takes an axis away, null adds one, `...` stands for all axes that are not named."""
    parts = list(args.key)
    named = sum(part not in (None, "...") for part in parts)
    if named > x.rank:
        message = f"has {named} indices, its input has {x.rank} axes: {x}"
        raise Reject("axis-out-of-range", message, argument="key", label=f"{named} indices", rank=x.rank)
    if "..." not in parts:
        parts.append("...")
    shape: list[Dim] = []
    axis = 0
    for part in parts:
        if part is None:
            shape.append(1)
        elif part == "...":
            shape += x.shape[axis : axis + x.rank - named]
            axis += x.rank - named
        else:
            if isinstance(part, Cut):
                shape.append(_length(x.shape[axis], part))
            else:
                _check_index(x, axis, part)
            axis += 1
    return x.with_shape(*shape)


def _check_index(x: TensorType, axis: int, index: Any) -> None:
    size, least = x.shape[axis], index + 1 if index >= 0 else -index
    message = f"takes index {index} of axis {axis}, which has {size}: {x}"
    reject = Reject("shape-mismatch", message, argument="key", axis=axis, size=size, reach=least)
    demand(at_least(size, least), reject, size)


def _length(size: Dim, cut: Cut) -> Dim:
    """How many places a cut takes of an axis: what `len(range(*slice.indices(size)))` is for a number."""
    step = 1 if cut.step is None else cut.step
    if isinstance(size, int):
        return len(range(*slice(*cut).indices(size)))
    low, high = (0, size) if step > 0 else (-1, size - 1)
    start = _end(cut.start, size, low, high, low if step > 0 else high)
    stop = _end(cut.stop, size, low, high, high if step > 0 else low)
    span = stop - start if step > 0 else start - stop
    return declared(dim_max((dim_max(span, 0) + abs(step) - 1) // abs(step), 0), size)


def _end(value: int | None, size: Dim, low: Dim, high: Dim, default: Dim) -> Dim:
    if value is None:
        return default
    return dim_min(value, high) if value >= 0 else dim_max(size + value, low)


def _starts(given: Constant | None, rank: int, name: str = "start_indices") -> tuple[int, ...] | None:
    """The places where a piece begins, if they are written down; one for each axis."""
    if given is None:
        return None
    if given.dtype != "int32" or given.shape != (rank,) or min(given.value) < 0:
        message = f"needs {rank} integers of at least 0, one for each axis"
        raise Reject("bad-param", message, argument=name, label=f"one for each of {rank} axes")
    return tuple(given.value)


def _check_starts(starts: TensorType, rank: int) -> None:
    """Starts from a tensor: a vector of integers, one for each axis."""
    if starts.rank != 1 or not is_int(starts.dtype):
        message = f"begins at a vector of integers, it has {starts.dtype} {starts}"
        raise Reject("shape-mismatch", message, input=1)
    if starts.dtype not in ("int32", "int64"):
        message = f"begins at int32 or int64 places, it has {starts.dtype}"
        raise Reject("fails-when-run", message, input=1, dtype=starts.dtype)
    message = f"begins at {starts.shape[0]} places, its input has {rank} axes"
    may_agree(starts.shape[0], rank, Reject("shape-mismatch", message, input=1))


def slice_(args: SliceArgs, inputs: TensorType, start_indices: TensorType) -> TensorType:
    """A piece of `shape`, -1 standing for all that is left of an axis."""
    if len(args.shape) != inputs.rank:
        message = f"cuts {len(args.shape)} axes, its input has {inputs.rank}: {inputs}"
        raise Reject("bad-param", message, argument="shape", label=f"{len(args.shape)} axes")
    starts = _starts(args.start_indices, inputs.rank)
    if starts is None:
        _check_starts(start_indices, inputs.rank)
    shape: list[Dim] = []
    for axis, (size, want) in enumerate(zip(inputs.shape, args.shape, strict=True)):
        start = starts[axis] if starts is not None else 0
        _check_piece(inputs, axis, start + max(want, 0), "shape")
        if want != -1:
            shape.append(want)
        else:
            shape.append(declared(size - start, size) if starts is not None else unknown())
    return inputs.with_shape(*shape)


def _check_piece(x: TensorType, axis: int, end: int, argument: str | None, input: int | None = None) -> None:
    size = x.shape[axis]
    message = f"reaches to {end} on axis {axis}, which has {size}: {x}"
    reject = Reject(
        "shape-mismatch", message, argument=argument, input=input, axis=axis, size=size, reach=end
    )
    demand(at_least(size, end), reject, size)


def slice_update(
    args: SliceUpdateArgs, inputs: TensorType, start_indices: TensorType, updates: TensorType
) -> TensorType:
    """The shape of `inputs`, of which a piece of the shape of `updates` is replaced."""
    starts = _starts(args.start_indices, inputs.rank)
    if starts is None:
        _check_starts(start_indices, inputs.rank)
    if updates.rank != inputs.rank or updates.dtype != inputs.dtype:
        said = f"{inputs.dtype} {inputs} with {updates.dtype} {updates}"
        raise Reject("fails-when-run", f"updates {said}: both need one rank and one dtype", input=2)
    for axis, (size, piece) in enumerate(zip(inputs.shape, updates.shape, strict=True)):
        end = piece + (starts[axis] if starts is not None else 0)
        message = f"reaches to {end} on axis {axis}, which has {size}: {inputs}"
        reject = Reject("fails-when-run", message, input=2, axis=axis)
        demand(at_least(size - end, 0), reject, size, end)
    return inputs


def _check_scatter(indices: TensorType, values: TensorType, shape: Sequence[Dim]) -> None:
    """`indices` is `(n, depth)`, and `values` `(n, *shape[depth:])`."""
    if not is_int(indices.dtype) or indices.dtype not in ("int32", "int64"):
        message = f"writes to places given as int32 or int64, they are {indices.dtype}"
        raise Reject("fails-when-run", message, dtype=indices.dtype)
    if indices.rank < 1:
        raise Reject("fails-when-run", "writes to places in rows, it has a scalar")
    depth = indices.shape[-1]
    if not isinstance(depth, int):
        return  # how many axes of the shape the values have is not known
    if depth > len(shape):
        message = f"writes to places of {depth} coordinates, the shape has {len(shape)} axes"
        raise Reject("fails-when-run", message)
    want = (*indices.shape[:-1], *shape[depth:])
    message = f"writes {values}, where places and shape ask for ({', '.join(map(str, want))})"
    reject = Reject("fails-when-run", message)
    if len(want) != values.rank:
        raise reject
    for a, b in zip(want, values.shape, strict=True):
        demand(equal(a, b), reject, a, b)


def scatter(args: ScatterArgs, indices: TensorType, values: TensorType) -> TensorType:
    """`(n, depth), (n, ...)` -> `shape`, which is 0 but at the places written to."""
    _check_scatter(indices, values, args.shape)
    return TensorType(args.shape, values.dtype)


def scatter_update(
    args: ScatterUpdateArgs, inputs: TensorType, indices: TensorType, updates: TensorType
) -> TensorType:
    """The shape of `inputs`, with `updates` at the places of `indices`."""
    _check_scatter(indices, updates, inputs.shape)
    if args.reduction is not None:
        check_kernel(inputs.dtype, BOOL if args.reduction in ("add", "mul") else (*BOOL, *COMPLEX))
    if args.reduction == "mul" and (args.indices is not None or args.updates is not None):
        message = "multiplies at places and by values that come from the model, not from the spec"
        raise Reject("fails-when-run", message, argument="reduction")
    if updates.dtype != inputs.dtype:
        message = f"writes {updates.dtype} into {inputs.dtype}"
        raise Reject("fails-when-run", message, input=2, dtype=updates.dtype)
    return inputs


LAYERS = (
    Op(
        name="get_item",
        args=GetItemArgs,
        rule=get_item,
        prepare={"key": as_key},
        doc='Takes a part of a tensor: `key: ["1:3", 0, "..."]` is `x[1:3, 0, ...]` in Python.',
        shapes="(...) -> (...)",
    ),
    Op(
        name="slice",
        args=SliceArgs,
        rule=slice_,
        tensors=("inputs", "start_indices"),
        prepare={"start_indices": lambda given: list(given.value)},
        doc="Cuts a piece of a shape out of a tensor, beginning at a place on each axis.",
        shapes="(...), (rank,) -> shape",
    ),
    Op(
        name="slice_update",
        args=SliceUpdateArgs,
        rule=slice_update,
        tensors=("inputs", "start_indices", "updates"),
        arrays=("inputs", "updates"),
        prepare={"start_indices": lambda given: list(given.value)},
        doc="Replaces a piece of a tensor, beginning at a place on each axis.",
        shapes="(...), (rank,), (...) -> (...)",
    ),
    Op(
        name="scatter",
        args=ScatterArgs,
        rule=scatter,
        tensors=("indices", "values"),
        arrays=("indices", "values"),
        doc="Writes values to places of a tensor that is 0 elsewhere; what comes to one place is summed.",
        shapes="(n, depth), (n, ...) -> shape",
    ),
    Op(
        name="scatter_update",
        args=ScatterUpdateArgs,
        rule=scatter_update,
        tensors=("inputs", "indices", "updates"),
        arrays=("inputs", "indices", "updates"),
        doc="Writes values to places of a tensor, or adds them to what is there.",
        shapes="(...), (n, depth), (n, ...) -> (...)",
    ),
)
