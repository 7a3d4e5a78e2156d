"""What losses expect: of predictions, of the labels' form, of shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim, named

ROWS = frozenset(["CategoricalCrossentropy", "CategoricalFocalCrossentropy", "KLDivergence"])
"""One probability for each class, and labels that are rows of them."""
CROSS = frozenset(["CategoricalCrossentropy", "CategoricalFocalCrossentropy"])
SPARSE = frozenset(["SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy"])
"""One probability for each class, and labels that are classes' numbers."""
BINARY = frozenset(["BinaryCrossentropy", "BinaryFocalCrossentropy"])
"""A probability for each value."""
OVERLAP = frozenset(["Dice", "Tversky"])
PROBABILITY = ROWS | SPARSE | BINARY
HINGES = frozenset(["Hinge", "SquaredHinge"])
REGRESSION = frozenset(
    [
        "MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "Huber", "LogCosh",
        "MeanSquaredLogarithmicError",
    ]
)  # fmt: skip
STRICT = frozenset(["CategoricalCrossentropy", *BINARY])
"""Losses that refuse labels of another shape; others stretch them."""
SHAPELESS = frozenset(["CTC", "Circle"])
"""Losses whose labels have another shape than the output by nature."""

SHARES = frozenset(["softmax", "sparsemax"])
PROBABILITIES = frozenset(["sigmoid", "hard_sigmoid", "sparse_sigmoid"])
RANGES = {
    "sigmoid": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0), "sparse_sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0),
    "sparsemax": (0.0, 1.0), "tanh": (-1.0, 1.0), "hard_tanh": (-1.0, 1.0), "softsign": (-1.0, 1.0),
    "relu": (0.0, float("inf")), "relu6": (0.0, 6.0), "softplus": (0.0, float("inf")),
    "exponential": (0.0, float("inf")), "squareplus": (0.0, float("inf")),
    "sparse_plus": (0.0, float("inf")), "log_softmax": (float("-inf"), 0.0),
    "log_sigmoid": (float("-inf"), 0.0), "elu": (-1.0, float("inf")), "selu": (-1.7581, float("inf")),
    "celu": (-1.0, float("inf")),
}  # fmt: skip
"""Between which values an activation stays; those not listed reach all."""

Fit = Literal["fits", "stretched", "refused"]


def fit(loss: str, target: Sequence[Dim], output: Sequence[Dim]) -> Fit:
    """Whether Keras takes a target of this shape for this output, both without the batch axis.

    "stretched": it takes it by repeating values, so that predictions meet labels of other examples.
    """
    if loss in SHAPELESS:
        return "fits"
    batch = named("(batch)", minimum=2)
    y_true, y_pred = _same_rank([batch, *target], [batch, *output])
    if loss == "SparseCategoricalCrossentropy":
        if len(y_true) == len(y_pred) and y_true[-1] == 1:
            y_true = y_true[:-1]
        y_pred = y_pred[:-1]
        return "fits" if _alike(y_true, y_pred) else "refused"
    if loss == "CategoricalGeneralizedCrossEntropy":
        return _stretch([*y_true, y_pred[-1]], y_pred)
    if loss in STRICT:
        return "fits" if _alike(y_true, y_pred) else "refused"
    return _stretch(y_true, y_pred)


def _same_rank(a: list[Dim], b: list[Dim]) -> tuple[list[Dim], list[Dim]]:
    """Keras's `squeeze_or_expand_to_same_rank`."""
    if len(a) == len(b) + 1 and a[-1] == 1:
        if len(b) == 1:
            b = [*b, 1]
        else:
            a = a[:-1]
    if len(b) == len(a) + 1 and b[-1] == 1:
        if len(a) == 1:
            a = [*a, 1]
        else:
            b = b[:-1]
    return a, b


def _alike(a: Sequence[Dim], b: Sequence[Dim]) -> bool:
    pairs = zip(a, b, strict=False)
    return len(a) == len(b) and all(equal(one, two).kind != "never" for one, two in pairs)


def _stretch(a: Sequence[Dim], b: Sequence[Dim]) -> Fit:
    """What numpy's rules of broadcasting make of two shapes."""
    found: Fit = "fits" if len(a) == len(b) else "stretched"
    for one, two in zip(reversed(a), reversed(b), strict=False):
        if equal(one, two).kind == "never" or _batch(one) != _batch(two):
            if one != 1 and two != 1:
                return "refused"
            found = "stretched"
    return found


def _batch(dim: Dim) -> bool:
    return str(dim) == "(batch)"
