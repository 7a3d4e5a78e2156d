"""Layers that act in training only: noise, dropout and penalties."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import DataFormat, NonNegative, Rate, Seed
from specgraph.rows.base import Layer, Reject, demand, same
from specgraph.spec.kinds import Int, ListOf, Number, Optional
from specgraph.spec.record import Record

RateBelowOne: TypeAlias = Annotated[float, Number(minimum=0, below=1)]
"""Of layers that divide by what is left; at 1 they fail in training."""


class DropoutArgs(Record):
    rate: Rate
    noise_shape: Annotated[
        tuple[int | None, ...] | None, Optional(ListOf(Optional(Int(minimum=1)), least=1))
    ] = None
    seed: Seed = None


class SpatialDropout1DArgs(Record):
    rate: Rate
    seed: Seed = None


class SpatialDropoutArgs(Record):
    rate: Rate
    data_format: DataFormat = None
    seed: Seed = None


class AlphaDropoutArgs(DropoutArgs):
    rate: RateBelowOne


class GaussianDropoutArgs(Record):
    rate: RateBelowOne
    seed: Seed = None


class GaussianNoiseArgs(Record):
    stddev: Rate
    seed: Seed = None


class ActivityRegularizationArgs(Record):
    l1: NonNegative = 0.0
    l2: NonNegative = 0.0


def drop(args: DropoutArgs, x: TensorType) -> TensorType:
    """The same shape; `noise_shape` has its size or a 1 for every axis."""
    noise = args.noise_shape
    if noise is None:
        return x
    message = f"`noise_shape` needs for each axis its size, 1 or null; the input is {x}"
    reject = Reject("fails-when-run", message, argument="noise_shape", label=f"{len(noise)} axes")
    if len(noise) != x.rank:
        raise reject
    for size, dim in zip(noise, x.shape, strict=True):
        if size is not None and size != 1:
            demand(equal(dim, size), reject, dim)
    return x


_SHAPES = "(batch, ...) -> (batch, ...)"
_1D = "(batch, steps, channels)"
_2D = "(batch, height, width, channels)"
_3D = "(batch, depth, height, width, channels)"
_SPATIAL = "In training, sets whole channels of {} to zero at random."

LAYERS = (
    Layer(
        name="Dropout",
        args=DropoutArgs,
        infer=drop,
        floats_only=True,
        doc="In training, sets a share `rate` of the values to zero at random and scales up the others.",
        shapes=_SHAPES,
    ),
    Layer(
        name="SpatialDropout1D",
        rank=3,
        args=SpatialDropout1DArgs,
        infer=same,
        floats_only=True,
        doc=_SPATIAL.format("a sequence"),
        shapes=f"{_1D} -> {_1D}",
    ),
    Layer(
        name="SpatialDropout2D",
        rank=4,
        args=SpatialDropoutArgs,
        infer=same,
        floats_only=True,
        doc=_SPATIAL.format("an image"),
        shapes=f"{_2D} -> {_2D}",
    ),
    Layer(
        name="SpatialDropout3D",
        rank=5,
        args=SpatialDropoutArgs,
        infer=same,
        floats_only=True,
        doc=_SPATIAL.format("a volume"),
        shapes=f"{_3D} -> {_3D}",
    ),
    Layer(
        name="GaussianDropout",
        args=GaussianDropoutArgs,
        infer=same,
        floats_only=True,
        doc="In training, multiplies the values by random factors around 1.",
        shapes=_SHAPES,
    ),
    Layer(
        name="GaussianNoise",
        args=GaussianNoiseArgs,
        infer=same,
        floats_only=True,
        doc="In training, adds random noise around 0 with the spread `stddev`.",
        shapes=_SHAPES,
    ),
    Layer(
        name="AlphaDropout",
        args=AlphaDropoutArgs,
        infer=drop,
        floats_only=True,
        doc="Dropout that keeps mean and variance, for networks with `selu` activations.",
        shapes=_SHAPES,
    ),
    Layer(
        name="ActivityRegularization",
        args=ActivityRegularizationArgs,
        infer=same,
        floats_only=True,
        doc="Adds a penalty on the values that pass through to the loss.",
        shapes=_SHAPES,
    ),
)
