"""Layers that hold another layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from specgraph.ir.compare import equal
from specgraph.ir.dim import Dim, variables
from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer, Port, Reject, Types, Weight, rank_pinned, require, warn
from specgraph.rows.broadcast import broadcast
from specgraph.spec.kinds import Optional
from specgraph.spec.record import Record

from .nested import LayerKind, Nested, Ports, run
from .recurrent import SEQUENCE_PORTS

_COMMON = ("stateful", "return_sequences", "return_state")
_RECURRENT = LayerKind("a recurrent layer", ("go_backwards", *_COMMON))


class BidirectionalArgs(Record):
    layer: Annotated[Nested, _RECURRENT]
    merge_mode: Literal["sum", "mul", "concat", "ave"] | None = "concat"
    backward_layer: Annotated[Nested | None, Optional(_RECURRENT)] = None


_ANY = "a layer, a network of keras.applications or a model of the file"


class TimeDistributedArgs(Record):
    layer: Annotated[Nested, LayerKind(_ANY, networks=True)]


def bidirectional(
    args: BidirectionalArgs,
    x: TensorType,
    initial_state: tuple[TensorType, ...] | None = None,
    mask: TensorType | None = None,
) -> Types:
    """What the nested layer gives, from both ends; the forward states come first.

    Keras declares the shapes of the forward layer for both.
    """
    check_directions(args)
    backward = args.backward_layer or args.layer
    there, back = _halves(initial_state, mask)
    output, *states = run(args.layer, x, "layer", there)
    argument = "backward_layer" if args.backward_layer else "layer"
    output_back, *states_back = run(backward, x, argument, back)
    if len(states) != len(states_back):
        raise Reject(
            "fails-when-run",
            f"the directions carry {len(states)} and {len(states_back)} states, Keras expects them alike",
            argument="backward_layer",
        )
    back_states = [_claimed(one, two) for one, two in zip(states, states_back, strict=True)]
    if args.merge_mode is None:
        return (output, _claimed(output, output_back), *states, *back_states)
    merged = _merged(args, output, output_back)
    return (merged, *states, *back_states) if states else merged


def _claimed(forward: TensorType, backward: TensorType) -> TensorType:
    """What comes out of the backward layer, declared with the forward layer's shape."""
    real = None if backward.truth.shape == forward.shape else backward.truth
    return TensorType(forward.shape, forward.dtype, real)


def _merged(args: BidirectionalArgs, there: TensorType, back: TensorType) -> TensorType:
    if args.merge_mode == "concat":
        last = (there.shape[-1] * 2, there.shape[-1] + back.shape[-1])
        made, true = (there.with_shape(*there.shape[:-1], one) for one in last)
        return _claimed(made, true)
    message = f"`merge_mode: {args.merge_mode}` joins {there} from one end and {back} from the other"
    reject = Reject("fails-when-run", message, argument="backward_layer")
    return _claimed(there, there.with_shape(*broadcast(there.shape, back.shape, reject)))


def _halves(given: tuple[TensorType, ...] | None, mask: TensorType | None) -> tuple[Ports, Ports]:
    common: Ports = {} if mask is None else {"mask": mask}
    if given is None:
        return common, common
    if len(given) % 2:
        raise Reject(
            "state-mismatch",
            f"each direction takes half of the initial states, {len(given)} cannot be halved",
            argument="initial_state",
            given=len(given),
        )
    half = len(given) // 2
    return {**common, "initial_state": given[:half]}, {**common, "initial_state": given[half:]}


def check_directions(args: BidirectionalArgs) -> None:
    """Rejects two layers that read the same way or give different things, and states kept and returned."""
    forward: Any = args.layer.args
    if forward.stateful and forward.return_state:
        raise Reject(
            "bad-param",
            "Keras cannot build a Bidirectional whose layers are stateful and return their states",
            argument="layer",
            help="drop `stateful` or `return_state`",
        )
    if args.backward_layer is None:
        if forward.go_backwards:
            raise Reject(
                "bad-param",
                "the layer reads backwards already, so that both directions would be the same",
                argument="layer",
                help="drop `go_backwards`",
            )
        return
    backward: Any = args.backward_layer.args
    if forward.go_backwards == backward.go_backwards:
        raise Reject(
            "bad-param",
            "one of the two layers must have `go_backwards: true`, the other must not",
            argument="backward_layer",
        )
    for name in _COMMON:
        if getattr(forward, name) != getattr(backward, name):
            raise Reject(
                "bad-param", f"`{name}` must be the same in both directions", argument="backward_layer"
            )


def bidirectional_weights(args: BidirectionalArgs, x: TensorType) -> Iterator[Weight]:
    backward = args.backward_layer or args.layer
    yield from args.layer.row.weights(args.layer.args, x)
    yield from backward.row.weights(backward.args, x)


def bidirectional_work(
    args: BidirectionalArgs,
    inputs: Sequence[TensorType],
    outputs: Sequence[TensorType],
    weights: Sequence[Weight],
) -> Dim:
    """What both layers take; each has half of the weights."""
    backward, half = args.backward_layer or args.layer, len(weights) // 2
    forward: Dim = args.layer.row.work(args.layer.args, inputs, outputs, weights[:half])
    return forward + backward.row.work(backward.args, inputs, outputs, weights[half:])


def time_distributed(args: TimeDistributedArgs, x: TensorType, mask: TensorType | None = None) -> TensorType:
    """`(batch, steps, …)` -> the nested layer's output for `(batch, …)`, the steps back in place."""
    check_steps(x)
    ports: Ports = {}
    if mask is not None:
        check_step_mask(mask, x)
        if args.layer.row.port("mask") is not None:
            ports = {"mask": one_step(mask)}
    try:
        outputs = run(args.layer, one_step(x), ports=ports)
    except Reject as reject:
        raise _with_steps(reject, args.layer, x) from None
    if len(outputs) != 1:
        raise Reject(
            "bad-param",
            f"{args.layer.row.name} gives {len(outputs)} outputs, TimeDistributed can hold only one",
            argument="layer",
        )
    [output] = outputs
    return all_steps(output, x)._replace(real=all_steps(output.truth, x))


def check_steps(x: TensorType) -> None:
    """Rejects or warns of steps whose number TensorFlow does not know: Keras then counts the examples."""
    if any(one.name == "batch" for one in variables(x.shape[1])):
        message = f"Keras runs as many steps as there are examples, {x.shape[0]}, and not {x.shape[1]}: {x}"
        raise Reject("fails-when-run", message, input=0, help="swap the axes first, or say `batch_size`")
    if not isinstance(x.shape[1], int):
        message = "Keras runs as many steps as there are examples where batches differ in their steps"
        warn(Reject("fails-when-run", message, input=0, help=f"give all examples as many steps: {x}"))


def check_step_mask(mask: TensorType, x: TensorType) -> None:
    """Rejects a mask that does not start with the batch and the steps of the input."""
    reject = Reject(
        "fails-when-run",
        f"the mask must start with ({x.shape[0]}, {x.shape[1]}), it is {mask}",
        argument="mask",
    )
    if mask.rank < 2:
        raise reject
    for a, b in zip(mask.shape[:2], x.shape[:2], strict=True):
        require(equal(a, b), reject)


def _innermost(nested: Nested) -> tuple[str, str, int]:
    """The names of nested layers, the input that TimeDistributed needs for them, and its axes at least."""
    row, inner = nested.row, getattr(nested.args, "layer", None)
    if not isinstance(inner, Nested):
        least = row.rank[0] if isinstance(row.rank, tuple) else row.rank or 1
        shape = row.shapes.partition(" -> ")[0].replace("(batch, ", "(batch, steps, ", 1)
        return row.name, shape, least + 1
    names, shape, axes = _innermost(inner)
    if row.name == "TimeDistributed":
        shape, axes = shape.replace("(batch, ", "(batch, steps, ", 1), axes + 1
    return f"{row.name}({names})", shape, axes


def _with_steps(reject: Reject, nested: Nested, x: TensorType) -> Reject:
    """A fault of one step seen from outside, where the steps are an axis as well."""
    facts = reject.facts
    if isinstance(facts.get("axis"), int) and facts["axis"] >= 1:
        facts["axis"] += 1
    if reject.rule == "rank-mismatch" and reject.argument is None:
        facts.update({key: facts[key] + 1 for key in ("rank", "least", "most")})
        names, shape, depth = _innermost(nested)
        facts["least"] = max(facts["least"], depth)
        need = facts["least"] if x.rank < facts["least"] else facts["most"]
        wants = f"TimeDistributed({names}) needs {need} axes, {shape}".removesuffix(", ")
        reject.message = f"{wants}; its input has {x.rank}: {x}"
    return reject


def one_step(x: TensorType) -> TensorType:
    return x.with_shape(x.batch, *x.shape[2:])


def all_steps(output: TensorType, x: TensorType) -> TensorType:
    return output.with_shape(output.batch, x.shape[1], *output.shape[1:])


def time_distributed_weights(args: TimeDistributedArgs, x: TensorType) -> Iterator[Weight]:
    yield from args.layer.row.weights(args.layer.args, one_step(x))


def time_distributed_work(
    args: TimeDistributedArgs,
    inputs: Sequence[TensorType],
    outputs: Sequence[TensorType],
    weights: Sequence[Weight],
) -> Dim:
    """What the nested layer takes, for each step."""
    step = [one_step(one) for one in inputs]
    once: Dim = args.layer.row.work(args.layer.args, step, [one_step(one) for one in outputs], weights)
    return inputs[0].shape[1] * once


def _pinned_of_direction(args: BidirectionalArgs, x: TensorType) -> tuple[Dim, ...]:
    return args.layer.row.pinned(args.layer.args, x)


def _pinned_of_step(args: TimeDistributedArgs, x: TensorType) -> tuple[Dim, ...]:
    """Keras calls the layer without looking at the number of axes."""
    pinned = args.layer.row.pinned
    return () if pinned is rank_pinned else pinned(args.layer.args, one_step(x))


LAYERS = (
    Layer(
        name="Bidirectional",
        args=BidirectionalArgs,
        infer=bidirectional,
        weights=bidirectional_weights,
        pinned=_pinned_of_direction,
        work=bidirectional_work,
        ports=SEQUENCE_PORTS,
        doc="Runs a recurrent layer over a sequence from both ends, and merges what the two give.",
        shapes="(batch, steps, features) -> (batch, 2·units) with `concat`, else (batch, units)",
    ),
    Layer(
        name="TimeDistributed",
        rank=(3, 64),
        args=TimeDistributedArgs,
        infer=time_distributed,
        weights=time_distributed_weights,
        pinned=_pinned_of_step,
        input_names=("inputs",),
        work=time_distributed_work,
        ports=(Port("mask"),),
        doc="Applies a layer, a network or a model of the file, with one set of weights, to each step.",
        shapes="(batch, steps, …) -> (batch, steps, the layer's output)",
    ),
)
