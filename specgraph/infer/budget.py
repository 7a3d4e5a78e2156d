"""What building a model would cost, and whether that is allowed; asked before Keras is imported.

Two things can be known without building: the bytes of the weights, and the multiplications of the
orthogonal initializers, which factor a matrix of the size of the weight (an LSTM of 4,000 units has
only 0.5 GB of weights, but takes a minute to initialize).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import prod

from specgraph.diagnostics.report import Report
from specgraph.ir.graph import GraphNode, with_called
from specgraph.limits import Limits
from specgraph.rows.base import Weight
from specgraph.spec.catalog import Named

from .walk import ModelTypes

BYTES = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "float16": 2, "bfloat16": 2,
    "int64": 8, "uint64": 8, "float64": 8,
}  # fmt: skip
"""Bytes of one value; 4 for other dtypes."""
_ORTHOGONAL = ("Orthogonal", "OrthogonalInitializer", "orthogonal")


def needed(models: Mapping[str, ModelTypes], names: Iterable[str]) -> dict[str, ModelTypes]:
    """These models and all that they call, in the order of `models`."""
    found = with_called(names, {name: model.graph for name, model in models.items()})
    return {name: model for name, model in models.items() if name in found}


def weight_bytes(weight: Weight) -> int:
    """The memory of one variable."""
    return prod(weight.shape) * BYTES.get(weight.dtype or "float32", 4)


def initializer_cost(weight: Weight) -> int:
    """The multiplications of an orthogonal initializer, 0 for others.

    It draws a matrix of as many columns as the weight's last axis has values, and factors it, or its
    transpose, with Householder reflections: 2·m·n² for m rows and n columns, m >= n.
    """
    named = weight.initializer
    if (named.name if isinstance(named, Named) else named) not in _ORTHOGONAL or len(weight.shape) < 2:
        return 0
    rows, columns = prod(weight.shape[:-1]), weight.shape[-1]
    return 2 * rows * columns * min(rows, columns)


def check_budget(models: Mapping[str, ModelTypes], limits: Limits, report: Report) -> None:
    """Reports, at the layer that takes most, what building these models would take too much of."""
    total, layer = _total(models, weight_bytes)
    if total > limits.weight_bytes:
        message = f"the weights would take {_bytes(total)}, {_bytes(limits.weight_bytes)} are allowed"
        _say(message, "of the weights", "weight_bytes", total, layer, report)
    total, layer = _total(models, initializer_cost)
    if total > limits.initializer_cost:
        message = (
            f"the orthogonal initializers would take {_short(total)} multiplications, "
            f"{_short(limits.initializer_cost)} are allowed"
        )
        _say(message, "of that", "initializer_cost", total, layer, report)


def _total(
    models: Mapping[str, ModelTypes], cost: Callable[[Weight], int]
) -> tuple[int, tuple[int, GraphNode] | None]:
    """The cost of all layers, and the most expensive one with its own."""
    total, most = 0, None
    for node, weights in _layers(models):
        one = sum(map(cost, weights))
        total += one
        if most is None or one > most[0]:
            most = one, node
    return total, most


def _layers(models: Mapping[str, ModelTypes]) -> Iterator[tuple[GraphNode, list[Weight]]]:
    for model in models.values():
        for name, weights in model.weights.items():
            yield model.graph.nodes[name], weights


def _say(
    message: str, of: str, limit: str, total: int, layer: tuple[int, GraphNode] | None, report: Report
) -> None:
    assert layer is not None
    cost, node = layer
    report.say(
        "weight-budget",
        message,
        node.key.span,
        label=f"{100 * cost // total} % {of}",
        help=f"make this layer smaller, or raise the limit `{limit}`: `--limit {limit}={total}`",
        layer=node.name,
    )


def _bytes(count: int) -> str:
    """`20.0 GB`; powers of 1000."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000  # type: ignore[assignment]
    return f"{count:.2g} EB"


def _short(count: int) -> str:
    return f"{count:.1e}".replace("e+", "e")
