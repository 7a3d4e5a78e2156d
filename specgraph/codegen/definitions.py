"""The schema's definitions of what has a name: rows, and the entries of the catalogues."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from specgraph.graph.sections import ITEM
from specgraph.objects import catalogs
from specgraph.resolve.blocks import CONTROL
from specgraph.resolve.names import NAME
from specgraph.rows.base import Layer
from specgraph.spec.catalog import Catalog, mapping, one_key
from specgraph.spec.kinds import Schema
from specgraph.spec.record import Field, required
from specgraph.vocabulary import ALIASES, ROWS

from .values import PARAM, field

Definitions = dict[str, Schema]
REFERENCE: Schema = {"$ref": "#/definitions/reference"}
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


def rows() -> Definitions:
    """Each row by its key, and the items that name rows."""
    made = {row.name: _row(row) for row in ROWS.values()}
    for name, one in ITEM.items():
        if name != "from":
            made[f"common.{name}"] = field(one)
    made["common.from"] = _reads(_named(("inputs",), ("inputs",)))
    calls = {name for row in ROWS.values() for name in row.call}
    made["nested"] = {"properties": dict.fromkeys((*ITEM, *sorted(calls)), False)}
    return made | _items()


def _row(row: Layer[Any]) -> Schema:
    made = section(row.fields(), _doc(row), may_be_empty=True)
    if row.nested_only:
        return made
    made["properties"] |= _common(row.common)
    if row.ports or row.input_names:
        names = row.named_inputs()
        ports = tuple(port.name for port in row.ports)
        needed = tuple(name for name in names[: row.inputs[0]] if name not in row.args.fields())
        made["properties"]["from"] = _reads(_named((*names, *ports), needed))
    return made


def _stands_bare(row: Layer[Any]) -> bool:
    return not required(row.args.fields())


def _doc(row: Layer[Any]) -> str:
    return f"{row.doc}\n\n{row.shapes}" if row.shapes else row.doc


def _common(names: Iterable[str] = ITEM) -> dict[str, Schema]:
    return {name: {"$ref": f"#/definitions/common.{name}"} for name in names}


def _reads(by_name: Schema) -> Schema:
    forms = [{"type": "string"}, {"type": "array", "items": REFERENCE}, by_name]
    return {"description": ITEM["from"].doc, "anyOf": forms}


def _named(names: tuple[str, ...], needed: tuple[str, ...]) -> Schema:
    return {**mapping(dict.fromkeys(names, REFERENCE)), "required": list(needed)}


def _items() -> Definitions:
    """Items of `layers`: of a file with one model, and of one whose models may call each other.

    In a file with several, any name may be a model's. An item is told apart by `if` rather than `anyOf`, so
    that an editor's hover over a bare name shows the text of that layer alone.
    """
    top = {name: row for name, row in ROWS.items() if not row.nested_only}
    aliases = {alias: name for alias, name in ALIASES.items() if name in top}
    bare = [{"const": name, "description": _doc(row)} for name, row in top.items() if _stands_bare(row)]
    bare += [
        {"type": "string", "pattern": f"^{alias}$", "description": _doc(top[name])}
        for alias, name in aliases.items()
        if _stands_bare(top[name])
    ]
    call = one_key({name: name for name in top}, aliases)
    call["properties"] |= dict.fromkeys(CONTROL, OBJECT)
    forms = [{"$ref": "#/definitions/item.bare"}, PARAM]
    name = {"type": "string", "pattern": f"^{NAME.pattern}$"}
    model = section({}, "A model of this file; each use shares its weights.", may_be_empty=True)
    model["properties"] = {**_common(), "from": _reads({**OBJECT, "additionalProperties": REFERENCE})}
    return {
        "item": {"if": OBJECT, "then": {"$ref": "#/definitions/item.call"}, "else": {"anyOf": forms}},
        "item.bare": {"anyOf": bare},
        "item.call": call,
        "item.several": {
            "if": OBJECT,
            "then": {**call, "additionalProperties": {"$ref": "#/definitions/item.model"}},
            "else": {"anyOf": [*forms, name]},
        },
        "item.model": model,
    }


def objects() -> Definitions:
    """For each catalogue its bare names, its calls, and each of its entries."""
    made: Definitions = {}
    for catalog in catalogs():
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
