"""Layers that turn sound into spectrograms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from specgraph.ir.compare import at_least
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import DataFormat, Positive, PositiveInt
from specgraph.rows.base import Layer, Reject, Weight, computing, known, require
from specgraph.rows.windows import check_fits, join, split, window_count
from specgraph.spec.kinds import Choice, Number
from specgraph.spec.record import Record

WINDOWS = (
    "hann", "hamming", "blackman", "blackmanharris", "bartlett", "barthann", "bohman", "boxcar", "cosine",
    "exponential", "flattop", "lanczos", "nuttall", "parzen", "taylor", "triang", "tukey",
)  # fmt: skip
"""The windows of SciPy that need no number."""


class MelSpectrogramArgs(Record):
    fft_length: PositiveInt = 2048
    sequence_stride: PositiveInt = 512
    sequence_length: PositiveInt | None = None
    window: Literal["hann", "hamming"] | None = "hann"
    sampling_rate: PositiveInt = 16000
    num_mel_bins: PositiveInt = 128
    min_freq: Annotated[float, Number(minimum=0)] = 20.0
    max_freq: Positive | None = None
    power_to_db: bool = True
    top_db: float = 80.0
    mag_exp: float = 2.0
    min_power: Positive = 1e-10
    ref_power: float = 1.0


class STFTSpectrogramArgs(Record):
    mode: Literal["log", "magnitude", "psd", "real", "imag", "angle", "stft"] = "log"
    frame_length: PositiveInt = 256
    frame_step: PositiveInt | None = None
    fft_length: PositiveInt | None = None
    window: Annotated[str | None, Choice(*WINDOWS, None)] = "hann"
    periodic: bool = False
    scaling: Literal["density", "spectrum"] | None = "density"
    padding: Literal["valid", "same"] = "valid"
    expand_dims: bool = False
    data_format: DataFormat = None


def mel(args: MelSpectrogramArgs, x: TensorType) -> TensorType:
    """`(batch, samples)` -> `(batch, num_mel_bins, frames)`; Keras often declares a frame too many."""
    if args.sequence_length is not None and args.sequence_length > args.fft_length:
        message = f"`sequence_length` is {args.sequence_length}, more than `fft_length`, {args.fft_length}"
        raise Reject("bad-param", message, argument="sequence_length")
    if computing() == "float64":
        message = "MelSpectrogram multiplies doubles with a matrix of single floats"
        raise Reject("fails-when-run", message, argument="dtype")
    samples, half, step = x.shape[1], args.fft_length // 2, args.sequence_stride
    message = (
        f"half of `fft_length`, {half}, is mirrored at both ends, which needs more samples than that: {x}"
    )
    require(at_least(samples, half + 1), Reject("fails-when-run", message, argument="fft_length"))
    true = x.with_shape(x.batch, args.num_mel_bins, (samples + half * 2 - args.fft_length) // step + 1)
    made = x.with_shape(x.batch, args.num_mel_bins, (samples + step + 1) // step)
    return made if made == true else made._replace(real=TensorType(true.shape, computing()))


def frames(args: STFTSpectrogramArgs) -> tuple[int, int]:
    """The step between frames, and how many samples each is padded to."""
    fft = args.fft_length or 1 << (args.frame_length - 1).bit_length()
    return args.frame_step or args.frame_length // 2, fft


def check_frames(args: STFTSpectrogramArgs) -> None:
    step, fft = frames(args)
    if not 1 <= step <= args.frame_length:
        message = f"frames of {args.frame_length} cannot start {step} samples apart"
        raise Reject("bad-param", message, argument="frame_step")
    if fft < args.frame_length:
        message = f"`fft_length` is {fft}, less than `frame_length`, {args.frame_length}"
        raise Reject("bad-param", message, argument="fft_length")
    if args.mode == "psd" and fft < 2:
        raise Reject(
            "fails-when-run", "a density of one frequency cannot be doubled", argument="frame_length"
        )


def stft(args: STFTSpectrogramArgs, x: TensorType) -> TensorType:
    """`(batch, samples, channels)` -> `(batch, frames, channels · frequencies)`, or an axis more."""
    check_frames(args)
    step, fft = frames(args)
    if computing() == "bfloat16":
        raise Reject("fails-when-run", "STFTSpectrogram does not compute in bfloat16", argument="dtype")
    space, depth = split(x, args.data_format)
    first = args.data_format == "channels_first"
    message = f"STFTSpectrogram needs to know how many channels come in; its input is {x}"
    channels = known(depth, message, axis=1 if first else -1)
    check_fits(x, args, space, (args.frame_length,), (1,), "frame_length")
    count = window_count(space[0], args.frame_length, step, 1, args.padding)
    frequencies = (fft // 2 + 1) * (2 if args.mode == "stft" else 1)
    if not args.expand_dims:
        return join(x, (count,), frequencies * channels, args.data_format)
    return x.with_shape(
        x.batch, *((channels, count, frequencies) if first else (count, frequencies, channels))
    )


def stft_weights(args: STFTSpectrogramArgs, x: TensorType) -> Iterator[Weight]:
    """Sines and cosines, which Keras leaves open to training."""
    shape = (args.frame_length, 1, frames(args)[1] // 2 + 1)
    if args.mode != "imag":
        yield Weight("real_kernel", shape)
    if args.mode != "real":
        yield Weight("imag_kernel", shape)


LAYERS = (
    Layer(
        name="MelSpectrogram",
        rank=2,
        args=MelSpectrogramArgs,
        infer=mel,
        doc="Turns sound into the strength of each pitch, on the mel scale, over time.",
        shapes="(batch, samples) -> (batch, num_mel_bins, frames)",
    ),
    Layer(
        name="STFTSpectrogram",
        rank=3,
        args=STFTSpectrogramArgs,
        infer=stft,
        weights=stft_weights,
        floats_only=True,
        doc="Turns sound into the strength of each frequency over time, by convolutions with sines.",
        shapes="(batch, samples, channels) -> (batch, frames, channels·frequencies)",
    ),
)
