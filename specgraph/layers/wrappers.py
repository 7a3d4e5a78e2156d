"""Layers that hold another layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple

from specgraph.ir.tensor import TensorType
from specgraph.rows.apply import apply
from specgraph.rows.base import Layer, Port, Reject, Types, Weight
from specgraph.rows.policy import POLICIES
from specgraph.spec.catalog import one_key
from specgraph.spec.kinds import Bad, Kind, Optional, Schema
from specgraph.spec.record import Record, required


class Nested(NamedTuple):
    """A layer in an argument of another."""

    row: Layer[Any]
    args: Record


class LayerKind(Kind):
    """A layer by its bare name, or in the one-key form: `{LSTM: {units: 4}}`.

    With `having`, only layers whose arguments include all of these.
    """

    def __init__(self, what: str = "a layer", having: tuple[str, ...] = ()) -> None:
        self.what = what
        self.having = having
        self.phrase = f"{what}, by name or with arguments"

    def check(self, value: Any) -> Nested:
        if isinstance(value, str):
            row = self._row(value)
            return Nested(row, check_arguments(row, {}))
        if not isinstance(value, dict) or len(value) != 1:
            raise self.wrong(value)
        [(name, arguments)] = value.items()
        if not isinstance(name, str):
            raise self.wrong(value)
        try:
            row = self._row(name)
        except Bad as bad:
            bad.on_key = True
            raise bad.under(name) from None
        try:
            return Nested(row, check_arguments(row, arguments))
        except Bad as bad:
            raise bad.under(name) from None

    def schema(self) -> Schema:
        from specgraph.layers import ALIASES, LAYERS

        rows = {name: row for name, row in LAYERS.items() if self._fits(row)}
        aliases = {alias: name for alias, name in ALIASES.items() if name in rows}
        bare = [one for one in (*rows, *aliases) if not required(rows[aliases.get(one, one)].args.fields())]
        call = one_key({name: name for name in rows}, aliases, {"$ref": "#/definitions/nested"})
        return {"anyOf": [{"enum": bare}, call] if bare else [call]}

    def _row(self, name: str) -> Layer[Any]:
        from specgraph.layers import ALIASES, LAYERS, REFUSED

        if name in REFUSED:
            raise Bad(f"{name} has no place in a spec: {REFUSED[name]}", rule="refused-layer")
        row = LAYERS.get(ALIASES.get(name, name))
        if row is None:
            raise Bad(
                f"'{name}' is not a layer",
                rule="unknown-layer-or-key",
                name=name,
                candidates=[one.name for one in LAYERS.values() if self._fits(one)],
            )
        if not self._fits(row):
            raise Bad(f"must be {self.what}, not {name}")
        return row

    def _fits(self, row: Layer[Any]) -> bool:
        return not self.having or set(self.having) <= set(row.args.fields())


def check_arguments(row: Layer[Any], values: Any) -> Record:
    """The arguments of a nested layer from plain data; the first fault as `Bad`.

    Like `spec.catalog.check_fields`, with per-axis arguments fitted to the row's rank.
    """
    values = {} if values is None else values
    if not isinstance(values, dict):
        raise Bad(f"the arguments of {row.name} must be a mapping of names")
    fields = row.fields()
    checked = {}
    for key, value in values.items():
        if key not in fields:
            raise Bad(
                f"{row.name} has no argument '{key}'",
                (key,),
                rule="unknown-layer-or-key",
                name=key,
                candidates=list(fields),
                on_key=True,
            )
        try:
            checked[key] = fields[key].kind.check(value)
        except Bad as bad:
            raise bad.under(key) from None
    missing = [name for name, field in fields.items() if field.required and name not in values]
    if missing:
        listed = " and ".join(f"`{name}`" for name in missing)
        raise Bad(f"{row.name} needs {listed}", rule="missing-argument")
    made: Record = row.args.checked(checked)
    return made


_COMMON = ("stateful", "return_sequences", "return_state")
_RECURRENT = LayerKind("a recurrent layer", ("go_backwards", *_COMMON))


class BidirectionalArgs(Record):
    layer: Annotated[Nested, _RECURRENT]
    merge_mode: Literal["sum", "mul", "concat", "ave"] | None = "concat"
    backward_layer: Annotated[Nested | None, Optional(_RECURRENT)] = None


class TimeDistributedArgs(Record):
    layer: Annotated[Nested, LayerKind()]


def run(
    nested: Nested,
    x: TensorType,
    argument: str = "layer",
    ports: dict[str, tuple[TensorType, ...]] | None = None,
) -> tuple[TensorType, ...]:
    """The outputs of a nested layer; its faults are put on the argument that holds it."""
    try:
        return apply(nested.row, nested.args, (x,), x.dtype if x.dtype in POLICIES else None, ports)
    except Reject as reject:
        if reject.argument is not None and nested.row.port(reject.argument) is None:
            reject.argument = argument
        raise


def bidirectional(
    args: BidirectionalArgs, x: TensorType, initial_state: tuple[TensorType, ...] | None = None
) -> Types:
    """What the nested layer gives, from both ends; the forward states come first."""
    check_directions(args)
    backward = args.backward_layer or args.layer
    there, back = _halves(initial_state)
    output, *states = run(args.layer, x, "layer", there)
    output_back, *states_back = run(backward, x, "backward_layer" if args.backward_layer else "layer", back)
    if (output_back, states_back) != (output, states):
        raise Reject(
            "bad-param",
            f"both directions must give the same shapes, they give {output} and {output_back}",
            argument="backward_layer",
        )
    if args.merge_mode is None:
        return (output, output_back, *states, *states_back)
    if args.merge_mode == "concat":
        output = output.with_shape(*output.shape[:-1], output.shape[-1] * 2)
    return (output, *states, *states_back) if states else output


def _halves(
    given: tuple[TensorType, ...] | None,
) -> tuple[dict[str, tuple[TensorType, ...]] | None, dict[str, tuple[TensorType, ...]] | None]:
    if given is None:
        return None, None
    if len(given) % 2:
        raise Reject(
            "state-mismatch",
            f"each direction takes half of the initial states, {len(given)} cannot be halved",
            argument="initial_state",
            given=len(given),
        )
    half = len(given) // 2
    return {"initial_state": given[:half]}, {"initial_state": given[half:]}


def check_directions(args: BidirectionalArgs) -> None:
    """Rejects two layers that read the same way, or that give different things."""
    forward: Any = args.layer.args
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


def time_distributed(args: TimeDistributedArgs, x: TensorType) -> TensorType:
    """`(batch, steps, …)` -> the nested layer's output for `(batch, …)`, the steps back in place."""
    try:
        outputs = run(args.layer, one_step(x))
    except Reject as reject:
        raise _with_steps(reject, args.layer.row, x) from None
    if len(outputs) != 1:
        raise Reject(
            "bad-param",
            f"{args.layer.row.name} gives {len(outputs)} outputs, TimeDistributed can hold only one",
            argument="layer",
        )
    [output] = outputs
    return output.with_shape(output.batch, x.shape[1], *output.shape[1:])


def _with_steps(reject: Reject, row: Layer[Any], x: TensorType) -> Reject:
    """A fault of one step seen from outside, where the steps are an axis as well."""
    facts = reject.facts
    if isinstance(facts.get("axis"), int) and facts["axis"] >= 1:
        facts["axis"] += 1
    if reject.rule == "rank-mismatch" and reject.argument is None:
        facts.update({key: facts[key] + 1 for key in ("rank", "least", "most")})
        need = facts["least"] if x.rank < facts["least"] else facts["most"]
        shape = row.shapes.partition(" -> ")[0].replace("(batch, ", "(batch, steps, ", 1)
        wants = f"TimeDistributed({row.name}) needs {need} axes, {shape}".removesuffix(", ")
        reject.message = f"{wants}; its input has {x.rank}: {x}"
    return reject


def one_step(x: TensorType) -> TensorType:
    return x.with_shape(x.batch, *x.shape[2:])


def time_distributed_weights(args: TimeDistributedArgs, x: TensorType) -> Iterator[Weight]:
    yield from args.layer.row.weights(args.layer.args, one_step(x))


LAYERS = (
    Layer(
        name="Bidirectional",
        args=BidirectionalArgs,
        infer=bidirectional,
        weights=bidirectional_weights,
        ports=(Port("initial_state", many=True),),
        doc="Runs a recurrent layer over a sequence from both ends, and merges what the two give.",
        shapes="(batch, steps, features) -> (batch, 2·units) with `concat`, else (batch, units)",
    ),
    Layer(
        name="TimeDistributed",
        rank=(3, 64),
        args=TimeDistributedArgs,
        infer=time_distributed,
        weights=time_distributed_weights,
        doc="Applies one layer, with one set of weights, to each step of a sequence.",
        shapes="(batch, steps, …) -> (batch, steps, the layer's output)",
    ),
)
