"""Recurrent layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from specgraph.ir.tensor import TensorType
from specgraph.spec.record import Record

from .arguments import Activation, Constraint, Initializer, PositiveInt, Rate, Regularizer, Seed, initializer
from .base import Layer, Reject, Weight, known


class LSTMArgs(Record):
    units: PositiveInt
    activation: Activation = "tanh"
    recurrent_activation: Activation = "sigmoid"
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
    unit_forget_bias: bool = True
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Rate = 0.0
    recurrent_dropout: Rate = 0.0
    seed: Seed = None
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    use_cudnn: Literal["auto", True, False] = "auto"


def lstm(
    args: LSTMArgs, x: TensorType, initial_state: tuple[TensorType, ...] = ()
) -> TensorType | tuple[TensorType, ...]:
    """`(batch, steps, features)` -> `(batch, units)`, or all steps; two states after it if asked for."""
    _features(x)
    if args.stateful and not isinstance(x.batch, int):
        raise Reject("stateful-batch", "a stateful layer needs a fixed batch size", argument="stateful")
    if initial_state and len(initial_state) != 2:
        raise Reject("state-mismatch", f"LSTM has 2 states, `initial_state` gives {len(initial_state)}")
    for state in initial_state:
        if state.rank != 2 or state.shape[-1] != args.units:
            message = f"`initial_state` is {state}, but the layer has {args.units} units"
            raise Reject("state-mismatch", message, argument="units")
    steps = (x.shape[1],) if args.return_sequences else ()
    output = x.with_shape(x.batch, *steps, args.units)
    if not args.return_state:
        return output
    state = x.with_shape(x.batch, args.units)
    return output, state, state


def lstm_weights(args: LSTMArgs, x: TensorType) -> Iterator[Weight]:
    yield Weight("kernel", (_features(x), 4 * args.units), True, initializer(args.kernel_initializer))
    recurrent = (args.units, 4 * args.units)
    yield Weight("recurrent_kernel", recurrent, True, initializer(args.recurrent_initializer))
    if args.use_bias:
        yield Weight("bias", (4 * args.units,))


def _features(x: TensorType) -> int:
    message = f"the weights need to know how many features a step has; the input is {x}"
    return known(x.shape[-1], message, axis=2)


LAYERS = (
    Layer(
        name="LSTM",
        rank=3,
        args=LSTMArgs,
        infer=lstm,
        weights=lstm_weights,
        ports=("initial_state",),
        doc="Long short-term memory: reads a sequence step by step, with gates on what it keeps.",
        shapes="(batch, steps, features) -> (batch, units)",
    ),
)
