"""Uses of ops that take values by their places, and put them there."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from ops_cases import (
    Case,
    Draw,
    axis,
    broadcastable,
    case,
    family,
    mostly_float,
    shapes,
    sizes,
    some,
    tensors,
)

from specgraph.ir.tensor import TensorType

ends = st.one_of(st.none(), st.integers(-6, 6))
whole = st.sampled_from(("int32", "int32", "int32", "int64"))


@st.composite
def cuts(draw: Draw) -> str:
    start, stop, step = draw(ends), draw(ends), draw(ends)
    said = [("" if one is None else str(one)) for one in (start, stop)]
    return ":".join([*said, *([str(step)] if step else [])])


@family("get_item")
def get_item(name: str, draw: Draw) -> Case:
    x = draw(tensors(0, 3))
    parts: list[Any] = []
    for size in x.shape[: draw(st.integers(0, 4))]:
        if draw(st.integers(0, 5)) == 0:
            parts.append(None)
        parts.append(draw(st.one_of(cuts(), cuts(), st.integers(-size, size - 1), st.integers(-5, 5))))
    if draw(st.integers(0, 2)) == 0:
        parts.insert(draw(st.integers(0, len(parts))), "...")
    return case(name, [x], key=parts[0] if len(parts) == 1 and draw(st.booleans()) else parts)


@family("slice")
def slice_(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    starts = [draw(st.integers(0, size - 1)) for size in x.shape]
    shape = [
        draw(st.sampled_from((-1, *range(1, size - start + 1))))
        for size, start in zip(x.shape, starts, strict=True)
    ]
    if draw(st.integers(0, 9)) == 0:
        shape[0] += 1
    if draw(st.integers(0, 3)):
        return case(name, [x], start_indices=starts, shape=shape)
    at = TensorType((x.rank,), draw(whole))
    return case(name, [x, at], values={1: np.array(starts, at.dtype)}, shape=shape)


@family("slice_update")
def slice_update(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    starts = [draw(st.integers(0, size - 1)) for size in x.shape]
    shape = [draw(st.integers(1, size - start)) for size, start in zip(x.shape, starts, strict=True)]
    updates = TensorType(tuple(shape), draw(st.sampled_from((x.dtype, x.dtype, x.dtype, "float32"))))
    if draw(st.integers(0, 3)):
        return case(name, [x, updates], start_indices=starts)
    at = TensorType((x.rank,), draw(whole))
    return case(name, [x, at, updates], values={1: np.array(starts, at.dtype)})


@st.composite
def places(draw: Draw, shape: tuple[int, ...]) -> tuple[Any, TensorType]:
    """Indices into a shape, and their type."""
    depth = draw(st.integers(1, len(shape)))
    count = draw(st.integers(1, 3))
    rows = [[draw(st.integers(0, size - 1)) for size in shape[:depth]] for _ in range(count)]
    kind = TensorType((count, depth), draw(whole))
    return np.array(rows, kind.dtype), kind


@family("scatter", "scatter_update")
def scatter(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    array, kind = draw(places(x.shape))
    count, depth = array.shape
    values = TensorType((count, *x.shape[depth:]), draw(st.sampled_from((x.dtype, x.dtype, "float32"))))
    if name == "scatter":
        return case(name, [kind, values], values={0: array}, shape=x.shape)
    args = some(draw, reduction=st.sampled_from(("add", "max", "min", "mul")))
    if draw(st.booleans()):
        return case(name, [x, values], indices=array.tolist(), **args)
    return case(name, [x, kind, values], values={1: array}, **args)


@family("take")
def take(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    at = draw(st.one_of(st.none(), axis(x.rank)))
    if draw(st.integers(0, 3)) == 0:
        return case(name, [x], indices=draw(st.sampled_from((0, [0], [[0, 0]]))), axis=at)
    kind = TensorType(
        draw(shapes(0, 2)), draw(st.sampled_from(("int32", "int32", "int64", "int8", "float32")))
    )
    if draw(st.integers(0, 3)) == 0:
        return case(name, [kind], values={0: np.zeros(kind.shape, kind.dtype)}, x=[[1.5, 2], [3, 4]], axis=at)
    return case(name, [x, kind], values={1: np.zeros(kind.shape, kind.dtype)}, axis=at)


@family("take_along_axis")
def take_along_axis(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    at = draw(st.one_of(st.none(), axis(x.rank), axis(x.rank)))
    shape = [draw(st.sampled_from((size, size, 1))) for size in x.shape]
    if at is None:
        shape = [draw(sizes)]
    elif -x.rank <= at < x.rank:
        shape[at] = draw(sizes)
    kind = TensorType(tuple(shape), draw(whole))
    return case(name, [x, kind], values={1: np.zeros(kind.shape, kind.dtype)}, axis=at)


@family("where")
def where(name: str, draw: Draw) -> Case:
    condition, x1, x2 = draw(broadcastable(3))
    condition = TensorType(condition.shape, draw(st.sampled_from(("bool", "bool", condition.dtype))))
    constant = st.sampled_from((1, 2.5, True, [0.5], [[1]]))
    which = draw(st.integers(0, 3))
    if which == 0:
        return case(name, [condition, x1], x2=draw(constant))
    if which == 1:
        return case(name, [condition], x1=draw(constant), x2=draw(constant))
    return case(name, [condition, x1, x2])


@family("select")
def select(name: str, draw: Draw) -> Case:
    count = draw(st.integers(1, 2))
    given = draw(broadcastable(2 * count))
    conditions = [TensorType(one.shape, "bool") for one in given[:count]]
    dtype = given[-1].dtype
    choices = [
        TensorType(one.shape, dtype if draw(st.integers(0, 9)) else one.dtype) for one in given[count:]
    ]
    return case(name, [*conditions, *choices], **some(draw, default=st.sampled_from((0, 1, 2.5))))


@family("searchsorted")
def searchsorted(name: str, draw: Draw) -> Case:
    sequence = TensorType((draw(sizes),), draw(mostly_float))
    values = TensorType(
        draw(st.one_of(shapes(1, 1), shapes(0, 2))), draw(st.sampled_from((sequence.dtype, "float32")))
    )
    args = some(draw, side=st.sampled_from(("left", "right")))
    if draw(st.integers(0, 3)) == 0:
        return case(name, [values], sorted_sequence=[1.0, 2.0, 3.0], **args)
    return case(name, [sequence, values], **args)


@family("digitize")
def digitize(name: str, draw: Draw) -> Case:
    if draw(st.integers(0, 3)):
        return case(name, [draw(tensors())], bins=draw(st.sampled_from(([0.0, 1.0], [1, 2, 3]))))
    return case(name, [draw(tensors()), TensorType((3,))])


@family("nonzero")
def nonzero(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors())])


@family("unravel_index")
def unravel_index(name: str, draw: Draw) -> Case:
    shape = draw(st.lists(sizes, min_size=1, max_size=3))
    return case(name, [draw(tensors(0, 2, whole))], shape=shape)


@family("one_hot", "multi_hot")
def hot(name: str, draw: Draw) -> Case:
    x = draw(
        tensors(0 if name == "one_hot" else 1, 3, st.sampled_from(("int32", "int64", "uint8", "float32")))
    )
    args = some(
        draw, axis=st.integers(-2, 3), dtype=st.sampled_from(("int32", "float16", "bool", "float32", "int"))
    )
    return case(name, [x], num_classes=draw(sizes), **args)


@family("top_k")
def top_k(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    k = draw(st.integers(1, x.shape[-1] + draw(st.sampled_from((0, 0, 0, 1)))))
    return case(name, [x], k=k, **some(draw, sorted=st.booleans()))


@family("in_top_k")
def in_top_k(name: str, draw: Draw) -> Case:
    count, classes = draw(sizes), draw(sizes)
    targets = TensorType((count,), draw(whole))
    predictions = TensorType((count, classes), draw(st.sampled_from(("float32",) * 4 + ("float64",))))
    return case(name, [targets, predictions], values={0: np.zeros(count, targets.dtype)}, k=draw(sizes))
