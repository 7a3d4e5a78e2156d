"""What a hint is, and what hints share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from specgraph.ir.dim import Dim, named
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.spec.record import Record
from specgraph.testing.source import Source

BATCH = named("batch")

PortTypes: TypeAlias = Mapping[str, TensorType | tuple[TensorType, ...]]


class Draft:
    """The arguments of a layer while they are drawn, and the inputs that they are to fit."""

    __slots__ = ("inputs", "row", "values")

    def __init__(self, row: Layer[Any], values: dict[str, Any], inputs: Sequence[TensorType]) -> None:
        self.row = row
        self.values = values
        self.inputs = tuple(inputs)

    @property
    def x(self) -> TensorType:
        return self.inputs[0]

    def get(self, name: str) -> Any:
        """The value drawn, or the default."""
        return self.values[name] if name in self.values else self.row.args.fields()[name].default

    def per_axis(self, name: str, axes: int) -> list[int]:
        """A per-axis argument as one int for each axis."""
        value = self.get(name)
        return [value] * axes if isinstance(value, int) else list(value)

    def space(self) -> list[int | None]:
        """The sizes of the spatial axes of the first input; None for one that is not known."""
        dims = self.x.shape[2:] if self.first else self.x.shape[1:-1]
        return [dim if isinstance(dim, int) else None for dim in dims]

    def channels(self) -> int | None:
        dim = self.x.shape[1 if self.first and self.x.rank > 1 else -1]
        return dim if isinstance(dim, int) else None

    def unknown_axes(self) -> set[int]:
        """The axes of the first input, the batch left out, of which the size is not known."""
        return {i for i, dim in enumerate(self.x.shape) if i and not isinstance(dim, int)}

    @property
    def first(self) -> bool:
        """Whether channels come first."""
        return "data_format" in self.row.args.fields() and self.get("data_format") == "channels_first"


class Hint(NamedTuple):
    """`inputs` draws the types that enter; `fit` changes the drawn arguments so that they go with the
    inputs, which it leaves alone; `ports` draws types for call arguments, from checked arguments."""

    inputs: Callable[[Source, Layer[Any]], Sequence[TensorType]] | None = None
    fit: Callable[[Source, Draft], None] | None = None
    ports: Callable[[Source, Record, Sequence[TensorType]], PortTypes] | None = None


def divisors(number: int) -> list[int]:
    """Of a positive int, the least first."""
    return [one for one in range(1, number + 1) if number % one == 0]


def sizes(source: Source, count: int, most: int = 8) -> list[Dim]:
    return [source.integer(1, most) for _ in range(count)]
