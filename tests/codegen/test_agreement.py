"""The schema and the validator agree, on good documents and on near misses.

A few hundred by default; times a number with SPECGRAPH_FUZZ, or times 50 with `long`.

Left to the validator, because JSON Schema has no words for it or no place to look: what depends on
another part of the file (references, a param's value, bounds of a dim against each other), shapes, and a
float that is whole, which draft-07 counts as an integer.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterator
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from instances import Drawing, changed, hoisted
from jsonschema import Draft7Validator

from specgraph.analysis import analyze
from specgraph.codegen.schema import schema
from specgraph.data.index import SOURCES
from specgraph.data.step_catalog import STEPS
from specgraph.graph.compiling import CompileArgs
from specgraph.graph.dims import DimArgs
from specgraph.graph.sections import INPUT, ITEM, MODEL, SPEC
from specgraph.objects import catalogs
from specgraph.resolve.definitions import PARAM
from specgraph.spec.kinds import Anything, Bad, Kind
from specgraph.spec.record import Field
from specgraph.vocabulary import ROWS

ASKED = os.environ.get("SPECGRAPH_FUZZ", "1")
TIMES = 50 if ASKED == "long" else int(ASKED)
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
SCHEMA = schema()
DEFINITIONS = SCHEMA["definitions"]
WHOLE = Draft7Validator(SCHEMA)
FAULTS = {
    "bad-param", "bad-shape-value", "malformed-item", "missing-argument", "param-type", "refused-layer",
    "spec-version", "unknown-layer-or-key",
}  # fmt: skip
"""What the schema is to find too."""
BY_ITSELF = re.compile(
    "must be .*, not |is not a|a name is|is no name|a reference is|list of references|is a string|names a param"
)
"""What is said of a value that is wrong by itself; values that do not go together are for the validator."""
ELSEWHERE = re.compile(
    "must say which input|there is no layer|model `.*` has no argument|ops.* needs input|`branch` maps|block `use` |param `.*` is an? "
    "|must be a formula such as"
)
"""What is said of more than one place: which names there are, what else is given."""


def all_fields() -> list[Field]:
    """The fields of all rows, catalogues and sections."""
    sections = [INPUT, ITEM, PARAM, CompileArgs.fields(), DimArgs.fields()]
    entries = [
        entry.args.fields()
        for catalog in (*catalogs(), SOURCES.whole(), STEPS.whole())
        for entry in catalog.entries
    ]
    return [
        one
        for fields in (*sections, *entries, *(row.fields() for row in ROWS.values()))
        for one in fields.values()
    ]


KINDS = {
    json.dumps(one.kind.schema()): one.kind for one in all_fields() if not isinstance(one.kind, Anything)
}


def is_own(rule: str, message: str) -> bool:
    """Whether the schema is to find this."""
    if rule not in FAULTS or ELSEWHERE.search(message):
        return False
    return rule != "bad-param" or BY_ITSELF.search(message) is not None


def takes(kind: Kind, value: Any) -> bool | None:
    """None where that is not for the schema to say."""
    try:
        kind.check(value)
    except Bad as bad:
        return False if is_own(bad.rule, bad.message) else None
    return True


@settings(SLOW, max_examples=200 * TIMES)
@given(st.data())
def test_a_kind_takes_what_its_schema_takes(data: st.DataObject) -> None:
    said, kind = data.draw(st.sampled_from(list(KINDS.items())), label="kind")
    drawing = Drawing(data.draw, DEFINITIONS)
    own = json.loads(said)
    value = drawing.value(own)
    if data.draw(st.booleans(), label="change it"):
        value = changed(drawing, value)
    valid = Draft7Validator({**own, "definitions": DEFINITIONS}).is_valid(value)
    event(f"valid: {valid}")
    assert takes(kind, value) in (valid, None), (kind.phrase, value)


def document(drawing: Drawing) -> dict[str, Any]:
    """A spec with one model or two that the schema takes; names are unique, and there is one input each."""
    made: dict[str, Any] = {"specgraph": 1}
    for key in ("$schema", "name", "doc"):
        if drawing.choice((False, True)):
            made[key] = drawing.value(SPEC[key].kind.schema())
    if drawing.choice((False, True)):
        fact = drawing.choice(("min", "max", "multiple_of"))
        made["dims"] = {"H": {fact: drawing.value(DimArgs.fields()[fact].kind.schema())}}
    if drawing.choice((True, True, False)):
        made |= model(drawing)
    else:
        made["models"] = {"first": model(drawing), "second": model(drawing)}
        call = drawing.choice(("first", {"first": None}, {"first": {"name": "z"}}))
        made["models"]["second"]["layers"].append(call)
    if drawing.choice((False, False, True)):
        params = {"n": "int", "r": drawing.value(DEFINITIONS["plain"])}
        made["blocks"] = {"use": {"params": params, "layers": layers(drawing)}}
        holder = made.get("models", {"": made})
        holder[drawing.choice(holder)]["layers"].append({"use": {"n": 2}})
    return made


def model(drawing: Drawing) -> dict[str, Any]:
    shape = {"anyOf": [INPUT["shape"].kind.schema(), {"$ref": "#/definitions/input"}]}
    made: dict[str, Any] = {"inputs": {"x": drawing.value(shape)}, "layers": layers(drawing)}
    for key in ("doc", "outputs", "compile"):
        if drawing.choice((False, False, True)):
            made[key] = drawing.value(MODEL[key].kind.schema())
    return made


def layers(drawing: Drawing) -> Any:
    items = {"type": "array", "items": {"$ref": "#/definitions/item"}, "minItems": 1}
    made = drawing.value(items)
    rename(made, itertools.count())
    return made


def rename(value: Any, numbers: Iterator[int]) -> None:
    """Gives all that has a name another."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        rename(one, numbers)
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        value["name"] = f"name_{next(numbers)}"


def faults(spec: Any) -> tuple[list[str], bool]:
    """What the validator says of the document that the schema is to find too, and whether it refuses it."""
    with mock.patch("specgraph.analysis.infer", return_value=None), mock.patch("specgraph.analysis.lint"):
        found = analyze(json.dumps(spec) + "\n")
    said = [(one.code.rule, one.message) for one in found.diagnostics]
    return [f"{rule}: {message}" for rule, message in said if is_own(rule, message)], not found.ok


def said_by_schema(spec: Any) -> list[str]:
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in WHOLE.iter_errors(spec)]


@settings(SLOW, max_examples=60 * TIMES)
@given(st.data())
def test_good_documents_are_good_with_params_too(data: st.DataObject) -> None:
    drawing = Drawing(data.draw, DEFINITIONS)
    spec = document(drawing)
    assert said_by_schema(spec) == faults(spec)[0] == []
    params: dict[str, Any] = {}
    for key in ("layers", "inputs", "dims", "compile"):
        if key in spec:
            spec[key] = hoisted(drawing, spec[key], params)
    spec["params"] = params
    assert said_by_schema(spec) == faults(spec)[0] == []


@settings(SLOW, max_examples=150 * TIMES)
@given(st.data())
def test_near_misses_are_misses_to_both(data: st.DataObject) -> None:
    drawing = Drawing(data.draw, DEFINITIONS)
    spec = changed(drawing, document(drawing))
    said, (own, refused) = said_by_schema(spec), faults(spec)
    event(f"valid: {not said}")
    assert (said or not own) and (refused or not said), (spec, said, own)
