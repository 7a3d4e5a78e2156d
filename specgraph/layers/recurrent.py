"""Recurrent layers, which read a sequence step by step and carry a state along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from specgraph.ir.compare import equal
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import (
    Activation,
    Constraint,
    Initializer,
    PositiveInt,
    Rate,
    Regularizer,
    Seed,
    initializer,
)
from specgraph.rows.base import Layer, Port, Reject, Types, Weight, known, require
from specgraph.spec.record import Record


class RecurrentArgs(Record):
    units: PositiveInt
    activation: Activation = "tanh"
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Rate = 0.0
    recurrent_dropout: Rate = 0.0
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    seed: Seed = None


class LSTMArgs(RecurrentArgs):
    recurrent_activation: Activation = "sigmoid"
    unit_forget_bias: bool = True
    use_cudnn: Literal["auto", True, False] = "auto"


class GRUArgs(RecurrentArgs):
    recurrent_activation: Activation = "sigmoid"
    reset_after: bool = True
    use_cudnn: Literal["auto", True, False] = "auto"


def recurrent(states: int) -> Callable[..., Types]:
    """The rule of a layer that carries so many states, each `(batch, units)`."""

    def infer(
        args: RecurrentArgs, x: TensorType, initial_state: tuple[TensorType, ...] | None = None
    ) -> Types:
        """`(batch, steps, features)` -> the last output or all of them, then the states if asked for."""
        feature_count(x)
        check_batch(args, x)
        if initial_state is not None:
            check_states(args, x, initial_state, states)
        last = x.with_shape(x.batch, args.units)
        output = x.with_shape(x.batch, x.shape[1], args.units) if args.return_sequences else last
        return (output, *[last] * states) if args.return_state else output

    return infer


def feature_count(x: TensorType) -> int:
    return known(x.shape[-1], "the kernel needs to know how many features each step has", axis=-1)


def check_batch(args: RecurrentArgs, x: TensorType) -> None:
    if args.stateful and not isinstance(x.batch, int):
        raise Reject(
            "stateful-batch",
            f"a stateful layer keeps a state for each row of the batch, whose size is not fixed: {x}",
            argument="stateful",
            label=f"the batch axis is {x.batch}",
            help="give the input a fixed batch size, or drop `stateful`",
            dim=x.batch,
        )


def check_states(args: RecurrentArgs, x: TensorType, given: tuple[TensorType, ...], states: int) -> None:
    """Rejects initial states of another number, rank, width or batch than the layer's own."""
    if len(given) != states:
        need = "one initial state" if states == 1 else f"{states} initial states"
        raise Reject(
            "state-mismatch",
            f"the layer carries {need.replace('initial ', '')}, it is given {len(given)}",
            argument="initial_state",
            label=f"takes {need}",
            states=states,
            given=len(given),
        )
    for index, state in enumerate(given):
        wants = f"initial state {index + 1} must be ({x.batch}, {args.units}), it is {state}"
        reject = Reject(
            "state-mismatch", wants, argument="initial_state", index=index, units=args.units, state=state
        )
        if state.rank != 2:
            raise reject
        require(equal(state.shape[1], args.units), reject)
        require(equal(state.batch, x.batch), reject)


def gate_weights(args: RecurrentArgs, x: TensorType, gates: int, bias: tuple[int, ...]) -> Iterator[Weight]:
    """The kernels of all gates side by side."""
    width = args.units * gates
    yield Weight("kernel", (feature_count(x), width), initializer=initializer(args.kernel_initializer))
    yield Weight("recurrent_kernel", (args.units, width), initializer=initializer(args.recurrent_initializer))
    if args.use_bias:
        yield Weight("bias", bias, initializer=initializer(args.bias_initializer))


def simple_weights(args: RecurrentArgs, x: TensorType) -> Iterator[Weight]:
    return gate_weights(args, x, 1, (args.units,))


def lstm_weights(args: LSTMArgs, x: TensorType) -> Iterator[Weight]:
    return gate_weights(args, x, 4, (args.units * 4,))


def gru_weights(args: GRUArgs, x: TensorType) -> Iterator[Weight]:
    """With `reset_after`, inputs and states have a bias each."""
    width = args.units * 3
    return gate_weights(args, x, 3, (2, width) if args.reset_after else (width,))


_SHAPES = "(batch, steps, features) -> (batch, units), or (batch, steps, units) with return_sequences"

LAYERS = (
    Layer(
        name="SimpleRNN",
        rank=3,
        args=RecurrentArgs,
        infer=recurrent(1),
        weights=simple_weights,
        ports=(Port("initial_state", many=True),),
        doc="Mixes each step of a sequence with its own last output, which is its state.",
        shapes=_SHAPES,
    ),
    Layer(
        name="LSTM",
        rank=3,
        args=LSTMArgs,
        infer=recurrent(2),
        weights=lstm_weights,
        ports=(Port("initial_state", many=True),),
        doc="Reads a sequence with gates that let it remember over many steps; it carries two states.",
        shapes=_SHAPES,
    ),
    Layer(
        name="GRU",
        rank=3,
        args=GRUArgs,
        infer=recurrent(1),
        weights=gru_weights,
        ports=(Port("initial_state", many=True),),
        doc="Reads a sequence with two gates and one state; smaller than an LSTM.",
        shapes=_SHAPES,
    ),
)
