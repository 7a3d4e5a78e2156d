"""How the layers that look up, hash or sort values into bins write the numbers they find.

int        the numbers themselves
one_hot    a row of 0 and 1 for each
multi_hot  a row of 0 and 1 for each example: which occur in it
count      a row for each example: how often each occurs
tf_idf     the same, weighted
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject
from specgraph.spec.kinds import Bad, Choice, Either, Int, ListOf, Optional

Shape: TypeAlias = tuple[Dim, ...]

OR_TRAIN = "or say under `train` which data the layer is adapted to"


class Dense(Choice):
    """False: tensors are dense here."""

    def __init__(self, what: str) -> None:
        super().__init__(False)
        self.what = what
        self.phrase = "false"

    def check(self, value: object) -> bool:
        if value is True:
            raise Bad(f"must be false: {self.what}", help="leave it out, so that a dense tensor comes out")
        return bool(super().check(value))


Sparse: TypeAlias = Annotated[bool, Dense("Keras says nothing of sparse tensors to the layers that follow")]
Ragged: TypeAlias = Annotated[bool, Dense("Keras says nothing of ragged tensors to the layers that follow")]
_salt = Int(minimum=0)
Salt: TypeAlias = Annotated[
    int | tuple[int, ...] | None,
    Optional(
        Either(_salt, ListOf(_salt, least=2, most=2), phrase="an integer of at least 0, or a list of two")
    ),
]
"""Makes hashes differ from those of others."""


def one_hot(name: str, x: TensorType, depth: int) -> Shape:
    """A last axis of one is replaced, any other kept. Rejects one that is not known before it runs."""
    last = x.shape[-1]
    if x.rank > 1 and not isinstance(last, int):
        message = f"{name} needs to know whether the last axis is 1 before it runs; its input is {x}"
        raise Reject("fails-when-run", message, input=0)
    return (*x.shape[:-1], depth) if x.rank > 1 and last == 1 else (*x.shape, depth)


def gathered(name: str, x: TensorType, depth: int) -> Shape:
    """`multi_hot` and its like: the first axis behind the batch is summed up, not the last."""
    if x.rank < 2:
        message = f"{name} counts the values of each example, and needs an axis of them; its input is {x}"
        raise Reject("rank-mismatch", message, input=0, rank=x.rank, least=2, most=64)
    return (x.batch, *x.shape[2:], depth)


def declared_gathered(x: TensorType, depth: int) -> Shape:
    """What most of these layers declare where `gathered` comes out."""
    return (*x.shape[:-1], depth)


def claimed(shape: Shape, dtype: str, true: Shape, true_dtype: str) -> TensorType:
    """A type that declares one thing while another comes out, if they differ."""
    real = None if (shape, dtype) == (true, true_dtype) else TensorType(true, true_dtype)
    return TensorType(shape, dtype, real)
