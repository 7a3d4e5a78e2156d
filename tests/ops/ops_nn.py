"""Uses of activations, windows, normalizations and losses."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from ops_cases import (
    Case,
    Draw,
    axis,
    case,
    family,
    floats,
    mostly_float,
    shapes,
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


@family("conv", "depthwise_conv", "separable_conv")
def conv(name: str, draw: Draw) -> Case:
    data_format = draw(st.sampled_from(("channels_last", None)))
    x = draw(
        image(draw(st.integers(1, 2 if name in ("depthwise_conv", "separable_conv") else 3)), data_format)
    )
    count = x.rank - 2
    window = draw(st.lists(st.integers(1, 3), min_size=count, max_size=count))
    channels, filters = x.shape[-1], draw(st.integers(1, 3))
    wanted = channels if draw(st.integers(0, 9)) else channels + 1
    kernel = TensorType((*window, wanted, filters), draw(st.sampled_from((x.dtype,) * 5 + ("float32",))))
    each = per_axis(count, 2) if name == "conv" else st.integers(1, 2)
    args = some(draw, strides=each, padding=st.sampled_from(("valid", "same")))
    args |= {} if draw(st.integers(0, 3)) else {"dilation_rate": draw(each)}
    args["data_format"] = data_format
    if name == "separable_conv":
        point = TensorType((*[1] * count, wanted * filters, 2), kernel.dtype)
        return case(name, [x, kernel, point], **args)
    if name == "conv" and x.dtype == "float32" and count == 1 and draw(st.booleans()):
        return case(name, [x], kernel=[[[1.0]] * channels] * window[0], **args)
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


@family("normalize")
def normalize(name: str, draw: Draw) -> Case:
    x = draw(tensors())
    return case(
        name, [x], **some(draw, axis=some_axes(x.rank), order=st.integers(1, 3), epsilon=st.just(1e-3))
    )


@family("batch_normalization")
def batch_normalization(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 4, kinds))
    at = draw(axis(x.rank))
    size = x.shape[at] if -x.rank <= at < x.rank else 1
    vector = TensorType((size,), draw(st.sampled_from((x.dtype,) * 6 + ("float32",))))
    ports = dict.fromkeys(draw(st.sampled_from(((), ("scale",), ("offset", "scale"), ("offset",)))), vector)
    if draw(st.integers(0, 3)) == 0:
        return case(name, [x], axis=at, mean=[0.5] * size, variance=[1.0] * size)
    return case(name, [x, vector, vector], ports, axis=at)


@family("layer_normalization", "rms_normalization")
def layer_normalization(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 4, kinds))
    args = some(draw, axis=some_axes(x.rank).filter(lambda one: one is not None), epsilon=st.just(1e-3))
    given = args.get("axis", -1)
    axes = sorted({one % x.rank for one in ((given,) if isinstance(given, int) else given)})
    vector = TensorType(tuple(x.shape[one] for one in axes), draw(st.sampled_from((x.dtype, "float32"))))
    names = ("scale",) if name[0] == "r" else ("gamma", "beta")
    ports = {one: vector for one in names if draw(st.booleans())}
    return case(name, [x], ports, **args)


@family("binary_crossentropy", "categorical_crossentropy")
def crossentropy(name: str, draw: Draw) -> Case:
    x = draw(tensors(0, 3, kinds))
    args = some(draw, from_logits=st.booleans())
    if name[0] == "c":
        args |= some(draw, axis=axis(x.rank))
    return case(name, [TensorType(x.shape, draw(st.sampled_from((x.dtype, x.dtype, "float32")))), x], **args)


@family("sparse_categorical_crossentropy")
def sparse_crossentropy(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3, kinds))
    at = draw(axis(x.rank))
    shape = list(x.shape)
    if -x.rank <= at < x.rank:
        del shape[at]
    if draw(st.booleans()):
        shape.append(1)
    target = TensorType(tuple(shape), draw(st.sampled_from(("int32", "int32", "int64", "float32"))))
    values = {0: np.zeros(target.shape, target.dtype)}
    return case(name, [target, x], values=values, axis=at, **some(draw, from_logits=st.booleans()))


@family("ctc_loss")
def ctc_loss(name: str, draw: Draw) -> Case:
    batch, labels = draw(sizes), draw(st.integers(1, 3))
    whole = draw(st.sampled_from(("int32", "int32", "int64", "float32")))
    output = TensorType((batch, 2 * labels + 1, 4), draw(kinds))
    target, length = TensorType((batch, labels), whole), TensorType((batch,), "int32")
    return case(name, [target, output, length, length], **some(draw, mask_index=st.just(0)))


@family("ctc_decode")
def ctc_decode(name: str, draw: Draw) -> Case:
    batch, steps = draw(sizes), draw(st.integers(3, 5))
    x = TensorType((batch, steps, 4), draw(kinds))
    args = some(draw, strategy=st.sampled_from(("greedy", "beam_search")), top_paths=st.integers(1, 2))
    length = TensorType((batch,), draw(st.sampled_from(("int32", "int32", "int64"))))
    return case(name, [x, length], values={1: np.full(batch, 3, length.dtype)}, **args)


@family("dot_product_attention")
def attention(name: str, draw: Draw) -> Case:
    b, t, s, n, h = (draw(st.integers(1, 3)) for _ in range(5))
    dtype = draw(kinds)
    v = draw(st.sampled_from((h, h, h, h + 1)))
    given = [
        TensorType((b, t, n, h), dtype),
        TensorType((b, s, n, h), dtype),
        TensorType((b, s, n, v), dtype),
    ]
    ports = {}
    if draw(st.booleans()):
        ports["mask"] = TensorType(
            (b, draw(st.sampled_from((1, n))), t, s), draw(st.sampled_from(("bool", "bool", "float32")))
        )
    if draw(st.integers(0, 2)) == 0:
        ports["bias"] = TensorType((1, n, t, s), dtype)
    return case(name, given, ports, **some(draw, is_causal=st.booleans(), scale=st.just(0.5)))


whole = st.sampled_from(("int32", "int32", "int64", "uint8"))


@family("segment_sum", "segment_max", "segment_min", "segment_prod")
def segment(name: str, draw: Draw) -> Case:
    data = draw(tensors(1, 3))
    args = some(draw, num_segments=st.integers(4, 6))
    if draw(st.integers(0, 3)) == 0:
        return case(name, [data], segment_ids=[0] * data.shape[0], **args)
    ids = TensorType(data.shape[:1], draw(whole))
    return case(name, [data, ids], values={1: np.zeros(ids.shape, ids.dtype)}, **args)


@family("extract_sequences")
def extract_sequences(name: str, draw: Draw) -> Case:
    x = draw(tensors(1, 3, kinds))
    return case(name, [x], sequence_length=draw(st.integers(1, x.shape[-1])), sequence_stride=draw(sizes))


@family("fft", "fft2", "ifft2", "irfft")
def fft(name: str, draw: Draw) -> Case:
    x = draw(tensors(1 if name in ("fft", "irfft") else 2, 3, kinds))
    if name == "irfft":
        x = TensorType((*x.shape[:-1], x.shape[-1] + 1), x.dtype)
    other = TensorType(x.shape, draw(st.sampled_from((x.dtype,) * 6 + ("float32",))))
    parts = [x, other] if draw(st.integers(0, 9)) else [x]
    return case(name, parts, **(some(draw, fft_length=st.integers(2, 6)) if name == "irfft" else {}))


@family("rfft")
def rfft(name: str, draw: Draw) -> Case:
    return case(name, [draw(tensors(1, 3, kinds))], **some(draw, fft_length=st.integers(1, 6)))


@family("stft", "istft")
def stft(name: str, draw: Draw) -> Case:
    length, stride = draw(st.integers(2, 5)), draw(st.integers(1, 3))
    n = length + draw(st.integers(0, 3))
    args = some(draw, window=st.sampled_from(("hann", "hamming", None)), center=st.booleans())
    args |= {"sequence_length": length, "sequence_stride": stride, "fft_length": n}
    if name == "stft":
        return case(name, [TensorType((*draw(shapes(0, 1)), draw(st.integers(3, 20))), draw(kinds))], **args)
    x = TensorType((*draw(shapes(0, 1)), draw(st.integers(3, 6)), n // 2 + 1), draw(kinds))
    return case(name, [x, x], **args, **some(draw, length=st.integers(3, 9)))
