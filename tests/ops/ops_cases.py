"""Random uses of ops, mostly legal: arguments, the types of the inputs, and near misses of them.

Each family has a strategy for each of its ops, in `CASES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from specgraph.ir.tensor import TensorType
from specgraph.ops import OPS
from specgraph.rows.op import Op

FLOATS = ("float32", "float16", "bfloat16", "float64")
INTS = ("int32", "int64", "int8", "int16", "uint8", "uint16", "uint32")
DTYPES = (*FLOATS, *INTS, "bool", "complex64")

Draw = Callable[..., Any]
Make = Callable[[str, Draw], "Case"]


@dataclass(frozen=True)
class Case:
    """One use of an op. `values` has inputs by position whose numbers matter, such as indices."""

    row: Op[Any]
    args: Any
    inputs: tuple[TensorType, ...]
    ports: Mapping[str, TensorType] = field(default_factory=dict)
    values: Mapping[int | str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        types = [f"{one.dtype}{one}" for one in self.inputs]
        ports = {name: f"{one.dtype}{one}" for name, one in self.ports.items()}
        return f"{self.row.name}({self.args.as_dict()}, {types}, {ports})"


def row(name: str) -> Op[Any]:
    found = OPS[f"ops.{name}"]
    assert isinstance(found, Op)
    return found


def case(name: str, inputs: Any, ports: Any = None, values: Any = None, **args: Any) -> Case:
    one = row(name)
    return Case(one, one.args(**args), tuple(inputs), ports or {}, values or {})


# What families draw from

sizes = st.integers(1, 5)
mostly_float = st.sampled_from(("float32",) * 6 + DTYPES)
floats = st.sampled_from(("float32", "float32", *FLOATS))


def shapes(least: int = 0, most: int = 4) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(sizes, min_size=least, max_size=most).map(tuple)


@st.composite
def tensors(draw: Draw, least: int = 0, most: int = 4, dtypes: Any = mostly_float) -> TensorType:
    return TensorType(draw(shapes(least, most)), draw(dtypes))


def axis(rank: int) -> st.SearchStrategy[int]:
    """Mostly an axis of a tensor of this rank."""
    if not rank:
        return st.integers(-1, 0)
    return st.one_of(*[st.integers(-rank, rank - 1)] * 15, st.sampled_from((rank, -rank - 1)))


def some_axes(rank: int) -> st.SearchStrategy[Any]:
    """None, an axis, or several that differ."""
    several = st.lists(
        axis(rank), min_size=1, max_size=max(rank, 1), unique_by=lambda one: one % max(rank, 1)
    )
    return st.one_of(st.none(), axis(rank), several.map(tuple))


@st.composite
def broadcastable(draw: Draw, count: int, dtypes: Any = mostly_float) -> tuple[TensorType, ...]:
    """Types whose shapes mostly broadcast."""
    whole = draw(shapes())
    made = []
    for _ in range(count):
        cut = draw(st.integers(0, len(whole)))
        shape = tuple(draw(st.sampled_from((size, size, size, 1))) for size in whole[cut:])
        made.append(TensorType(shape, draw(dtypes)))
    if draw(st.integers(0, 9)) == 0 and made[-1].shape:
        made[-1] = bumped(draw, made[-1])
    return tuple(made)


def bumped(draw: Draw, one: TensorType) -> TensorType:
    """The type with one size changed by one, an axis more, or an axis less."""
    shape = list(one.shape)
    at = draw(st.integers(0, len(shape) - 1))
    what = draw(st.sampled_from(("more", "less", "axis", "gone")))
    if what == "more" or (what == "less" and shape[at] == 1):
        shape[at] += 1
    elif what == "less":
        shape[at] -= 1
    elif what == "axis":
        shape.insert(at, draw(sizes))
    else:
        del shape[at]
    return TensorType(tuple(shape), one.dtype)


def some(draw: Draw, **options: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Some of these arguments."""
    return {name: draw(one) for name, one in options.items() if draw(st.booleans())}


@st.composite
def near_miss(draw: Draw, one: Case) -> Case:
    """The case with one of its inputs a little different."""
    places = [i for i, x in enumerate(one.inputs) if x.shape]
    if not places or one.values or "indices" in one.args.given:
        return one
    at = draw(st.sampled_from(places))
    inputs = list(one.inputs)
    inputs[at] = bumped(draw, inputs[at])
    return replace(one, inputs=tuple(inputs))


CASES: dict[str, Make] = {}


def family(*names: str) -> Callable[[Make], Make]:
    """The strategy of these ops."""

    def enter(make: Make) -> Make:
        for name in names:
            assert name not in CASES, name
            CASES[name] = make
        return make

    return enter


def cases(name: str) -> st.SearchStrategy[Case]:
    """Uses of an op, a few of them near misses."""
    make = CASES[name]

    @st.composite
    def drawn(draw: Draw) -> Case:
        made = make(name, draw)
        return draw(near_miss(made)) if draw(st.integers(0, 7)) == 0 else made

    return drawn()
