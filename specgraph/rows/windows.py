"""Arithmetic of windows that slide over the spatial axes: kernels and pools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from specgraph.ir.compare import at_least
from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType

from .base import Reject, require


class Padded(Protocol):
    """Arguments of a layer with a window."""

    @property
    def padding(self) -> str: ...


def split(x: TensorType, data_format: str | None) -> tuple[tuple[Dim, ...], Dim]:
    """The spatial axes and the channels of `(batch, …)`."""
    if data_format == "channels_first":
        return x.shape[2:], x.shape[1]
    return x.shape[1:-1], x.shape[-1]


def join(x: TensorType, space: Sequence[Dim], channels: Dim, data_format: str | None) -> TensorType:
    """The reverse of `split`, with `x`'s batch axis."""
    if data_format == "channels_first":
        return x.with_shape(x.batch, channels, *space)
    return x.with_shape(x.batch, *space, channels)


def window_count(size: Dim, kernel: int, stride: int, dilation: int, padding: str) -> Dim:
    """How many windows one axis has: `valid` drops what does not fill one, `same` and `causal` pad."""
    if padding == "valid":
        return (size - dilation * (kernel - 1) - 1) // stride + 1
    return (size + stride - 1) // stride


def slide(
    space: Sequence[Dim],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int],
    padding: str,
) -> list[Dim]:
    """The spatial axes after a window has slid over each."""
    return [
        window_count(size, k, s, d, padding)
        for size, k, s, d in zip(space, kernel, strides, dilation, strict=True)
    ]


def check_fits(
    x: TensorType,
    args: Padded,
    space: Sequence[Dim],
    kernel: Sequence[int],
    dilation: Sequence[int],
    argument: str = "kernel_size",
) -> None:
    """Rejects a `valid` window that is larger than its axis."""
    if args.padding != "valid":
        return
    first = 1 if tuple(space) == x.shape[1:-1] else 2
    noun = "window" if argument == "pool_size" else "kernel"
    for axis, (size, k, d) in enumerate(zip(space, kernel, dilation, strict=True), first):
        reach = d * (k - 1) + 1
        if isinstance(size, int) and size >= reach:
            continue
        how = f"{k} + {k - 1}·{d - 1} = {reach}" if d > 1 else str(reach)
        require(
            at_least(size, reach),
            Reject(
                "window-too-large",
                f"the {noun} spans {reach}, its input has only {size} there: {x}",
                argument=argument,
                label=f"spans {how} on an axis of {size}",
                axis=axis,
                size=size,
                reach=reach,
                space=tuple(space),
            ),
        )


def grow(size: Dim, reach: int, stride: int, padding: str, output_padding: int | None) -> Dim:
    """One axis after a transposed convolution with a kernel that spans `reach`."""
    if padding == "valid":
        extra = max(stride - reach, 0) if output_padding is None else output_padding
        return (size - 1) * stride + reach + extra
    if output_padding is None:
        return size * stride
    return (size - 1) * stride + reach % 2 + output_padding
