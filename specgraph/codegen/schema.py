"""The JSON Schema (draft-07) of specs, for editors: from the rows, the catalogues and the sections' keys.

A value is what its kind's schema says, or a param. What depends on more than one place of a file (shapes,
references, the value of a param) is not in it; `specgraph validate` says that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specgraph.graph.dims import DimArgs
from specgraph.graph.sections import BODY, INPUT, MODEL, REFERENCE, SPEC, Defined
from specgraph.graph.training import CompileArgs
from specgraph.resolve.definitions import PARAM, TYPES
from specgraph.spec.catalog import mapping
from specgraph.spec.kinds import ListOf, Optional, Schema
from specgraph.spec.record import Field, required

from .definitions import OBJECT, Definitions, objects, rows, section
from .values import PARAM_DEFINITION

PATH = Path(__file__).parents[2] / "schemas" / "specgraph.schema.json"
"""Where the schema stands in a checkout; shipped specs name it in their first line."""
WIDTH = 100
DRAFT = "http://json-schema.org/draft-07/schema#"


def schema() -> dict[str, Any]:
    """The schema of a whole file."""
    literal = [key for key in SPEC if key not in (*BODY, "dims")]
    root = section(SPEC, "One or more Keras models, as specgraph compiles them.", literal)
    root["required"] = [key for key in root["required"] if key not in BODY]
    return {
        "$schema": DRAFT,
        "$comment": "Generated: python -m specgraph schema",
        **root,
        "if": {"required": ["models"]},
        "then": {"properties": dict.fromkeys(BODY, False)},
        "else": {"required": [key for key in required(MODEL) if key in BODY]},
        "definitions": {**_sections(), **objects(), **rows()},
    }


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
    layers = MODEL["layers"]
    several = Field("layers", ListOf(Defined("item.several", "a layer or a model")), doc=layers.doc)
    model = section({**MODEL, "layers": several}, "A model with its inputs and layers.", ("doc",))
    return {
        "param": PARAM_DEFINITION,
        "plain": {
            "type": ["null", "boolean", "number", "string", "array"],
            "items": {"$ref": "#/definitions/plain"},
        },
        "definition": _definition(),
        "dim": section(DimArgs.fields(), "What is known of a named size.", ("doc",)),
        "input": {**mapping({}), **section(INPUT, "An input's shape, and what else is known of it.")},
        "reference": REFERENCE.schema(),
        "compile": section(CompileArgs.fields(), SPEC["compile"].doc),
        "model": model,
        "block": OBJECT,
        "import": OBJECT,
        "change": OBJECT,
        "variant": OBJECT,
    }


def _definition() -> Schema:
    """Of a param: its default, or a mapping that says more."""
    full = section(PARAM, "A param: its type, its default, and what values it may have.", PARAM)
    says_type = {"required": ["default"], "properties": {"default": {"not": {"type": "null"}}}}
    full["anyOf"] = [{"required": ["type"]}, says_type]
    full["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"properties": {"default": Optional(kind).schema()}},
        }
        for name, kind in TYPES.items()
    ]
    short = {"type": ["boolean", "number", "string", "array"], "items": {"$ref": "#/definitions/plain"}}
    return {"if": OBJECT, "then": full, "else": short}
