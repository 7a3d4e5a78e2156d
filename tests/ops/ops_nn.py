"""Uses of activations, windows, normalizations and losses."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from ops_cases import (
    Case,
    Draw,
    axis,
    case,
    family,
    floats,
    mostly_float,
    sizes,
    some,
    some_axes,
    tensors,
)

from specgraph.ir.tensor import TensorType
from specgraph.ops.activations import LAYERS as ACTIVATIONS

NAMES = [row.name.removeprefix("ops.") for row in ACTIVATIONS]
kinds = st.one_of(*[st.just("float32")] * 4, floats, mostly_float)
formats = st.sampled_from(("channels_last", "channels_first", None))


@family(*(name for name in NAMES if name not in ("glu", "softmax", "log_softmax", "sparsemax", "threshold")))
def activation(name: str, draw: Draw) -> Case:
    options: dict[str, Any] = {
        "celu": {"alpha": st.just(0.5)},
        "elu": {"alpha": st.just(0.5)},
        "gelu": {"approximate": st.booleans()},
        "hard_shrink": {"threshold": st.just(0.3)},
        "soft_shrink": {"threshold": st.just(0.3)},
        "leaky_relu": {"negative_slope": st.just(0.1)},
        "squareplus": {"b": st.sampled_from((2, 0.5))},
    }
    return case(name, [draw(tensors())], **some(draw, **options.get(name, {})))


@family("threshold")
def threshold(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors())], threshold=0.5, default_value=draw(st.sampled_from((0, 1.5))))


@family("glu", "sparsemax")
def one_axis(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    at = draw(axis(x.rank))
    if name == "glu" and -x.rank <= at < x.rank and draw(st.integers(0, 5)):
        shape = list(x.shape)
        shape[at] *= 2
        x = TensorType(tuple(shape), x.dtype)
    return case(name, [x], axis=at)


@family("softmax", "log_softmax")
def softmax(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    return case(name, [x], **some(draw, axis=some_axes(x.rank)))


@st.composite
def image(draw: Draw, space: int | None = None, data_format: str | None = None, least: int = 1) -> TensorType:
    count = draw(st.integers(1, 3)) if space is None else space
    size = st.integers(least, 7)
    channels = draw(st.integers(1, 3))
    axes = [draw(size) for _ in range(count)]
    inner = [channels, *axes] if data_format == "channels_first" else [*axes, channels]
    return TensorType((draw(st.integers(1, 2)), *inner), draw(kinds))


def per_axis(count: int, most: int = 3) -> st.SearchStrategy[Any]:
    each = st.lists(st.integers(1, most), min_size=count, max_size=count)
    return st.one_of(st.integers(1, most), each, each.map(lambda one: [one[0]] * count))


@family("average_pool", "max_pool")
def pool(name: str, draw: Draw) -> Case:
    data_format = draw(st.sampled_from(("channels_last", None)))
    x = draw(image(data_format=data_format))
    count = x.rank - 2
    args = some(draw, strides=per_axis(count), padding=st.sampled_from(("valid", "same")))
    return case(name, [x], pool_size=draw(per_axis(count)), data_format=data_format, **args)


@family("adaptive_average_pool", "adaptive_max_pool")
def adaptive(name: str, draw: Draw) -> Case:
    data_format = draw(st.sampled_from(("channels_last", None)))
    x = draw(image(data_format=data_format))
    size = draw(st.lists(st.integers(1, 3), min_size=x.rank - 2, max_size=x.rank - 2))
    return case(name, [x], output_size=size, data_format=data_format)


@family("conv", "depthwise_conv", "separable_conv", "conv_transpose")
def conv(name: str, draw: Draw) -> Case:
    data_format = draw(st.sampled_from(("channels_last", None)))
    x = draw(
        image(draw(st.integers(1, 2 if name in ("depthwise_conv", "separable_conv") else 3)), data_format)
    )
    count = x.rank - 2
    window = draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    channels, filters = x.shape[-1], draw(st.integers(1, 3))
    wanted = channels if draw(st.integers(0, 9)) else channels + 1
    last = [filters, wanted] if name == "conv_transpose" else [wanted, filters]
    kernel = TensorType((*window, *last), draw(st.sampled_from((x.dtype,) * 5 + ("float32",))))
    args = some(draw, strides=per_axis(count, 2), padding=st.sampled_from(("valid", "same")))
    args |= {} if draw(st.integers(0, 3)) else {"dilation_rate": draw(per_axis(count, 2))}
    args["data_format"] = data_format
    if name == "separable_conv":
        point = TensorType((*[1] * count, wanted * filters, 2), kernel.dtype)
        return case(name, [x, kernel, point], **args)
    if name == "conv" and x.dtype == "float32" and count == 1 and draw(st.booleans()):
        return case(name, [x], kernel=[[[1.0]] * channels] * window[0], **args)
    if name == "conv_transpose":
        args |= some(draw, output_padding=st.sampled_from((0, 1)))
    return case(name, [x, kernel], **args)


@family("unfold")
def unfold(name: str, draw: Draw) -> Case:
    x = draw(image(2, "channels_first"))
    args = some(draw, dilation=per_axis(2, 2), padding=st.integers(0, 1), stride=per_axis(2, 2))
    return case(name, [x], kernel_size=draw(per_axis(2)), **args)


@family("fold")
def fold(name: str, draw: Draw) -> Case:
    h, w, k, s = (
        draw(st.integers(3, 6)),
        draw(st.integers(3, 6)),
        draw(st.integers(1, 3)),
        draw(st.integers(1, 2)),
    )
    windows = ((h - k) // s + 1) * ((w - k) // s + 1) + draw(st.sampled_from((0, 0, 0, 1)))
    x = TensorType((draw(sizes), draw(sizes) * k * k, windows), draw(kinds))
    return case(name, [x], output_size=[h, w], kernel_size=k, stride=s)


@family("depth_to_space", "space_to_depth")
def blocks(name: str, draw: Draw) -> Case:
    n = draw(st.integers(2, 3))
    data_format = draw(st.sampled_from(("channels_last", "channels_first")))
    x = draw(image(2, data_format))
    shape = list(x.shape)
    channel = 1 if data_format == "channels_first" else 3
    for at in (1, 2, 3):
        if (at == channel) == (name == "depth_to_space"):
            shape[at] *= n * n if at == channel else n
    return case(name, [TensorType(tuple(shape), x.dtype)], block_size=n, data_format=data_format)
