"""The JSON Schema (draft-07) of specs, for editors: from the rows, the catalogues and the sections' keys.

A value is what its kind's schema says, or a param. What depends on more than one place of a file (shapes,
references, the value of a param) is not in it; `specgraph validate` says that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specgraph.data.stated import StatedArgs
from specgraph.graph.compiling import CompileArgs
from specgraph.graph.dims import DimArgs
from specgraph.graph.extends import CHANGES, INSERT, REPLACE
from specgraph.graph.sections import BODY, IMPORT, INPUT, MODEL, SPEC, TARGET
from specgraph.graph.train_settings import DataArgs, LastArgs, PhaseArgs, TrainArgs
from specgraph.resolve.definitions import PARAM, TYPES, Plain
from specgraph.resolve.keys import BLOCK, ITEMS, REFERENCE
from specgraph.spec.catalog import mapping
from specgraph.spec.kinds import Optional, Schema
from specgraph.spec.record import required

from . import values
from .definitions import OBJECT, Definitions, objects, one_of, rows, section
from .items import OPEN, SEVERAL, STRICT, items, of_kind

PATH = Path(__file__).parents[2] / "schemas" / "specgraph.schema.json"
"""Where the schema stands in a checkout; shipped specs name it in their first line."""
WIDTH = 100
LITERAL = ("layers", *(key for key in SPEC if key not in (*BODY, "dims", "train")))
"""Keys of a spec under which no params stand, or only further in."""
DRAFT = "http://json-schema.org/draft-07/schema#"


def schema() -> dict[str, Any]:
    """The schema of a whole file."""
    root = section(SPEC, "One or more Keras models, as specgraph compiles them.", LITERAL)
    del (
        root["required"],
        root["properties"]["models"]["additionalProperties"],
        root["properties"]["layers"]["items"],
    )
    return {
        "$schema": DRAFT,
        "$comment": "Generated: python -m specgraph schema",
        **root,
        "dependencies": {"changes": ["extends"]},
        "allOf": [*_needed(), _layers()],
        "definitions": {**_sections(), **objects(), **rows(), **items()},
    }


def _needed() -> list[Schema]:
    """What a file must have, unless it has it from the one it extends."""
    head = [key for key in required(SPEC) if key not in BODY]
    blocks_only = {"required": ["blocks"], "not": {"anyOf": [{"required": [key]} for key in BODY]}}
    no_model = {"anyOf": [{"required": ["models"]}, {"required": ["extends"]}, blocks_only]}
    return [
        {"if": {"required": ["extends"]}, "else": {"required": head}},
        {"if": {"required": ["models"]}, "then": {"properties": dict.fromkeys(BODY, False)}},
        {"if": no_model, "else": {"required": required(MODEL)}},
    ]


def _layers() -> Schema:
    """Which items the lists of models have: those of a file with names of its own may have any key."""
    own = {"anyOf": [{"required": [key]} for key in ("blocks", "imports", "extends")]}
    return {"if": own, "then": _with_items(OPEN, OPEN), "else": _with_items(STRICT, SEVERAL)}


def _with_items(alone: str, several: str) -> Schema:
    """The kinds of items that the only model has, and those of several."""
    layers, in_models = (of_kind(ITEMS.schema(), kind) for kind in (alone, several))
    model = {"allOf": [{"$ref": "#/definitions/model"}], "properties": {"layers": in_models}}
    return {"properties": {"layers": layers, "models": {"additionalProperties": model}}}


def text() -> str:
    """The schema as a file holds it, all ASCII."""
    return _pretty(schema()) + "\n"


def write() -> None:
    """Writes the schema's file of this checkout."""
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(text(), encoding="utf-8")


def _pretty(value: Any, indent: str = "") -> str:
    """JSON with a line for each item, but for what is short."""
    line = json.dumps(value)
    if not isinstance(value, dict | list) or len(indent) + len(line) <= WIDTH:
        return line
    inner = f"{indent} "
    if isinstance(value, list):
        items, brackets = [_pretty(one, inner) for one in value], "[]"
    else:
        items = [f"{json.dumps(key)}: {_pretty(one, inner)}" for key, one in value.items()]
        brackets = "{}"
    body = f",\n{inner}".join(items)
    return f"{brackets[0]}\n{inner}{body}\n{indent}{brackets[1]}"


def _sections() -> Definitions:
    model = section(MODEL, "A model with its inputs and layers.", LITERAL)
    del model["properties"]["layers"]["items"]
    return {
        "param": values.PARAM_DEFINITION,
        "plain": _plain(),
        **{f"{one}s": _nested(one) for one in ("number", "boolean")},
        "definition": _definition(),
        "dim": section(DimArgs.fields(), "What is known of a named size.", ("doc",)),
        "input": {**mapping({}), **section(INPUT, "An input's shape, and what else is known of it.")},
        "reference": REFERENCE.schema(),
        "target": section(TARGET, "What is known of the data that an output is trained towards."),
        "train": section(TrainArgs.fields(), SPEC["train"].doc),
        "phase": section(PhaseArgs.fields(), "A stretch of training."),
        "data": section(DataArgs.fields(), "Examples, and where each of their columns goes."),
        "column": section(StatedArgs.fields(), "What is known of a column of data."),
        "last": section(LastArgs.fields(), "The last few layers that have weights."),
        "compile": section(CompileArgs.fields(), SPEC["compile"].doc),
        "model": model,
        "block": of_kind(section(BLOCK, "A list of layers with params of its own.", BLOCK), OPEN),
        "import": {**mapping({}), **section(IMPORT, "A file, and values for its params.")},
        "change": of_kind(_change(), OPEN),
    }


def _change() -> Schema:
    """One of the changes to a spec that is extended."""
    name, model = {"type": "string"}, values.field(INSERT["model"], params=False)
    names = {"anyOf": [name, {"type": "array", "items": name}]}
    some = ITEMS.schema()
    removed = {**mapping({"layer": names, "model": model}), "required": ["layer"]}
    appended = {**mapping({"layers": some, "model": model}), "required": ["layers"]}
    forms = {
        "remove": {"anyOf": [*names["anyOf"], removed]},
        "replace": section(REPLACE, "Puts layers in the place of one.", REPLACE),
        "insert": section(INSERT, "Puts layers before or after one.", INSERT) | one_of("after", "before"),
        "append": {"anyOf": [some, appended]},
        "set": {**OBJECT, "properties": {"layer": name, "model": model}, "required": ["layer"]},
    }
    assert forms.keys() == CHANGES.keys()
    return {**mapping(forms), "minProperties": 1, "maxProperties": 1}


def _nested(item: str) -> Schema:
    """Of lists of one type, and lists of such."""
    forms = [{"type": item}, {"$ref": f"#/definitions/{item}s"}, values.PARAM]
    return {"type": "array", "items": {"anyOf": forms}, "minItems": 1}


def _definition() -> Schema:
    """Of a param: its default, or a mapping that says more."""
    full = section(PARAM, "A param: its type, its default, and what values it may have.", ("type", "doc"))
    says_type = {"required": ["default"], "properties": {"default": {"not": {"type": "null"}}}}
    full["anyOf"] = [{"required": ["type"]}, says_type]
    full["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"properties": {"default": values.with_param(Optional(kind).schema())}},
        }
        for name, kind in TYPES.items()
    ]
    return {"if": OBJECT, "then": full, "else": _plain()}


def _plain() -> Schema:
    """Of `Plain` values."""
    items = Optional(Plain()).schema()
    return {"type": ["boolean", "number", "string", "array"], "items": items}
