"""How weights begin."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Int, Number, Optional
from specgraph.spec.record import Record

Seed: TypeAlias = Annotated[int | None, Optional(Int(minimum=0, maximum=2**31 - 1))]
Positive: TypeAlias = Annotated[float, Number(above=0)]


class NoArgs(Record):
    pass


class ConstantArgs(Record):
    value: float = 0.0


class NormalArgs(Record):
    mean: float = 0.0
    stddev: Positive = 0.05
    seed: Seed = None


class UniformArgs(Record):
    minval: float = -0.05
    maxval: float = 0.05
    seed: Seed = None


class ScalingArgs(Record):
    scale: Positive = 1.0
    mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in"
    distribution: Literal["truncated_normal", "untruncated_normal", "uniform"] = "truncated_normal"
    seed: Seed = None


class SeedArgs(Record):
    seed: Seed = None


class GainArgs(Record):
    gain: float = 1.0


class OrthogonalArgs(Record):
    gain: float = 1.0
    seed: Seed = None


_FAN = "Draws from a distribution whose width follows the layer's size ({})."

INITIALIZERS = Catalog(
    "an initializer",
    "initializers",
    (
        Entry("Zeros", NoArgs, ("zeros", "zero"), "All zeros."),
        Entry("Ones", NoArgs, ("ones", "one"), "All ones."),
        Entry("Constant", ConstantArgs, ("constant",), "One value everywhere."),
        Entry("RandomNormal", NormalArgs, ("random_normal", "normal"), "A normal distribution."),
        Entry(
            "TruncatedNormal", NormalArgs, ("truncated_normal",), "A normal distribution cut at two stddev."
        ),
        Entry("RandomUniform", UniformArgs, ("random_uniform", "uniform"), "A uniform distribution."),
        Entry("VarianceScaling", ScalingArgs, ("variance_scaling",), _FAN.format("as its arguments say")),
        Entry("GlorotUniform", SeedArgs, ("glorot_uniform",), _FAN.format("Glorot, uniform")),
        Entry("GlorotNormal", SeedArgs, ("glorot_normal",), _FAN.format("Glorot, normal")),
        Entry("HeUniform", SeedArgs, ("he_uniform",), _FAN.format("He, uniform")),
        Entry("HeNormal", SeedArgs, ("he_normal",), _FAN.format("He, normal")),
        Entry("LecunUniform", SeedArgs, ("lecun_uniform",), _FAN.format("LeCun, uniform")),
        Entry("LecunNormal", SeedArgs, ("lecun_normal",), _FAN.format("LeCun, normal")),
        Entry(
            "Orthogonal",
            OrthogonalArgs,
            ("orthogonal", "OrthogonalInitializer"),
            "A random orthogonal matrix.",
        ),
        Entry("Identity", GainArgs, ("identity", "IdentityInitializer"), "The identity matrix."),
    ),
)
