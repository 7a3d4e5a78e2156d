"""Calls of functions of `keras.ops`."""

from __future__ import annotations

from typing import Any

from specgraph.ir.graph import GraphNode
from specgraph.rows.constants import Constant
from specgraph.rows.op import Op

from .values import constant


def call_op(row: Op[Any], node: GraphNode, inputs: list[Any], ports: dict[str, Any]) -> list[Any]:
    """What the function makes of these tensors; its node in the model has the spec's name."""
    assert node.args is not None
    made = call(row, node.args, inputs, ports)
    outputs = list(made) if isinstance(made, list | tuple) else [made]
    # Keras's functions take no `name=`, and name what they make by a count over the whole process.
    outputs[0]._keras_history.operation.name = node.name
    return outputs


def call(row: Op[Any], args: Any, inputs: list[Any], ports: dict[str, Any] | None = None) -> Any:
    """The function called on tensors, symbolic or not, and on the constants among its arguments."""
    given = {**_arguments(row, args), **(ports or {})}
    function = _function(row.keras_name)
    given |= given.pop(row.spread, {})
    if row.takes == "star":
        leading = [given.pop(name) for name in row.leading]
        return function(*leading, *inputs, **given)
    if row.takes in ("list", "lists"):
        count = len(inputs) // len(row.tensors)
        for i, name in enumerate(row.tensors):
            given[name] = list(inputs[i * count : (i + 1) * count])
    else:
        open = [name for name in row.tensors if name not in given]
        given.update(zip(open, inputs, strict=True))
    return function(**given)


def _arguments(row: Op[Any], args: Any) -> dict[str, Any]:
    """What was given, constants as Keras takes them; tuples stay tuples, which some functions insist on."""
    given = {}
    for name, value in args.given_values():
        if name in row.prepare and value is not None:
            given[name] = row.prepare[name](value)
        else:
            given[name] = constant(value, name in row.arrays) if isinstance(value, Constant) else value
    return given


def _function(name: str) -> Any:
    """`ops.image.resize` -> the function `keras.ops.image.resize`."""
    import keras

    found = keras
    for part in name.split("."):
        found = getattr(found, part)
    return found
