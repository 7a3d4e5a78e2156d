"""What an activation makes of the shape: `glu` halves the last axis, which Keras overlooks."""

from __future__ import annotations

from specgraph.ir.compare import divisible
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Reject, computing, require

from .devices import check_softmax


def activated(activation: str | None, made: TensorType, argument: str | None = "activation") -> TensorType:
    """A layer's output behind its activation.

    Dense(8, "glu"): declared (batch, 8), really (batch, 4).
    """
    if activation == "softmax":
        check_softmax(made.rank)
    if activation != "glu":
        return made
    true = made.truth.shape
    message = f"`glu` halves the last axis, which is {true[-1]}: {TensorType(true)}"
    require(divisible(true[-1], 2), Reject("fails-when-run", message, argument=argument))
    return made._replace(real=TensorType((*true[:-1], true[-1] // 2), computing()))
