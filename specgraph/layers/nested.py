"""A layer in an argument of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from specgraph.ir.tensor import TensorType
from specgraph.rows.apply import apply
from specgraph.rows.base import Layer, Reject
from specgraph.rows.base import policy as current_policy
from specgraph.rows.registry import NETWORKS
from specgraph.spec.catalog import one_key
from specgraph.spec.kinds import Bad, Kind, NoLayer, Schema
from specgraph.spec.record import Record, required


class Nested(NamedTuple):
    """A layer and its arguments."""

    row: Layer[Any]
    args: Record


class LayerKind(Kind):
    """A layer by its bare name, or in the one-key form: `{LSTM: {units: 4}}`.

    With `having`, only layers whose arguments include all of these; with `only`, these layers alone.
    `cells` asks for a recurrent cell, which is no layer of its own; `networks` allows those of
    `keras.applications`, too, and leaves models of the file to who builds the graph.
    """

    def __init__(
        self,
        what: str = "a layer",
        having: tuple[str, ...] = (),
        only: tuple[str, ...] = (),
        cells: bool = False,
        networks: bool = False,
    ) -> None:
        self.what = what
        self.having = having
        self.only = only
        self.cells = cells
        self.networks = networks
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

        every = {**LAYERS, **self._networks()}
        rows = {name: row for name, row in every.items() if self._fits(row)}
        aliases = {alias: name for alias, name in ALIASES.items() if name in rows}
        bare = [one for one in (*rows, *aliases) if not required(rows[aliases.get(one, one)].args.fields())]
        call = one_key({name: name for name in rows}, aliases, {"$ref": "#/definitions/nested"})
        return {"anyOf": [{"enum": bare}, call] if bare else [call]}

    def _row(self, name: str) -> Layer[Any]:
        from specgraph.layers import ALIASES, LAYERS, REFUSED

        if name in REFUSED:
            raise Bad(f"{name} has no place in a spec: {REFUSED[name]}", rule="refused-layer")
        row = LAYERS.get(ALIASES.get(name, name)) or self._networks().get(name)
        if row is None:
            bad = NoLayer(
                f"'{name}' is not a layer",
                rule="unknown-layer-or-key",
                name=name,
                candidates=[*(one.name for one in LAYERS.values() if self._fits(one)), *self._networks()],
            )
            bad.models = self.networks
            raise bad
        if not self._fits(row):
            raise Bad(f"must be {self.what}, not {name}")
        return row

    def _networks(self) -> Mapping[str, Layer[Any]]:
        return NETWORKS if self.networks else {}

    def _fits(self, row: Layer[Any]) -> bool:
        if row.nested_only != self.cells or (self.only and row.name not in self.only):
            return False
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
        if key in row.call:
            raise Bad(
                f"`{key}` is said when {row.name} is called, which the layer around it does",
                (key,),
                on_key=True,
            )
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


Ports = Mapping[str, TensorType | tuple[TensorType, ...]]


def run(
    nested: Nested, x: TensorType, argument: str = "layer", ports: Ports | None = None
) -> tuple[TensorType, ...]:
    """The outputs of a nested layer, which has the dtype policy of the layer around it.

    Its faults are put on the argument that holds it.
    """
    try:
        return apply(nested.row, nested.args, (x,), current_policy.get(), ports)
    except Reject as reject:
        if reject.argument is not None and nested.row.port(reject.argument) is None:
            reject.argument = argument
        raise
