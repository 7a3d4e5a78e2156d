"""The types that many layers' arguments share, each with its kind."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from specgraph.spec.catalog import Catalog, Named, OneOf
from specgraph.spec.kinds import Choice, Either, Int, ListOf, NameIn, Number, Optional, PerAxis

PositiveInt: TypeAlias = Annotated[int, Int(minimum=1)]
NonNegativeInt: TypeAlias = Annotated[int, Int(minimum=0)]
Seed: TypeAlias = Annotated[int | None, Optional(Int(minimum=0, maximum=2**31 - 1))]
Window: TypeAlias = Annotated[int | tuple[int, ...], PerAxis(minimum=1)]
"""An int for every spatial axis, or one each."""
Rate: TypeAlias = Annotated[float, Number(minimum=0, maximum=1)]
Positive: TypeAlias = Annotated[float, Number(above=0)]
NonNegative: TypeAlias = Annotated[float, Number(minimum=0)]
Ints: TypeAlias = Annotated[tuple[int, ...], ListOf(Int(), least=1)]
Axes: TypeAlias = Annotated[
    int | tuple[int, ...], Either(Int(), ListOf(Int(), least=1), phrase="an axis or a list of axes")
]
DataFormat: TypeAlias = Annotated[str | None, Optional(Choice("channels_last", "channels_first"))]

ACTIVATIONS = (
    "linear", "relu", "sigmoid", "softmax", "tanh", "gelu", "silu", "swish", "elu", "selu", "relu6",
    "leaky_relu", "softplus", "softsign", "exponential", "hard_sigmoid", "hard_silu", "hard_swish",
    "hard_tanh", "hard_shrink", "soft_shrink", "sparse_plus", "sparsemax", "sparse_sigmoid",
    "squareplus", "tanh_shrink", "log_sigmoid", "log_softmax", "celu", "mish", "glu",
)  # fmt: skip
"""`keras.activations` less `threshold`."""
_NEEDS_ARGUMENTS = {"threshold": "it needs arguments, which a name cannot give; use a ReLU with `threshold`"}
_NOT_IN_A_CELL = {
    **_NEEDS_ARGUMENTS,
    "glu": "it halves the state, which must keep its size from step to step",
}

Activation: TypeAlias = Annotated[
    str | None, Optional(NameIn("an activation", lambda: ACTIVATIONS, _NEEDS_ARGUMENTS))
]
RecurrentActivation: TypeAlias = Annotated[
    str | None,
    Optional(NameIn("an activation", lambda: ACTIVATIONS[:-1], _NOT_IN_A_CELL)),
]
"""One whose values have the shape of their arguments."""


def _initializers() -> Catalog:
    from specgraph.objects.initializers import INITIALIZERS

    return INITIALIZERS


def _regularizers() -> Catalog:
    from specgraph.objects.regularizers import REGULARIZERS

    return REGULARIZERS


def _constraints() -> Catalog:
    from specgraph.objects.constraints import CONSTRAINTS

    return CONSTRAINTS


Initializer: TypeAlias = Annotated[Named | str | None, Optional(OneOf("an initializer", _initializers))]
NamedInitializer: TypeAlias = Annotated[Named | str, OneOf("an initializer", _initializers)]
"""One that cannot be left to Keras with null."""
Regularizer: TypeAlias = Annotated[Named | str | None, Optional(OneOf("a regularizer", _regularizers))]
Constraint: TypeAlias = Annotated[Named | str | None, Optional(OneOf("a constraint", _constraints))]


def initializer(value: Named | str | None) -> Named | str | None:
    """The initializer an argument names, for `Weight`; a default stays a bare name, to cost nothing."""
    return value
