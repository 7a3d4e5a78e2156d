"""What `kernel_initializer` and its like may name."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Choice, Int, ListOf, Number, Optional
from specgraph.spec.record import Record

NonNegative: TypeAlias = Annotated[float, Number(minimum=0)]
Seed: TypeAlias = Annotated[int | None, Optional(Int(minimum=0, maximum=2**31 - 1))]
Fan: TypeAlias = Annotated[tuple[int, ...] | None, Optional(ListOf(Int(), least=1))]
WINDOWS = (
    "hann", "hamming", "blackman", "bartlett", "barthann", "blackmanharris", "bohman", "boxcar",
    "cosine", "flattop", "lanczos", "nuttall", "parzen", "taylor", "triang", "tukey",
)  # fmt: skip
"""SciPy's windows that need no number of their own."""


class NoArgs(Record):
    pass


class ConstantArgs(Record):
    value: float = 0.0


class IdentityArgs(Record):
    gain: float = 1.0


class OrthogonalArgs(Record):
    gain: float = 1.0
    seed: Seed = None


class NormalArgs(Record):
    mean: float = 0.0
    stddev: NonNegative = 0.05
    seed: Seed = None


class UniformArgs(Record):
    minval: float = -0.05
    maxval: float = 0.05
    seed: Seed = None


class FanArgs(Record):
    """Of the initializers that scale with the number of values coming in or going out."""

    seed: Seed = None
    input_axes: Fan = None
    output_axes: Fan = None


class VarianceScalingArgs(Record):
    scale: Annotated[float, Number(above=0)] = 1.0
    mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in"
    distribution: Literal["truncated_normal", "untruncated_normal", "normal", "uniform"] = "truncated_normal"
    seed: Seed = None
    input_axes: Fan = None
    output_axes: Fan = None


class STFTArgs(Record):
    side: Literal["real", "imag"] = "real"
    window: Annotated[str | None, Optional(Choice(*WINDOWS))] = "hann"
    scaling: Literal["density", "spectrum"] | None = "density"
    periodic: bool = False


_FAN = "Draws from a {} distribution whose width follows {}."

INITIALIZERS = Catalog(
    "an initializer",
    "initializers",
    (
        Entry("Zeros", NoArgs, ("zeros", "zero"), "Sets every value to 0."),
        Entry("Ones", NoArgs, ("ones", "one"), "Sets every value to 1."),
        Entry("Constant", ConstantArgs, ("constant",), "Sets every value to the same number."),
        Entry(
            "Identity",
            IdentityArgs,
            ("identity", "IdentityInitializer"),
            "Makes an identity matrix, times `gain`; for weights with two axes.",
        ),
        Entry(
            "Orthogonal",
            OrthogonalArgs,
            ("orthogonal", "OrthogonalInitializer"),
            "Makes a random orthogonal matrix, times `gain`; for weights with two axes or more.",
        ),
        Entry("RandomNormal", NormalArgs, ("random_normal", "normal"), "Draws from a normal distribution."),
        Entry(
            "RandomUniform",
            UniformArgs,
            ("random_uniform", "uniform"),
            "Draws evenly from between two bounds.",
        ),
        Entry(
            "TruncatedNormal",
            NormalArgs,
            ("truncated_normal",),
            "Draws from a normal distribution, and again past two standard deviations.",
        ),
        Entry(
            "VarianceScaling",
            VarianceScalingArgs,
            ("variance_scaling",),
            "Draws with a variance of `scale` over the number of inputs, of outputs, or their mean.",
        ),
        Entry(
            "GlorotNormal", FanArgs, ("glorot_normal",), _FAN.format("truncated normal", "inputs and outputs")
        ),
        Entry("GlorotUniform", FanArgs, ("glorot_uniform",), _FAN.format("uniform", "inputs and outputs")),
        Entry("HeNormal", FanArgs, ("he_normal",), _FAN.format("truncated normal", "the inputs, for relu")),
        Entry("HeUniform", FanArgs, ("he_uniform",), _FAN.format("uniform", "the inputs, for relu")),
        Entry(
            "LecunNormal", FanArgs, ("lecun_normal",), _FAN.format("truncated normal", "the inputs, for selu")
        ),
        Entry("LecunUniform", FanArgs, ("lecun_uniform",), _FAN.format("uniform", "the inputs, for selu")),
        Entry(
            "STFT",
            STFTArgs,
            ("stft", "STFTInitializer"),
            "Fills a kernel with the real or imaginary part of a short-time Fourier transform.",
        ),
    ),
)
