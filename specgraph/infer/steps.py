"""A model of the file on each step of a sequence, as TimeDistributed calls it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specgraph.ir.graph import GraphNode
from specgraph.ir.tensor import TensorType
from specgraph.layers.wrappers import all_steps, check_steps, one_step
from specgraph.rows.base import Reject

from .walk import ModelTypes, with_truth

Types = tuple[TensorType, ...]


def each_step(
    node: GraphNode,
    model: ModelTypes,
    x: TensorType,
    call: Callable[[GraphNode, ModelTypes, Sequence[TensorType]], Types | None],
) -> Types | None:
    """`(batch, steps, …)` -> what the model makes of `(batch, …)`, the steps back in place.

    `call` infers the model; None if that is at fault itself.
    """
    inputs, outputs = len(model.graph.inputs), len(model.graph.outputs)
    if model.graph.sound and (inputs, outputs) != (1, 1):
        what = f"model `{node.target}` has {inputs} and {outputs}"
        message = f"TimeDistributed calls what has one input and one output, {what}"
        raise Reject("merge-arity", message)
    if x.rank < 2 + node.steps:
        message = f"{node.shown} needs {2 + node.steps} axes at least; its input has {x.rank}: {x}"
        raise Reject("bad-param", message, input=0)
    outer = [x]
    for _ in range(node.steps):
        check_steps(outer[-1])
        outer.append(with_truth(one_step(outer[-1].declared), one_step(outer[-1].truth)))
    made = call(node, model, [outer.pop()])
    while made is not None and outer:
        around = outer.pop()
        made = tuple(
            with_truth(all_steps(one.declared, around), all_steps(one.truth, around)) for one in made
        )
    return made
