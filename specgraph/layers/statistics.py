"""The layer that brings values to mean 0 and variance 1 by statistics that stand in the spec."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer, Reject, adapts, known, rank_pinned
from specgraph.rows.constants import Constant, Tensor
from specgraph.spec.kinds import Either, Int, ListOf, Optional
from specgraph.spec.record import Record

from .encoding import OR_TRAIN
from .reshaping import check_axes

Statistic: TypeAlias = Annotated[Constant | None, Optional(Tensor())]


class NormalizationArgs(Record):
    axis: Annotated[
        int | tuple[int, ...] | None,
        Optional(Either(Int(), ListOf(Int()), phrase="an axis or a list of axes")),
    ] = -1
    mean: Statistic = None
    variance: Statistic = None
    invert: bool = False


def normalize(args: NormalizationArgs, x: TensorType) -> TensorType:
    """The same shape, in the compute dtype."""
    axes = () if args.axis is None else (args.axis,) if isinstance(args.axis, int) else args.axis
    check_axes("Normalization", axes, x)
    message = f"Normalization needs to know the sizes of its axes; its input is {x}"
    kept = {axis % x.rank: known(x.shape[axis], message, axis=axis) for axis in axes}
    if len(kept) < len(axes):
        raise Reject("bad-param", "`axis` has the same axis twice", argument="axis")
    if args.mean is None and args.variance is None and adapts.get():
        return x
    mean, variance = _statistics(args)
    sizes = [kept[axis] for axis in sorted(kept)]
    if len(mean.shape) > len(sizes):
        message = f"`mean` has {len(mean.shape)} axes, more than the {len(sizes)} of `axis`"
        raise Reject("bad-param", message, argument="mean")
    for one, size in zip(reversed(mean.shape), reversed(sizes), strict=False):
        if one not in (1, size):
            message = f"`mean` has {one} values for an axis of {size}"
            raise Reject("bad-param", message, argument="mean", label=f"{one} values")
    if _least(variance.value) < 0:
        raise Reject("bad-param", "a variance is never negative", argument="variance")
    return x


def _statistics(args: NormalizationArgs) -> tuple[Constant, Constant]:
    """Both; rejects one alone, or two of different shapes."""
    mean, variance = args.mean, args.variance
    if mean is None and variance is None:
        message = "Normalization needs adapt: nothing tells the mean and variance of the data"
        help = f"give `mean` and `variance`, each a number or a list with one for each feature, {OR_TRAIN}"
        raise Reject("needs-adapt", message, help=help)
    if mean is None or variance is None:
        given, missing = ("variance", "mean") if mean is None else ("mean", "variance")
        raise Reject("bad-param", f"`{given}` stands without `{missing}`", argument=given)
    for name, one in (("mean", mean), ("variance", variance)):
        if one.dtype == "bool":
            raise Reject("bad-param", f"`{name}` is made of numbers", argument=name)
    if mean.shape != variance.shape:
        message = f"`mean` has the shape {mean.shape}, `variance` {variance.shape}"
        raise Reject("bad-param", message, argument="variance")
    return mean, variance


def _least(value: Any) -> float:
    return min(map(_least, value)) if isinstance(value, tuple) else float(value)


LAYERS = (
    Layer(
        name="Normalization",
        args=NormalizationArgs,
        pinned=rank_pinned,
        infer=normalize,
        doc="Takes the mean off every value and divides by the root of the variance, given or the data's.",
        shapes="(batch, ...) -> (batch, ...)",
    ),
)
