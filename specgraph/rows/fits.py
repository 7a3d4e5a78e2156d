"""Whether what fills, punishes or bounds a weight can work on a weight of its shape and dtype.

Keras finds out when it makes the values, or at the first training step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.spec.catalog import Named
from specgraph.spec.record import Record

from .base import Reject, Weight, warn

_ROLES = ("_regularizer", "_constraint")


def check_weights(args: Record, weights: Sequence[Weight]) -> None:
    """Rejects an initializer, regularizer or constraint that its weight is not made for."""
    for weight in weights:
        if weight.initializer is not None and (said := _unfilled(weight.initializer, weight)) is not None:
            raise _reject(said, _argument(args, weight.initializer))
    for argument in args.given:
        value = getattr(args, argument)
        if argument.endswith(_ROLES):
            _check_role(argument, value, weights, argument)
        elif hasattr(value, "row") and isinstance(value.args, Record):
            for inner in value.args.given:
                if inner.endswith(_ROLES):
                    _check_role(inner, getattr(value.args, inner), weights, argument)


def _check_role(role: str, value: Any, weights: Sequence[Weight], argument: str) -> None:
    part = role.rpartition("_")[0]
    names = (part, f"{part}_kernel", "kernel" if part == "depthwise" else part)
    for weight in weights:
        if isinstance(value, Named) and weight.name in names:
            _check_fit(value, argument, f"`{weight.name}`", len(weight.shape), weight.dtype)


def check_activity(args: Record, output: TensorType, dtype: str) -> None:
    """Rejects a penalty on outputs that they are not made for."""
    value = getattr(args, "activity_regularizer", None)
    if isinstance(value, Named):
        _check_fit(value, "activity_regularizer", "the output", output.rank, dtype)
        if value.name == "OrthogonalRegularizer" and not isinstance(output.shape[0], int):
            message = f"{value.name} counts the examples, and must know how many there are before it runs"
            help = "it is for kernels; for outputs, `batch_size` of the input says how many"
            raise Reject("fails-when-run", message, argument="activity_regularizer", help=help)


SPARSEMAX = "TensorFlow makes no sparsemax of float16 in `fit` and `predict`"


def check_halves(args: Record, dtype: str, held: str | None = None) -> None:
    """Warns of an activation that TensorFlow cannot trace in a half dtype; `held` is what holds the layer."""
    if dtype == "float16":
        for argument in ("activation", "recurrent_activation"):
            if getattr(args, argument, None) == "sparsemax":
                warn(Reject("fails-when-run", SPARSEMAX, argument=held or argument))


def _unfilled(initializer: Named | str, weight: Weight) -> str | None:
    """Why an initializer cannot fill a weight, or None."""
    name = initializer if isinstance(initializer, str) else initializer.name
    shape = weight.shape
    if name == "Identity" and len(shape) != 2:
        return f"Identity fills weights with two axes, `{weight.name}` has {len(shape)}"
    if name in ("Orthogonal", "orthogonal"):
        if len(shape) < 2:
            return f"Orthogonal fills weights with two axes or more, `{weight.name}` has {len(shape)}"
        if weight.dtype == "bfloat16":
            return f"Orthogonal cannot fill `{weight.name}`: there is no QR decomposition in bfloat16"
    if name == "STFT" and (len(shape) != 3 or shape[1] != 1 or shape[2] < 2):
        return f"STFT fills weights of shape (window, 1, bands), `{weight.name}` is {shape}"
    if isinstance(initializer, Named):
        fans: Any = [getattr(initializer.args, key, None) for key in ("input_axes", "output_axes")]
        for axis in (*fans[0], *fans[1]) if None not in fans else ():
            if not -len(shape) <= axis < len(shape):
                return f"{name} has axis {axis}, `{weight.name}` has {len(shape)} axes"
    return None


def _check_fit(value: Named, argument: str, what: str, rank: int, dtype: str | None) -> None:
    if value.name == "OrthogonalRegularizer":
        if rank != 2:
            raise _reject(f"OrthogonalRegularizer works on two axes, {what} has {rank}", argument)
        if dtype != "float32":
            raise _reject(f"OrthogonalRegularizer computes in float32, {what} is {dtype}", argument)
    axes: Any = getattr(value.args, "axis", None)
    axes = (axes,) if isinstance(axes, int) else axes or ()
    for axis in axes:
        if not -rank <= axis < rank:
            raise _reject(f"{value.name} has axis {axis}, {what} has {rank} axes", argument)
    if len({axis % rank for axis in axes}) < len(axes):
        raise _reject(f"{value.name} names an axis of {what} twice", argument)


def _argument(args: Record, value: Named | str) -> str | None:
    """The argument that holds this very value, or a nested layer's; None if there is none."""
    for name in args.given:
        if getattr(args, name) is value and name.endswith("_initializer"):
            return name
    return "layer" if "layer" in args.given else None


def _reject(message: str, argument: str | None) -> Reject:
    help = "`dtype: mixed_bfloat16` keeps weights in float32" if "bfloat16" in message else None
    return Reject("fails-when-run", message, argument=argument, help=help)
