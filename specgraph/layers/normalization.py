"""Layers that bring values to a common mean and spread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import (
    Axes,
    Constraint,
    Initializer,
    NonNegative,
    Rate,
    Regularizer,
    initializer,
)
from specgraph.rows.base import Layer, Port, Reject, Weight, known, rank_pinned
from specgraph.rows.broadcast import check_alike
from specgraph.spec.kinds import Int, MapOf, Number, Optional
from specgraph.spec.record import Record

from .reshaping import check_axes


class BatchNormalizationArgs(Record):
    axis: int = -1
    momentum: Rate = 0.99
    epsilon: NonNegative = 0.001
    center: bool = True
    scale: bool = True
    beta_initializer: Initializer = "zeros"
    gamma_initializer: Initializer = "ones"
    moving_mean_initializer: Initializer = "zeros"
    moving_variance_initializer: Initializer = "ones"
    beta_regularizer: Regularizer = None
    gamma_regularizer: Regularizer = None
    beta_constraint: Constraint = None
    gamma_constraint: Constraint = None
    renorm: bool = False
    renorm_clipping: Annotated[dict[str, Any] | None, Optional(MapOf(Number()))] = None
    renorm_momentum: Rate = 0.99
    synchronized: bool = False


class LayerNormalizationArgs(Record):
    axis: Axes = -1
    epsilon: NonNegative = 0.001
    center: bool = True
    scale: bool = True
    beta_initializer: Initializer = "zeros"
    gamma_initializer: Initializer = "ones"
    beta_regularizer: Regularizer = None
    gamma_regularizer: Regularizer = None
    beta_constraint: Constraint = None
    gamma_constraint: Constraint = None


class GroupNormalizationArgs(Record):
    groups: Annotated[int, Int(minimum=-1)] = 32
    axis: int = -1
    epsilon: NonNegative = 0.001
    center: bool = True
    scale: bool = True
    beta_initializer: Initializer = "zeros"
    gamma_initializer: Initializer = "ones"
    beta_regularizer: Regularizer = None
    gamma_regularizer: Regularizer = None
    beta_constraint: Constraint = None
    gamma_constraint: Constraint = None


class UnitNormalizationArgs(Record):
    axis: Axes = -1


class RMSNormalizationArgs(Record):
    axis: Axes = -1
    epsilon: NonNegative = 1e-6


def batch_norm(args: BatchNormalizationArgs, x: TensorType, mask: TensorType | None = None) -> TensorType:
    """The same shape; the size of the axis must be known, and a mask has all axes but the last."""
    if mask is not None:
        wants = TensorType(x.shape[:-1])
        message = f"the mask says which vectors count, and must be {wants}; it is {mask}"
        check_alike(mask.shape, wants.shape, Reject("fails-when-run", message, argument="mask"))
    (size,) = _sizes("BatchNormalization", args.axis, x)
    if mask is not None and size == 1 and args.axis >= 0:
        message = f"with a mask Keras loses axis {args.axis}, which has one channel"
        raise Reject("fails-when-run", message, argument="axis", help=f"write `axis: {args.axis - x.rank}`")
    if args.renorm and args.renorm_clipping:
        _check_clipping(args.renorm_clipping)
    if args.renorm and args.moving_variance_initializer is None:
        message = "with `renorm` the moving variance needs an initializer"
        raise Reject("bad-param", message, argument="moving_variance_initializer")
    return x


def _check_clipping(limits: dict[str, float]) -> None:
    wrong = [name for name in limits if name not in ("rmax", "rmin", "dmax")]
    if wrong:
        message = f"`renorm_clipping` has rmax, rmin and dmax, not {wrong[0]}"
    elif "rmax" in limits and "rmin" in limits and limits["rmax"] < limits["rmin"]:
        message = "`renorm_clipping` has rmax less than rmin"
    elif limits.get("dmax", 0) < 0:
        message = "`renorm_clipping` has a negative dmax"
    else:
        return
    raise Reject("bad-param", message, argument="renorm_clipping")


def batch_norm_weights(args: BatchNormalizationArgs, x: TensorType) -> Iterator[Weight]:
    shape = _sizes("BatchNormalization", args.axis, x)
    yield from _gamma_beta(args, shape)
    mean = initializer(args.moving_mean_initializer)
    variance = initializer(args.moving_variance_initializer)
    yield Weight("moving_mean", shape, False, mean)
    yield Weight("moving_variance", shape, False, variance)
    if args.renorm:
        yield Weight("moving_stddev", shape, False, variance)
        yield Weight("renorm_mean", shape, False, mean)
        yield Weight("renorm_stddev", shape, False, variance)


def layer_norm(args: LayerNormalizationArgs, x: TensorType) -> TensorType:
    """The same shape; the sizes of the axes must be known if there are weights along them."""
    check_axes("LayerNormalization", args.axis, x)
    if args.scale or args.center:
        sizes = _sizes("LayerNormalization", args.axis, x)
        listed = () if isinstance(args.axis, int) else sorted(args.axis)
        if len(sizes) == x.rank and [axis % x.rank for axis in listed] != list(range(x.rank)):
            message = f"LayerNormalization lines up factors of {sizes} with its input: {x}"
            help = "count the axes from the front"
            raise Reject("fails-when-run", message, argument="axis", help=help)
    return x


def layer_norm_weights(args: LayerNormalizationArgs, x: TensorType) -> Iterator[Weight]:
    if args.scale or args.center:
        yield from _gamma_beta(args, _sizes("LayerNormalization", args.axis, x))


def group_norm(args: GroupNormalizationArgs, x: TensorType) -> TensorType:
    """The same shape; the axis must be known, split evenly, and not the batch."""
    if args.groups == 0:
        raise Reject("bad-param", "must be a positive integer, or -1 for one group each", argument="groups")
    (count,) = _sizes("GroupNormalization", args.axis, x)
    if args.axis % x.rank == 0:
        message = "GroupNormalization cannot split the batch axis into groups"
        raise Reject("bad-param", message, argument="axis")
    groups = count if args.groups == -1 else args.groups
    if count % groups:
        raise Reject(
            "groups-divisible",
            f"the input's {count} channels cannot be split into {groups} groups",
            argument="groups",
            of="channels",
            count=count,
        )
    return x


def group_norm_weights(args: GroupNormalizationArgs, x: TensorType) -> Iterator[Weight]:
    return _gamma_beta(args, _sizes("GroupNormalization", args.axis, x))


def unit_norm(args: UnitNormalizationArgs, x: TensorType) -> TensorType:
    """The same shape."""
    check_axes("UnitNormalization", args.axis, x)
    return x


def rms_norm(args: RMSNormalizationArgs, x: TensorType) -> TensorType:
    """The same shape; the axes must be the last ones, of known size."""
    _sizes("RMSNormalization", args.axis, x)
    listed = (args.axis,) if isinstance(args.axis, int) else sorted(args.axis)
    if [axis % x.rank for axis in listed] != list(range(x.rank - len(listed), x.rank)):
        raise Reject(
            "fails-when-run",
            "RMSNormalization scales along the last axes only: Keras lines its factors up with those",
            argument="axis",
            help="put a Permute before it",
        )
    return x


def rms_norm_weights(args: RMSNormalizationArgs, x: TensorType) -> Iterator[Weight]:
    yield Weight("scale", _sizes("RMSNormalization", args.axis, x), initializer=initializer("ones"))


def _gamma_beta(
    args: BatchNormalizationArgs | LayerNormalizationArgs | GroupNormalizationArgs, shape: tuple[int, ...]
) -> Iterator[Weight]:
    if args.scale:
        yield Weight("gamma", shape, initializer=initializer(args.gamma_initializer))
    if args.center:
        yield Weight("beta", shape, initializer=initializer(args.beta_initializer))


def _sizes(name: str, axes: int | tuple[int, ...], x: TensorType) -> tuple[int, ...]:
    """The sizes of the axes, sorted as written: a negative axis comes before the others."""
    check_axes(name, axes, x)
    message = f"{name} needs to know how many features come in; its input is {x}"
    listed = (axes,) if isinstance(axes, int) else sorted(axes)
    return tuple(known(x.shape[axis], message, axis=axis) for axis in listed)


_SHAPES = "(batch, ...) -> (batch, ...)"

LAYERS = (
    Layer(
        name="BatchNormalization",
        args=BatchNormalizationArgs,
        infer=batch_norm,
        weights=batch_norm_weights,
        pinned=rank_pinned,
        input_names=("inputs",),
        ports=(Port("mask"),),
        doc="Centres and scales each channel by the batch's mean and variance, or by their running"
        " averages once trained.",
        shapes=_SHAPES,
    ),
    Layer(
        name="LayerNormalization",
        args=LayerNormalizationArgs,
        infer=layer_norm,
        weights=layer_norm_weights,
        autocast=False,
        doc="Centres and scales each example along the given axes.",
        shapes=_SHAPES,
    ),
    Layer(
        name="GroupNormalization",
        args=GroupNormalizationArgs,
        infer=group_norm,
        weights=group_norm_weights,
        pinned=rank_pinned,
        autocast=False,
        doc="Splits the channels of each example into groups, and centres and scales every group.",
        shapes=_SHAPES,
    ),
    Layer(
        name="UnitNormalization",
        args=UnitNormalizationArgs,
        infer=unit_norm,
        floats_only=True,
        doc="Scales each example to length 1 along the given axes.",
        shapes=_SHAPES,
    ),
    Layer(
        name="RMSNormalization",
        args=RMSNormalizationArgs,
        keeps_ints=True,
        infer=rms_norm,
        weights=rms_norm_weights,
        doc="Divides by the root of the mean square along the given axes and scales by learnt factors.",
        shapes=_SHAPES,
    ),
)
