"""How many multiplications a layer takes for one example: kernels, and products of tensors.

What works value by value (biases, activations, normalizations, pooling, look-ups) is not counted, as is usual
where networks are compared. `work(args, inputs, outputs, weights)` is a row's own rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from specgraph.ir.dim import Dim, product
from specgraph.ir.tensor import TensorType

if TYPE_CHECKING:
    from .base import Weight

Work = Callable[[Any, Sequence[TensorType], Sequence[TensorType], "Sequence[Weight]"], Dim]


def values(type_: TensorType) -> Dim:
    """How many values of one example a tensor holds."""
    return product(type_.shape[1:])


def kernels(weights: Iterable[Weight], suffix: str = "kernel") -> list[Weight]:
    """The matrices among a layer's weights, by their names."""
    return [one for one in weights if one.name.endswith(suffix) and len(one.shape) > 1]


def each_output(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """Dense and convolutions: each value of the output is a sum over all of the kernel but its last axis."""
    return sum((values(outputs[0]) * prod(one.shape[:-1]) for one in kernels(weights)), 0)


def each_input(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """Transposed convolutions: each value of the input meets all of the kernel but its last axis."""
    return sum((values(inputs[0]) * prod(one.shape[:-1]) for one in kernels(weights)), 0)


def depthwise(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """Each value of the output is a sum over a window of one channel."""
    return sum((values(outputs[0]) * prod(one.shape[:-2]) for one in kernels(weights)), 0)


def separable(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """A depthwise kernel at each place of the output, then one that mixes its channels."""
    places: Dim = values(outputs[0]) // args.filters
    return places * sum(prod(one.shape) for one in kernels(weights))


def each_step(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """Recurrent layers: all of the kernels at each step."""
    return inputs[0].shape[1] * sum(prod(one.shape) for one in kernels(weights))


def each_place_of_each_step(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """Convolutions in time: all of the kernels at each place of the output, at each step."""
    space = outputs[0].shape[2:] if args.return_sequences else outputs[0].shape[1:]
    places: Dim = product(space) // args.filters
    return inputs[0].shape[1] * places * sum(prod(one.shape) for one in kernels(weights))


def attention(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """Scores of each query with each key, and their mixture of values."""
    query, value = inputs[0], inputs[1]
    key = inputs[2] if len(inputs) > 2 else value
    return query.shape[-2] * value.shape[-2] * (key.shape[-1] + value.shape[-1])


def multi_head(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """The projections, at each place of what they project, and the attention of all heads."""
    query, value = inputs[0], inputs[1]
    key = inputs[2] if len(inputs) > 2 else value
    query_kernel, key_kernel, value_kernel, output = (prod(one.shape) for one in kernels(weights))
    heads, per_key = weights[0].shape[-2:]
    per_value = next(one for one in kernels(weights)[2:]).shape[-1]
    targets, sources = product(query.shape[1:-1]), product(value.shape[1:-1])
    projected = targets * (query_kernel + output) + product(key.shape[1:-1]) * key_kernel
    return projected + sources * value_kernel + targets * sources * heads * (per_key + per_value)


def nothing(
    args: Any, inputs: Sequence[TensorType], outputs: Sequence[TensorType], weights: Sequence[Weight]
) -> Dim:
    """For layers that multiply no kernel and no tensors with each other."""
    return 0
