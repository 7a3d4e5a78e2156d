"""Uses of ops that move, repeat, join and part values."""

from __future__ import annotations

from hypothesis import strategies as st
from ops_cases import Case, Draw, axis, case, family, mostly_float, shapes, sizes, some, some_axes, tensors

from specgraph.ir.tensor import TensorType


@st.composite
def factored(draw: Draw, total: int) -> tuple[int, ...]:
    """A shape of so many values."""
    shape = []
    while total > 1 and len(shape) < 4:
        size = draw(st.sampled_from([n for n in range(1, total + 1) if total % n == 0]))
        shape.append(size)
        total //= size
    return (*shape, total)


@family("reshape")
def reshape(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    total = 1
    for size in x.shape:
        total *= size
    shape = list(draw(factored(total)))
    if draw(st.booleans()):
        shape[draw(st.integers(0, len(shape) - 1))] = -1
    if draw(st.integers(0, 9)) == 0:
        shape.append(draw(st.sampled_from((-1, 2, 0))))
    return case(name, [x], newshape=shape[0] if len(shape) == 1 and draw(st.booleans()) else shape)


@family("ravel", "fliplr", "flipud")
def plain(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors())])


@family("transpose")
def transpose(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    axes = draw(st.permutations(range(x.rank)))
    axes = [one - x.rank if draw(st.booleans()) else one for one in axes]
    if axes and draw(st.integers(0, 9)) == 0:
        axes[0] = axes[-1]
    return case(name, [x], **({"axes": axes} if draw(st.booleans()) else {}))


@family("expand_dims")
def expand_dims(name: str, draw: Draw) -> Case:
    x = draw(tensors(0, 3))
    return case(name, [x], axis=draw(some_axes(x.rank + 1).filter(lambda one: one is not None)))


@family("squeeze")
def squeeze(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    ones = [i for i, size in enumerate(x.shape) if size == 1]
    kinds = [some_axes(x.rank), st.none(), *([st.sampled_from(ones)] * 3 if ones else [])]
    return case(name, [x], axis=draw(st.one_of(*kinds)))


@family("moveaxis")
def moveaxis(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    source = draw(some_axes(x.rank).filter(lambda one: one is not None))
    if isinstance(source, int):
        return case(name, [x], source=source, destination=draw(axis(x.rank)))
    places = draw(st.permutations(range(x.rank)))[: len(source)]
    return case(name, [x], source=source, destination=places)


@family("swapaxes")
def swapaxes(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    return case(name, [x], axis1=draw(axis(x.rank)), axis2=draw(axis(x.rank)))


@family("broadcast_to")
def broadcast_to(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    shape = [draw(st.integers(1, 4)) if size == 1 else size for size in x.shape]
    shape = draw(st.lists(st.integers(1, 3), max_size=2)) + shape
    return case(name, [x], shape=shape)


@family("tile")
def tile(name: str, draw: Draw) -> Case:
    counts = st.lists(st.integers(1, 3), max_size=4)
    return case(name, [draw(tensors())], repeats=draw(st.one_of(st.integers(1, 3), counts)))


@family("repeat")
def repeat(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    at = draw(st.one_of(st.none(), axis(x.rank)))
    size = 1
    for one in x.shape if at is None else x.shape[at : at + 1 or None]:
        size *= one
    counts = st.lists(st.integers(0, 3), min_size=size, max_size=size) if size else st.nothing()
    repeats = draw(st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), min_size=1, max_size=1), counts))
    return case(name, [x], repeats=repeats, axis=at)


@family("pad")
def pad(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    pair = st.lists(st.integers(0, 2), min_size=2, max_size=2)
    each = st.lists(pair, min_size=max(x.rank, 1), max_size=max(x.rank, 1))
    one = st.lists(pair, min_size=1, max_size=2)
    args = {"pad_width": draw(st.one_of(st.integers(0, 2), pair, each, each, one))}
    args |= some(
        draw, mode=st.sampled_from(("constant", "reflect", "symmetric")), constant_values=st.integers(0, 2)
    )
    return case(name, [x], **args)


@family("flip")
def flip(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    return case(name, [x], **some(draw, axis=some_axes(x.rank)))


@family("roll")
def roll(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    at = draw(some_axes(x.rank))
    count = len(at) if isinstance(at, tuple) else 1
    shifts = st.lists(st.integers(-3, 3), min_size=count, max_size=count)
    return case(name, [x], shift=draw(st.one_of(st.integers(-3, 3), shifts)), axis=at)


@family("rot90")
def rot90(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    args = some(draw, k=st.integers(-3, 4), axes=st.lists(axis(x.rank), min_size=2, max_size=2))
    return case(name, [x], **args)


@st.composite
def alike(draw: Draw, least: int = 1, most: int = 4, at: int | None = None) -> list[TensorType]:
    """One to three types of one shape, but for the size on an axis."""
    shape = draw(shapes(least, most))
    made = []
    for _ in range(draw(st.integers(1, 3))):
        sizes_ = list(shape)
        if at is not None and -len(shape) <= at < len(shape):
            sizes_[at] = draw(sizes)
        made.append(TensorType(tuple(sizes_), draw(mostly_float)))
    return made


@family("concatenate", "hstack", "vstack", "dstack")
def join(name: str, draw: Draw) -> Case:
    at = {"concatenate": draw(st.integers(-2, 2)), "hstack": 1, "vstack": 0, "dstack": 2}[name]
    args = {"axis": at} if name == "concatenate" else {}
    return case(name, draw(alike(0 if name == "dstack" else 1, at=at)), **args)


@family("stack")
def stack(name: str, draw: Draw) -> Case:
    return case(name, draw(alike(0)), **some(draw, axis=st.integers(-3, 3)))


@family("append")
def append(name: str, draw: Draw) -> Case:
    at = draw(st.one_of(st.none(), st.integers(-2, 1)))
    x1, x2 = [*draw(alike(1, at=at)), *draw(alike(1, at=at))][:2]
    if at is not None and draw(st.integers(0, 3)):
        shape = list(x1.shape)
        if -len(shape) <= at < len(shape):
            shape[at] = draw(sizes)
        x2 = TensorType(tuple(shape), x2.dtype)
    if draw(st.integers(0, 4)) == 0:
        return case(name, [x1], x2=draw(st.sampled_from((1, [2.5, 1], [[1]]))), axis=at)
    return case(name, [x1, x2], axis=at)


@family("split", "hsplit", "vsplit", "dsplit")
def split(name: str, draw: Draw) -> Case:
    x = draw(tensors(0, 4))
    at = {"split": draw(axis(x.rank)), "hsplit": min(x.rank - 1, 1), "vsplit": 0, "dsplit": 2}[name]
    size = x.shape[at] if -x.rank <= at < x.rank else 1
    divisors = [n for n in range(1, 6) if size % n == 0]
    cuts = st.lists(st.integers(0, size), min_size=1, max_size=3).map(sorted)
    parts = draw(st.one_of(st.sampled_from(divisors), st.integers(1, 4), cuts))
    return case(name, [x], indices_or_sections=parts, **({"axis": at} if name == "split" else {}))


@family("array_split")
def array_split(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    return case(name, [x], indices_or_sections=draw(st.integers(1, 6)), axis=draw(axis(x.rank)))


@family("unstack")
def unstack(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    at = draw(axis(x.rank))
    size = x.shape[at] if -x.rank <= at < x.rank else 1
    return case(name, [x], axis=at, **some(draw, num=st.sampled_from((size, size, size, size + 1))))


@family("meshgrid")
def meshgrid(name: str, draw: Draw) -> Case:
    vectors = draw(st.lists(tensors(0, 2), min_size=1, max_size=3))
    return case(name, vectors, **some(draw, indexing=st.sampled_from(("xy", "ij"))))
