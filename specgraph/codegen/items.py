"""The schema's definitions of items of `layers`: layers, models, blocks and control forms.

Which keys an item may have depends on the file, so that there are three kinds. In a file with one model and
no blocks, an unknown key is a slip. With several models, it may be one of them, which takes no arguments of
its own. With blocks, imports or a base, it may be a block, whose params the schema does not know.

An item is told apart by `if` rather than `anyOf`, so that an editor's hover over a bare name shows the text
of that layer alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specgraph.resolve.blocks import CONTROL
from specgraph.resolve.keys import ITEMS, REPEAT, REUSE, WAYS, WHEN, PathName
from specgraph.rows.base import Layer
from specgraph.spec.catalog import one_key
from specgraph.spec.kinds import Schema
from specgraph.spec.record import required
from specgraph.vocabulary import ALIASES, ROWS

from .definitions import OBJECT, REFERENCES, Definitions, common, one_of, reads, row_doc, section

STRICT, SEVERAL, OPEN = KINDS = ("item", "item.several", "item.open")
LISTS = ("layers", "else")


def items() -> Definitions:
    """The three kinds of items, and what they share."""
    top = {name: row for name, row in ROWS.items() if not row.nested_only}
    calls = one_key({name: name for name in top}, {one: name for one, name in ALIASES.items() if name in top})
    made: Definitions = {**_bare(top), "item.model": _model(), "item.use": _use()}
    name = PathName().schema()
    unknown: dict[str, tuple[Any, Schema | None]] = {
        STRICT: (False, None),
        SEVERAL: ({"$ref": "#/definitions/item.model"}, name),
        OPEN: ({"$ref": "#/definitions/item.use"}, name),
    }
    for kind, (others, other) in unknown.items():
        forms = {form: {"$ref": f"#/definitions/{form}{kind[4:]}"} for form in CONTROL}
        call = {**calls, "properties": calls["properties"] | forms, "additionalProperties": others}
        bare: Schema = {"$ref": "#/definitions/item.bare"}
        made[kind] = {"if": OBJECT, "then": call, "else": {"anyOf": [bare, other]} if other else bare}
        made |= {f"{form}{kind[4:]}": of_kind(one, kind) for form, one in _forms().items()}
    return made


def of_kind(schema: Any, kind: str) -> Any:
    """The schema with items of this kind in its lists."""
    if isinstance(schema, list):
        return [of_kind(one, kind) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("$ref") == "#/definitions/item":
        return {"$ref": f"#/definitions/{kind}"}
    return {key: of_kind(one, kind) for key, one in schema.items()}


def _bare(top: Mapping[str, Layer[Any]]) -> Definitions:
    """Names of layers that need no argument; other names of theirs are taken, but not offered.

    Each has its text, for hovers, so that it is an alternative of its own; an editor tries the few with the
    same beginning only, and lists those where a name is wrong.
    """
    texts = {name: row_doc(row) for name, row in top.items() if not required(row.args.fields())}
    groups: dict[str, list[Schema]] = {}
    for name, doc in texts.items():
        groups.setdefault(_beginning(name), []).append({"const": name, "description": doc})
    for alias, name in ALIASES.items():
        if name in texts:
            made = {"type": "string", "pattern": f"^{alias}$", "description": texts[name]}
            groups.setdefault(_beginning(alias), []).append(made)
    groups = {begins: groups[begins] for begins in sorted(groups)}
    refs = {begins: {"$ref": f"#/definitions/item.bare.{begins}"} for begins in groups}
    by_beginning = {
        "pattern": "|".join(map(_pattern, groups)),
        "patternErrorMessage": "No layer without required arguments has such a name.",
        "allOf": [{"if": {"pattern": _pattern(begins)}, "then": ref} for begins, ref in refs.items()],
    }
    bare = {"if": {"type": "string"}, "then": by_beginning, "else": {"anyOf": list(refs.values())}}
    return {"item.bare": bare} | {f"item.bare.{begins}": {"anyOf": one} for begins, one in groups.items()}


def _beginning(name: str) -> str:
    """The first letter, behind the module's name if it has one: `F`, `ops.f`."""
    return name[: name.rfind(".") + 2]


def _pattern(begins: str) -> str:
    letter = begins[-1]
    return f"^{re.escape(begins[:-1])}[{letter.upper()}{letter.lower()}][^.]*$"


def _model() -> Schema:
    made = section({}, "A model of this file; each use shares its weights.", may_be_empty=True)
    return {**made, "properties": {**common(), "from": _any_from()}}


def _use() -> Schema:
    made = section({}, "A block with its params, or a model.", may_be_empty=True)
    return {**made, "properties": {**common(), "from": _any_from()}, "additionalProperties": True}


def _any_from() -> Schema:
    return reads({**OBJECT, "additionalProperties": REFERENCES})


def _forms() -> Definitions:
    """The control forms, with strict items."""
    way = ITEMS.schema()
    branch = section(WAYS, "Parallel ways from one input; what comes next reads what all of them give.")
    also_way = {**way, "contains": OBJECT}  # a list of names alone would be references
    branch["properties"] = {key: {"anyOf": [one, also_way]} for key, one in branch["properties"].items()}
    repeat = section(REPEAT, "The same layers several times, each round reading the one before.", LISTS)
    repeat["properties"]["for"]["minProperties"] = 1
    reuse = section(REUSE, "A layer, or a use of a block, once more with the same weights.")
    reuse["properties"] |= common() | {"from": _any_from()}
    when = section(WHEN, "One list of layers or the other, by params.", LISTS)
    return {
        "repeat": repeat | one_of("times", "for"),
        "branch": {**branch, "additionalProperties": way, "minProperties": 1},
        "when": {**when, "anyOf": [{"required": [one]} for one in LISTS]},
        "reuse": {**reuse, "additionalProperties": True},
    }
