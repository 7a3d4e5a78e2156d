"""The schema's definitions of what has a name: rows, and the entries of the catalogues."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from specgraph.data.index import SOURCES
from specgraph.data.step_catalog import STEPS
from specgraph.graph.sections import ITEM
from specgraph.graph.steps import AROUND, HELD
from specgraph.objects import catalogs
from specgraph.resolve.keys import REFERENCE
from specgraph.rows.base import Layer
from specgraph.spec.catalog import Catalog, mapping, one_key
from specgraph.spec.kinds import Schema
from specgraph.spec.record import Field, required
from specgraph.vocabulary import ROWS

from .values import field

Definitions = dict[str, Schema]
REFERENCES: Schema = {"$ref": "#/definitions/reference"}
OBJECT: Schema = {"type": "object"}


def section(
    fields: Mapping[str, Field], doc: str, literal: Container[str] = (), may_be_empty: bool = False
) -> Schema:
    """A mapping with these fields and no others; those that are `literal` cannot be params.

    One that `may_be_empty` may also be null (`Flatten:`), unless it has required fields.
    """
    needed = required(fields)
    made: Schema = {
        "description": doc,
        "type": "object" if needed or not may_be_empty else ["object", "null"],
    }
    made["properties"] = {name: field(one, name not in literal) for name, one in fields.items()}
    made["additionalProperties"] = False
    return {**made, "required": needed} if needed else made


def one_of(first: str, second: str) -> Schema:
    """That a mapping has one of two keys, and not both."""
    return {
        "if": {"required": [first]},
        "then": {"properties": {second: False}},
        "else": {"required": [second]},
    }


def rows() -> Definitions:
    """Each row by its key, and what rows have in common."""
    made = {row.name: _row(row) for row in ROWS.values()}
    for name, one in ITEM.items():
        if name != "from":
            made[f"common.{name}"] = field(one)
    made["common.from"] = reads(_named(("inputs",), ("inputs",)))
    calls = {name for row in ROWS.values() for name in row.call}
    made["nested"] = {"properties": dict.fromkeys((*ITEM, *sorted(calls)), False)}
    return made


def _row(row: Layer[Any]) -> Schema:
    made = section(row.fields(), row_doc(row), may_be_empty=True)
    if row.nested_only:
        return made
    if row.name == AROUND:
        made["properties"][HELD]["anyOf"] += _models()
    made["properties"] |= common(row.common)
    if row.ports or row.input_names:
        names = row.named_inputs()
        ports = tuple(port.name for port in row.ports)
        needed = tuple(name for name in names[: row.inputs[0]] if name not in row.args.fields())
        made["properties"]["from"] = reads(_named((*names, *ports), needed))
    return made


def _models() -> list[Schema]:
    """Names of models, of which the schema does not know those of a file: they begin with no capital."""
    no_layer = "^[^A-Z]"
    nothing: Schema = {"type": ["object", "null"], "maxProperties": 0}
    call: Schema = {"type": "object", "patternProperties": {no_layer: nothing}, "additionalProperties": False}
    return [{"type": "string", "pattern": no_layer}, {**call, "minProperties": 1, "maxProperties": 1}]


def row_doc(row: Layer[Any]) -> str:
    """What the layer does, and its shapes."""
    return f"{row.doc}\n\n{row.shapes}" if row.shapes else row.doc


def common(names: Iterable[str] = ITEM) -> dict[str, Schema]:
    """The keys that items have whatever their row."""
    return {name: {"$ref": f"#/definitions/common.{name}"} for name in names}


def reads(by_name: Schema) -> Schema:
    """What may stand under `from`, `by_name` where the inputs have names."""
    return {"description": ITEM["from"].doc, "anyOf": [*REFERENCE.schema()["anyOf"], by_name]}


def _named(names: tuple[str, ...], needed: tuple[str, ...]) -> Schema:
    return {**mapping(dict.fromkeys(names, REFERENCES)), "required": list(needed)}


def objects() -> Definitions:
    """For each catalogue its bare names, its calls, and each of its entries."""
    made: Definitions = {}
    for catalog in (*catalogs(), SOURCES.whole(), STEPS.whole()):
        made |= _catalog(catalog)
    return made


def _catalog(catalog: Catalog) -> Definitions:
    module = catalog.module
    names = {entry.name: f"{module}.{entry.name}" for entry in catalog.entries}
    aliases = {alias: names[entry.name] for entry in catalog.entries for alias in entry.aliases}
    made: Definitions = {f"{module}.call": one_key(names, aliases)}
    if catalog.bare_names():
        made[f"{module}.name"] = {"enum": catalog.bare_names()}
    for entry in catalog.entries:
        made[f"{module}.{entry.name}"] = section(entry.args.fields(), entry.doc, may_be_empty=True)
    return made
