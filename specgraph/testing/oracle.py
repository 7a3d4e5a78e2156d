"""What Keras says of a layer: its symbolic build, and its real forward pass.

Both work on whichever backend is set. The symbolic build creates no values, so it costs about a
millisecond; the forward pass runs on small arrays.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple, TypeAlias

from specgraph.ir.dim import Dim, substitute
from specgraph.ir.tensor import TensorType, is_float
from specgraph.lower.layer import make_layer
from specgraph.lower.values import by_cell
from specgraph.rows.base import Layer, Weight
from specgraph.spec.record import Record

from .rows import Case
from .values import prepares_data, takes

Shape: TypeAlias = tuple[int | None, ...]

BATCH = 2
"""Rows of the arrays that stand for inputs whose batch axis is open."""


_DEADLY = "AdaptiveMaxPooling"


class Tensor(NamedTuple):
    shape: Shape
    dtype: str


class Variable(NamedTuple):
    name: str
    shape: Shape
    dtype: str
    trainable: bool


class Said(NamedTuple):
    """What comes out of a layer, and the variables that it holds, in Keras's order."""

    outputs: tuple[Tensor, ...]
    weights: tuple[Variable, ...]


class Refusal(NamedTuple):
    """Keras raised an exception: its type's name and its message."""

    error: str
    message: str


def declared(case: Case) -> Said | Refusal:
    """The symbolic build: named dims are open axes.

    Arguments that our kinds refuse go to Keras as they are.
    """
    args = as_given(case)
    said = _ask(lambda: _symbolic(case, args, without_values()))
    if isinstance(said, Refusal) and "variable while in a stateless scope" in said.message:
        return _ask(lambda: _symbolic(case, args, nullcontext()))  # a state is made from values
    return said


def ran(case: Case, training: bool = False) -> Said | Refusal:
    """The forward pass on ones, of ints on zeros; every named dim but the batch must have its size by now."""
    args = case.args()
    if _DEADLY in str(case) and not case.accepted():
        return Refusal("SIGFPE", "not run: TensorFlow ends the process when a pool is larger than its input")
    return _ask(lambda: _forward(case, args, training))


def as_given(case: Case) -> Record:
    """The arguments, those not checked that their kinds refuse."""
    fields = case.row.fields()
    checked = {
        name: fields[name].kind.check(value) if name in fields and takes(fields[name].kind, value) else value
        for name, value in case.values.items()
    }
    args: Record = case.row.args.checked(checked)
    return args


def _ask(question: Callable[[], Said]) -> Said | Refusal:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return question()
    except Exception as error:  # whatever Keras raises is its refusal
        return Refusal(type(error).__name__, str(error))


def _symbolic(case: Case, args: Record, scope: AbstractContextManager[None]) -> Said:
    import keras

    with scope:
        given = [keras.KerasTensor(open_shape(x), x.dtype) for x in case.inputs]
        ports = _ports(case, lambda x: keras.KerasTensor(open_shape(x), x.dtype))
        return _call(case.row, args, case, given, ports)


def _forward(case: Case, args: Record, training: bool) -> Said:
    given = [_array(x, zeros=True) for x in case.inputs]
    ports = _ports(case, _array)
    return _call(case.row, args, case, given, ports, training)


def _array(x: TensorType, zeros: bool = False) -> Any:
    import keras

    shape = [dim if isinstance(dim, int) else BATCH for dim in x.shape]
    if x.dtype == "string":
        import numpy as np

        return keras.ops.convert_to_tensor(np.full(shape, "a b"))
    make = keras.ops.zeros if zeros and not is_float(x.dtype) else keras.ops.ones
    return make(shape, x.dtype)


def _ports(case: Case, make: Callable[[TensorType], Any]) -> dict[str, Any]:
    return {
        name: make(one) if isinstance(one, TensorType) else [make(each) for each in one]
        for name, one in case.ports.items()
    }


def _call(
    row: Layer[Any],
    args: Record,
    case: Case,
    given: list[Any],
    ports: dict[str, Any],
    training: bool | None = None,
) -> Said:
    import keras

    if row.keras_name.startswith("applications.") and getattr(args, "weights", None) is not None:
        raise ValueError("the oracle loads no weights")
    layer = make_layer(row, args, open_shape(case.inputs[0])[1:], policy=case.policy)
    ports |= {name: value for name, value in args.given_values() if name in row.call}
    if "initial_state" in ports:
        ports["initial_state"] = by_cell(layer, ports["initial_state"])
    if training or (training is False and layer._call_has_training_arg):  # which some have true by default
        ports["training"] = training

    def call(given: list[Any]) -> Any:
        return layer(*given, **ports) if row.spread_inputs or len(given) == 1 else layer(given, **ports)

    if training is not None and prepares_data(row) and keras.backend.backend() == "tensorflow":
        made = _traced(case, call, given)
    else:
        made = call(given)
    if ports.get("training"):
        _train(layer)
    return Said(
        tuple(Tensor(tuple(one.shape), _dtype(one)) for one in keras.tree.flatten(made)),
        tuple(Variable(one.name, tuple(one.shape), one.dtype, one.trainable) for one in layer.weights),
    )


def _traced(case: Case, call: Callable[[list[Any]], Any], given: list[Any]) -> Any:
    """The call as `fit` and `predict` make it, in a graph, where layers that prepare data cast ints."""
    import keras
    import tensorflow as tf

    call([keras.KerasTensor(open_shape(x), x.dtype) for x in case.inputs])  # which makes the weights
    signature = [tf.TensorSpec(open_shape(x), x.dtype) for x in case.inputs]
    return tf.function(lambda *tensors: call(list(tensors)), input_signature=signature)(*given)


def _train(layer: Any) -> None:
    """What a training step would call besides the layer."""
    assert layer.losses is not None
    for variable in layer.trainable_variables:
        if variable.constraint is not None:
            variable.constraint(variable.value)


@contextmanager
def without_values() -> Iterator[None]:
    """Variables made within get no values, then or later."""
    import keras
    from keras.src.backend.common import global_state

    pending = "uninitialized_variables"
    before = global_state.get_global_attribute(pending)
    global_state.set_global_attribute(pending, [])
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        global_state.set_global_attribute(pending, before)


def _dtype(tensor: Any) -> str:
    import keras

    name: str = keras.backend.standardize_dtype(tensor.dtype)
    return name


def open_shape(x: TensorType) -> Shape:
    """A shape as Keras writes it: None for what is not known."""
    return tuple(_open(dim) for dim in x.shape)


def _open(dim: Dim) -> int | None:
    return dim if isinstance(dim, int) else None


def truth(case: Case) -> Said:
    """What we infer of a run on arrays with `BATCH` rows; `Bad` or `Reject` where we refuse."""
    outputs, _ = case.outputs()
    return Said(
        tuple(Tensor(tuple(_filled(dim) for dim in x.truth.shape), x.truth.dtype) for x in outputs),
        tuple(_variable(weight) for weight in case.weights()),
    )


def _filled(dim: Dim) -> int | None:
    """A dim with its size, where it depends on the batch alone."""
    made = substitute(dim, {"batch": BATCH})
    return made if isinstance(made, int) else None


def ours(case: Case) -> Said:
    """What we infer, as Keras would say it; `Bad` or `Reject` where we refuse."""
    outputs, _ = case.outputs()
    return Said(
        tuple(Tensor(open_shape(x), x.dtype) for x in outputs),
        tuple(_variable(weight) for weight in case.weights()),
    )


def _variable(weight: Weight) -> Variable:
    return Variable(weight.name, weight.shape, weight.dtype or "", weight.trainable)
