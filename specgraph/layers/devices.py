"""What TensorFlow runs on some machines only.

The model is right, so these are warnings: it may be trained on a GPU, or on another backend. Measured on
TensorFlow 2.21, whose CPU kernels come in a plain form and in one by oneDNN, which is the default on x86.
"""

from __future__ import annotations

from collections.abc import Sequence

from specgraph.rows.base import Reject, computing, warn

_HALF = ("float32", "bfloat16")


def check_dilation(dilation: Sequence[int]) -> None:
    """Warns of a dilated transposed convolution."""
    if max(dilation) > 1:
        message = "on a CPU, TensorFlow dilates transposed convolutions with oneDNN and in float32 only"
        _warn("stride-dilation", message, "dilation_rate")


def check_equal(strides: Sequence[int]) -> None:
    """Warns of unequal strides where each channel is convolved on its own."""
    if len(set(strides)) > 1:
        message = "TensorFlow takes unequal strides for separate channels with oneDNN only"
        _warn("stride-dilation", message, "strides")


def check_channels_first(data_format: str | None, groups: int = 1, padding: str = "same") -> None:
    """Warns of `channels_first` in a dtype that has no kernel for it, or with a causal padding."""
    if data_format != "channels_first" or groups > 1:
        return
    if computing() not in _HALF:
        message = f"on a CPU, TensorFlow does not convolve `channels_first` in {computing()}"
        _warn("fails-when-run", message, "data_format")
    elif padding == "causal":
        message = "on a CPU, TensorFlow pads `channels_first` causally with oneDNN only"
        _warn("fails-when-run", message, "data_format")


def check_volume(axes: int, maximum: bool) -> None:
    """Warns of pooling over volumes in a dtype that has no kernel for it, rejects what has none at all."""
    if axes < 3 or computing() in _HALF:
        return
    if maximum and computing() == "float64":
        raise Reject("fails-when-run", "TensorFlow has no maximum over volumes in float64")
    _warn("fails-when-run", f"on a CPU, TensorFlow does not pool volumes in {computing()}")


def check_softmax(rank: int, over: int = 1) -> None:
    """Warns of a softmax over one of many axes, or over several of so many that TensorFlow has no kernel."""
    if over > 1 and rank > 8:
        _warn("fails-when-run", f"TensorFlow computes softmax over axes of up to 8, not of {rank}")
    elif over == 1 and rank > 5:
        message = f"on a CPU, TensorFlow with oneDNN computes softmax for up to 5 axes, not for {rank}"
        _warn("fails-when-run", message)


def _warn(rule: str, message: str, argument: str | None = None) -> None:
    warn(Reject(rule, message, argument=argument))
