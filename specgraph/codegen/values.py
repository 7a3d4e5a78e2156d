"""The schema of a value, params allowed for.

A kind's schema says what a value is; in a spec, `$name` or an expression may stand for any value, also for
those within lists and mappings.
"""

from __future__ import annotations

from specgraph.spec.kinds import PARAM_PATTERN, Anything, Bad, Schema, show
from specgraph.spec.record import Field

PARAM: Schema = {"$ref": "#/definitions/param"}
PARAM_DEFINITION: Schema = {"title": "param", "type": "string", "pattern": PARAM_PATTERN}
"""Titled, because an editor's hover names the alternative that a value matched by its title."""


def field(one: Field, params: bool = True) -> Schema:
    """The values of a field, described: what it is for, what it takes, and its default.

    The default is told in words only: as `default` an editor would write it into the skeleton of a layer.
    """
    schema = with_param(one.kind.schema()) if params else one.kind.schema()
    if "$ref" in schema:
        return schema
    phrase = one.kind.phrase
    said = [one.doc, f"{phrase[:1].upper()}{phrase[1:]}." if phrase else ""]
    if _is_value(one):
        default = one.default
        said.append(f"Default: {default if isinstance(default, str) else show(default)}.")
    return {"description": " ".join(part for part in said if part), **schema}


def _is_value(one: Field) -> bool:
    """Whether the default is one that could be written, and not the absence of any."""
    if one.required or one.default == "" or isinstance(one.kind, Anything):
        return False
    try:
        one.kind.check(one.default)
    except Bad:
        return False
    return True


def with_param(schema: Schema) -> Schema:
    """What the schema takes, or a param in its place or within it.

    A reference alone is left to its definition. Alternatives within alternatives become one list, which
    editors tell apart best.
    """
    if "$ref" in schema:
        return schema
    found = _alternatives(within(schema))
    if _has_room(found):
        return found[0] if len(found) == 1 else {"anyOf": found}
    if len(found) == 1 and found[0].get("type") == "array":  # which an editor begins with a dash
        return {**found[0], "type": ["array", "string"], "pattern": PARAM_PATTERN}
    return {"anyOf": [*found, PARAM]}


def _has_room(alternatives: list[Schema]) -> bool:
    """Whether params are among the values already, or none can be: a param is no mapping."""
    free = any(one in ({}, {"type": "string"}) for one in alternatives)
    return free or all(one.get("type") in ("object", ["object", "null"]) for one in alternatives)


def _alternatives(schema: Schema) -> list[Schema]:
    if set(schema) != {"anyOf"}:
        return [schema]
    found: list[Schema] = []
    for one in schema["anyOf"]:
        found += [each for each in _alternatives(one) if each not in found]
    return found


def within(schema: Schema) -> Schema:
    """The schema with params allowed for within lists and mappings."""
    made = dict(schema)
    for key in ("items", "additionalProperties"):
        if isinstance(made.get(key), dict):
            made[key] = with_param(made[key])
    for key in ("then", "else"):
        if key in made:
            made[key] = within(made[key])
    if "anyOf" in made:
        made["anyOf"] = [within(one) for one in made["anyOf"]]
    return made
