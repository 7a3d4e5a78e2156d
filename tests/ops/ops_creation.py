"""Uses of ops that make tensors after others, and of statistics."""

from __future__ import annotations

from hypothesis import strategies as st
from ops_cases import (
    DTYPES,
    Case,
    Draw,
    axis,
    broadcastable,
    case,
    family,
    shapes,
    sizes,
    some,
    some_axes,
    tensors,
)

from specgraph.ir.tensor import TensorType

dtypes = st.sampled_from((*DTYPES, "int"))


@family("array", "empty_like", "ones_like", "zeros_like", "convert_to_tensor")
def like(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors())], **some(draw, dtype=dtypes))


@family("cast", "saturate_cast")
def cast(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors())], dtype=draw(dtypes))


@family("view")
def view(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors(0, 3))], **some(draw, dtype=dtypes))


@family("stop_gradient", "size", "view_as_real")
def plain(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors())])


@family("full_like", "full")
def full(name: str, draw: Draw) -> Case:
    x, fill = draw(broadcastable(2))
    if draw(st.booleans()):
        fill = TensorType((), fill.dtype)
    args = some(draw, dtype=dtypes)
    if name == "full":
        return case(name, [fill], shape=x.shape, **args)
    if draw(st.booleans()):
        return case(name, [x], fill_value=draw(st.sampled_from((1, 0.5, True))), **args)
    return case(name, [x, fill], **args)


@family("linspace", "logspace", "geomspace")
def between(name: str, draw: Draw) -> Case:
    args = some(
        draw,
        num=sizes,
        endpoint=st.booleans(),
        axis=st.integers(-2, 2),
        dtype=st.sampled_from(("float32", "float16", "int32")),
    )
    start, stop = draw(broadcastable(2))
    which = draw(st.integers(0, 3))
    if which == 0:
        return case(name, [start], stop=draw(st.sampled_from((3, 2.5, [1.0]))), **args)
    if which == 1:
        return case(name, [stop], start=draw(st.sampled_from((1, 0.5, [1.0]))), **args)
    return case(name, [start, stop], **args)


@family("polar")
def polar(name: str, draw: Draw) -> Case:
    return case(name, draw(broadcastable(2)))


@family("diagonal", "trace")
def diagonal(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 4))
    args = some(draw, offset=st.integers(-2, 2))
    if x.rank > 1:
        args |= some(draw, axis1=axis(x.rank), axis2=axis(x.rank))
    return case(name, [x], **args)


@family("diag", "diagflat", "tril", "triu")
def offset(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors(0, 3))], **some(draw, k=st.integers(-2, 2)))


@family("vander")
def vander(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors(1, 1))], **some(draw, N=st.integers(0, 4), increasing=st.booleans()))


@family("quantile", "percentile", "nanquantile", "nanpercentile")
def quantile(name: str, draw: Draw) -> Case:
    x = draw(tensors(0, 3))
    methods = st.sampled_from(("linear", "lower", "higher", "midpoint", "nearest"))
    args = some(draw, axis=some_axes(x.rank), method=methods, keepdims=st.booleans())
    which = draw(st.integers(0, 2))
    if which == 0:
        return case(
            name,
            [x, TensorType(draw(shapes(0, 1)), draw(st.sampled_from(("float32", "float32", "float64"))))],
            **args,
        )
    return case(name, [x], q=draw(st.sampled_from((0.5, 1, [0.5], [0.25, 0.75]))), **args)


@family("allclose", "psnr")
def pair(name: str, draw: Draw) -> Case:
    args = {"max_val": 1.0} if name == "psnr" else some(draw, equal_nan=st.booleans(), rtol=st.just(0.1))
    if name == "allclose" and draw(st.integers(0, 3)) == 0:
        return case(name, [draw(tensors())], x2=draw(st.sampled_from((1, 0.5, [1.0]))), **args)
    return case(name, draw(broadcastable(2)), **args)


@family("bincount")
def bincount(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3, st.sampled_from(("int32", "int32", "int64", "uint8", "int8", "float32", "bool"))))
    weights = st.sampled_from(([1.5] * x.shape[-1], [2] * x.shape[-1]))
    return case(name, [x], **some(draw, minlength=sizes, weights=weights))


@family("trapezoid")
def trapezoid(name: str, draw: Draw) -> Case:
    y = draw(tensors(0, 3))
    at = draw(axis(y.rank))
    size = y.shape[at] if -y.rank <= at < y.rank else 1
    options = {"dx": st.just(0.5), "x": st.just([float(i) for i in range(size)])}
    return case(name, [y], axis=at, **some(draw, **options))
