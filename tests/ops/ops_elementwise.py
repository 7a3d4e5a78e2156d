"""Uses of ops that work value by value, and of reductions."""

from __future__ import annotations

from hypothesis import strategies as st
from ops_cases import (
    Case,
    Draw,
    axis,
    broadcastable,
    case,
    family,
    mostly_float,
    row,
    some,
    some_axes,
    tensors,
)

from specgraph.ir.tensor import TensorType
from specgraph.ops.binary import LAYERS as BINARY
from specgraph.ops.reductions import LAYERS as REDUCTIONS
from specgraph.ops.unary import LAYERS as UNARY


def names(rows: tuple[object, ...], *besides: str) -> list[str]:
    found = [row.name.removeprefix("ops.") for row in rows]  # type: ignore[attr-defined]
    return [name for name in found if name not in besides]


plain = st.sampled_from((-1, 0, 1, 2, 0.5))


@family(*names(UNARY, "clip"))
def unary(name: str, draw: Draw) -> Case:
    args = {}
    if name == "nan_to_num":
        args = some(draw, nan=plain, posinf=plain, neginf=plain)
    elif name == "round":
        args = some(draw, decimals=st.integers(0, 2))
    return case(name, [draw(tensors())], **args)


@family("clip")
def clip(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors())], x_min=draw(plain), x_max=draw(plain))


@family(*names(BINARY))
def binary(name: str, draw: Draw) -> Case:
    first = "x" if "bitwise" in name or "shift" in name else "x1"
    second = "y" if first == "x" else "x2"
    args = some(draw, equal_nan=st.booleans()) if name == "isclose" else {}
    whole = first == "x" or name in ("gcd", "lcm")
    dtypes = st.one_of(st.just("int32"), st.just("int32"), mostly_float) if whole else mostly_float
    if draw(st.integers(0, 2)):
        return case(name, draw(broadcastable(2, dtypes)), **args)
    constant = draw(st.sampled_from((1, 2.5, True, [1, 2, 3], [0.5], [[True], [True]])))
    where = draw(st.sampled_from((first, second)))
    shape = draw(st.sampled_from(((), (3,), (2, 3), (4, 2, 1), (2,))))
    return case(name, [TensorType(shape, draw(dtypes))], **{where: constant}, **args)


@family(*names(REDUCTIONS, "average", "moments", "norm"))
def reduction(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    fields = row(name).args.fields()
    options = {}
    if "axis" in fields:
        single = name in ("argmax", "argmin", "nanargmax", "nanargmin")
        options["axis"] = st.one_of(st.none(), axis(x.rank)) if single else some_axes(x.rank)
    if "keepdims" in fields:
        options["keepdims"] = st.booleans()
    if "initial" in fields:
        options["initial"] = st.sampled_from((0, 1))
    if "dtype" in fields:
        options["dtype"] = st.sampled_from(("float32", "int32", "int64"))
    return case(name, [x], **some(draw, **options))


@family("average")
def average(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3))
    args = some(draw, axis=axis(x.rank))
    at = args.get("axis")
    kinds = [x.shape, None]
    if at is not None and -x.rank <= at < x.rank:
        kinds.append((x.shape[at],))
    shape = draw(st.sampled_from(kinds))
    ports = {} if shape is None else {"weights": TensorType(shape, draw(mostly_float))}
    return case(name, [x], ports, **args)


@family("moments")
def moments(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    axes = draw(some_axes(x.rank).filter(lambda one: one is not None))
    return case(name, [x], axes=axes, **some(draw, keepdims=st.booleans()))


@family("norm")
def norm(name: str, draw: Draw) -> Case:
    x = draw(tensors(1))
    orders = st.sampled_from((1, 2, -1, -2, 0, 3, "fro", "nuc", float("inf")))
    return case(name, [x], **some(draw, axis=some_axes(x.rank), keepdims=st.booleans(), ord=orders))
