"""The general recurrent layer, and the cells that it can hold: what is done with one step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from specgraph.ir.dim import Dim
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer, Reject, Types, Weight, computing
from specgraph.rows.fits import check_halves
from specgraph.rows.work import each_step
from specgraph.spec.kinds import ListOf, Schema
from specgraph.spec.record import Record

from .nested import LayerKind, Nested
from .recurrent import (
    SEQUENCE_PORTS,
    CellArgs,
    GRUCellArgs,
    LSTMCellArgs,
    check_dropout,
    feature_count,
    gru_weights,
    lstm_weights,
    read,
    simple_weights,
)


class CellKind(LayerKind):
    """A recurrent cell; a list of them stands for StackedRNNCells, as in Keras."""

    def __init__(self) -> None:
        super().__init__("a recurrent cell", cells=True)
        self.phrase = f"{self.phrase}, or a list of such cells, each on top of the one before"

    def check(self, value: Any) -> Nested:
        if isinstance(value, list | tuple):
            return Nested(STACKED, StackedArgs.checked({"cells": _CELLS.check(value)}))
        return super().check(value)

    def schema(self) -> Schema:
        return {"anyOf": [*super().schema()["anyOf"], _CELLS.schema()]}


_SINGLE = ("SimpleRNNCell", "LSTMCell", "GRUCell")
_CELLS = ListOf(LayerKind("a recurrent cell", only=_SINGLE, cells=True), least=1)


class StackedArgs(Record):
    cells: Annotated[tuple[Nested, ...], _CELLS]


class RNNArgs(Record):
    cell: Annotated[Nested, CellKind()]
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    zero_output_for_mask: bool = False


def cell(args: CellArgs, x: TensorType) -> TensorType:
    """`(batch, features)` -> `(batch, units)`."""
    feature_count(x)
    check_dropout(args, x)
    return TensorType((x.batch, args.units), computing())


def stacked(args: StackedArgs, x: TensorType) -> TensorType:
    """`(batch, features)` -> `(batch, units of the last cell)`."""
    for one in args.cells:
        x = _through(one, x)
    return x


def stacked_weights(args: StackedArgs, x: TensorType) -> Iterator[Weight]:
    for one in args.cells:
        yield from one.row.weights(one.args, x)
        x = _through(one, x)


def _through(cell: Nested, x: TensorType) -> TensorType:
    check_halves(cell.args, computing(), "cell")
    made = cell.row.infer(cell.args, x)
    assert isinstance(made, TensorType)
    return made


def rnn(
    args: RNNArgs,
    x: TensorType,
    initial_state: tuple[TensorType, ...] | None = None,
    mask: TensorType | None = None,
) -> Types:
    """`(batch, steps, features)` -> the cell's last output or all of them, then its states if asked for.

    The states of stacked cells come in the order of the cells.
    """
    states = list(_states(args.cell))
    if isinstance(args.cell.args, StackedArgs) and len(args.cell.args.cells) == 1:
        _check_single(args, x, len(states), initial_state is not None, mask is not None)
    step = _through(args.cell, _step(x)).shape[1:]
    return read(args, x, step, states, initial_state, mask)


def rnn_weights(args: RNNArgs, x: TensorType) -> Iterator[Weight]:
    yield from args.cell.row.weights(args.cell.args, _step(x))


def _check_single(args: RNNArgs, x: TensorType, states: int, started: bool, masked: bool) -> None:
    """Rejects a stack of one cell where TensorFlow notices that Keras unpacks its states once too often."""
    if masked:
        fails = not args.unroll and (states > 1 or not started)
    else:
        fails = args.unroll and states > 1 and x.shape[1] != 1
    if fails:
        message = "Keras loses the states of a stack of one cell"
        raise Reject("fails-when-run", message, argument="cell", help="put the cell itself in its place")


def _step(x: TensorType) -> TensorType:
    return x.with_shape(x.batch, *x.shape[2:])


def _states(held: Nested) -> Iterator[tuple[Dim, ...]]:
    args: Any = held.args
    if isinstance(args, StackedArgs):
        for one in args.cells:
            yield from _states(one)
    else:
        yield from [(args.units,)] * (2 if isinstance(args, LSTMCellArgs) else 1)


_STEP = "(batch, features) -> (batch, units)"

STACKED = Layer(
    name="StackedRNNCells",
    rank=2,
    args=StackedArgs,
    infer=stacked,
    weights=stacked_weights,
    nested_only=True,
    doc="Several cells, each reading what the one before it makes, as one cell.",
    shapes=_STEP,
)

LAYERS = (
    Layer(
        name="RNN",
        rank=3,
        args=RNNArgs,
        infer=rnn,
        weights=rnn_weights,
        work=each_step,
        ports=SEQUENCE_PORTS,
        doc="Reads a sequence step by step with any recurrent cell, or several on top of each other.",
        shapes="(batch, steps, features) -> (batch, units), or (batch, steps, units) with return_sequences",
    ),
    Layer(
        name="SimpleRNNCell",
        rank=2,
        args=CellArgs,
        infer=cell,
        weights=simple_weights,
        nested_only=True,
        doc="One step of SimpleRNN: mixes the input with the last output.",
        shapes=_STEP,
    ),
    Layer(
        name="LSTMCell",
        rank=2,
        args=LSTMCellArgs,
        infer=cell,
        weights=lstm_weights,
        nested_only=True,
        doc="One step of LSTM, with its two states.",
        shapes=_STEP,
    ),
    Layer(
        name="GRUCell",
        rank=2,
        args=GRUCellArgs,
        infer=cell,
        weights=gru_weights,
        nested_only=True,
        doc="One step of GRU, with its one state.",
        shapes=_STEP,
    ),
    STACKED,
)
