"""Recurrent layers, which read a sequence step by step and carry a state along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, Protocol

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType, is_float
from specgraph.rows.arguments import (
    Constraint,
    Initializer,
    PositiveInt,
    Rate,
    RecurrentActivation,
    Regularizer,
    Seed,
    initializer,
)
from specgraph.rows.base import Layer, Port, Reject, Types, Weight, known
from specgraph.rows.broadcast import check_alike
from specgraph.rows.work import each_step
from specgraph.spec.catalog import Named
from specgraph.spec.record import Record

SEQUENCE_PORTS = (Port("initial_state", many=True), Port("mask"))


class CellArgs(Record):
    units: PositiveInt
    activation: RecurrentActivation = "tanh"
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Rate = 0.0
    recurrent_dropout: Rate = 0.0
    seed: Seed = None


class RecurrentArgs(CellArgs):
    activity_regularizer: Regularizer = None
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False


class LSTMCellArgs(CellArgs):
    recurrent_activation: RecurrentActivation = "sigmoid"
    unit_forget_bias: bool = True


class LSTMArgs(LSTMCellArgs, RecurrentArgs):
    use_cudnn: Literal["auto", True, False] = "auto"


class GRUCellArgs(CellArgs):
    recurrent_activation: RecurrentActivation = "sigmoid"
    reset_after: bool = True


class GRUArgs(GRUCellArgs, RecurrentArgs):
    use_cudnn: Literal["auto", True, False] = "auto"


class Sequence(Protocol):
    """Arguments of a layer that reads a sequence."""

    @property
    def return_sequences(self) -> bool: ...
    @property
    def return_state(self) -> bool: ...
    @property
    def stateful(self) -> bool: ...


def recurrent(states: int) -> Callable[..., Types]:
    """The rule of a layer that carries so many states, each `(batch, units)`."""

    def infer(
        args: RecurrentArgs,
        x: TensorType,
        initial_state: tuple[TensorType, ...] | None = None,
        mask: TensorType | None = None,
    ) -> Types:
        """`(batch, steps, features)` -> the last output or all of them, then the states if asked for."""
        feature_count(x)
        check_dropout(args, x)
        return read(args, x, (args.units,), [(args.units,)] * states, initial_state, mask)

    return infer


def read(
    args: Sequence,
    x: TensorType,
    step: tuple[Dim, ...],
    states: list[tuple[Dim, ...]],
    initial_state: tuple[TensorType, ...] | None,
    mask: TensorType | None,
) -> Types:
    """What comes of reading `(batch, steps, …)`, when each step makes a `(batch, *step)`.

    The states are without their batch axis, as `step` is.
    """
    check_batch(args, x)
    if initial_state is not None:
        check_states(x, initial_state, states)
    if mask is not None:
        check_mask(x, mask)
    lead = (x.batch, x.shape[1]) if args.return_sequences else (x.batch,)
    output = x.with_shape(*lead, *step)
    return (output, *(x.with_shape(x.batch, *one) for one in states)) if args.return_state else output


def feature_count(x: TensorType) -> int:
    return known(x.shape[-1], "the kernel needs to know how many features each step has", axis=-1)


def check_dropout(args: CellArgs, x: TensorType) -> None:
    """Rejects dropout of ints, which Keras draws in use as in training."""
    if args.dropout > 0 and not is_float(x.dtype):
        message = f"`dropout` scales what is left, and needs floats; the input is {x.dtype}"
        raise Reject("dtype-mismatch", message, input=0, argument="dropout", dtype=x.dtype)


def check_batch(args: Sequence, x: TensorType) -> None:
    if args.stateful and not isinstance(x.batch, int):
        raise Reject(
            "stateful-batch",
            f"a stateful layer keeps a state for each row of the batch, whose size is not fixed: {x}",
            argument="stateful",
            label=f"the batch axis is {x.batch}",
            help="give the input a fixed batch size, or drop `stateful`",
            dim=x.batch,
        )


def check_states(x: TensorType, given: tuple[TensorType, ...], states: list[tuple[Dim, ...]]) -> None:
    """Rejects initial states of another number, rank, width or batch than the layer's own."""
    if len(given) != len(states):
        need = "one initial state" if len(states) == 1 else f"{len(states)} initial states"
        raise Reject(
            "state-mismatch",
            f"the layer carries {need.replace('initial ', '')}, it is given {len(given)}",
            argument="initial_state",
            label=f"takes {need}",
            states=len(states),
            given=len(given),
        )
    for index, (state, own) in enumerate(zip(given, states, strict=True)):
        wants = TensorType((x.batch, *own))
        message = f"initial state {index + 1} must be {wants}, it is {state}"
        reject = Reject(
            "state-mismatch", message, argument="initial_state", index=index, units=own[-1], state=state
        )
        check_alike(state.shape, wants.shape, reject)


def check_mask(x: TensorType, mask: TensorType) -> None:
    """Rejects a mask that is not `(batch, steps)`."""
    wants = TensorType(x.shape[:2])
    message = f"the mask says which steps count, and must be {wants}; it is {mask}"
    check_alike(mask.shape, wants.shape, Reject("fails-when-run", message, argument="mask"))


def gate_weights(args: CellArgs, x: TensorType, gates: int, bias: tuple[int, ...]) -> Iterator[Weight]:
    """The kernels of all gates side by side."""
    width = args.units * gates
    yield Weight("kernel", (feature_count(x), width), initializer=initializer(args.kernel_initializer))
    yield Weight("recurrent_kernel", (args.units, width), initializer=initializer(args.recurrent_initializer))
    if args.use_bias:
        yield Weight("bias", bias, initializer=initializer(args.bias_initializer))


def simple_weights(args: CellArgs, x: TensorType) -> Iterator[Weight]:
    return gate_weights(args, x, 1, (args.units,))


class _Forgetting(Protocol):
    """Arguments of a layer with a gate that forgets."""

    @property
    def use_bias(self) -> bool: ...

    @property
    def unit_forget_bias(self) -> bool: ...

    @property
    def bias_initializer(self) -> Named | str | None: ...


def check_forget_bias(args: _Forgetting) -> None:
    """Rejects no initializer for a bias that is put together from its values and ones."""
    if args.use_bias and args.unit_forget_bias and args.bias_initializer is None:
        message = "with `unit_forget_bias` the bias needs an initializer"
        raise Reject("bad-param", message, argument="bias_initializer")


def lstm_weights(args: LSTMCellArgs, x: TensorType) -> Iterator[Weight]:
    check_forget_bias(args)
    return gate_weights(args, x, 4, (args.units * 4,))


def gru_weights(args: GRUCellArgs, x: TensorType) -> Iterator[Weight]:
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
        work=each_step,
        ports=SEQUENCE_PORTS,
        doc="Mixes each step of a sequence with its own last output, which is its state.",
        shapes=_SHAPES,
    ),
    Layer(
        name="LSTM",
        rank=3,
        args=LSTMArgs,
        infer=recurrent(2),
        weights=lstm_weights,
        work=each_step,
        ports=SEQUENCE_PORTS,
        doc="Reads a sequence with gates that let it remember over many steps; it carries two states.",
        shapes=_SHAPES,
    ),
    Layer(
        name="GRU",
        rank=3,
        args=GRUArgs,
        infer=recurrent(1),
        weights=gru_weights,
        work=each_step,
        ports=SEQUENCE_PORTS,
        doc="Reads a sequence with two gates and one state; smaller than an LSTM.",
        shapes=_SHAPES,
    ),
)
