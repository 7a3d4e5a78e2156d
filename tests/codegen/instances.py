"""Values that a JSON Schema takes, and the same with one thing changed.

Drawn from the schema's own keywords, so that a new row or kind needs no generator of its own. Params
are left out here: which value a param has is not the schema's to know.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

Schema = dict[str, Any]

JUNK = (None, True, 0, 1, -1, 7, 0.5, -2.25, "", "word", "1", [], [1, 2], {}, {"word": 1})
NAMES = ("a", "b", "c_1", "D-2")
NUMBERS = (0, 1, 2, 3, -1, 0.5, 0.25, 0.1, 0.9, 1.5, -0.5, 100, 1e-7)


class Drawing:
    """Draws from the definitions of one schema."""

    def __init__(self, draw: DrawFn, definitions: dict[str, Schema]) -> None:
        self.draw = draw
        self.definitions = definitions

    def choice(self, options: Any) -> Any:
        return self.draw(st.sampled_from(list(options)))

    def integer(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def value(self, schema: Schema, depth: int = 4) -> Any:
        """One that the schema takes; what lies deeper than `depth` references is kept small."""
        if "doNotSuggest" in schema:  # an alias
            [schema] = schema["allOf"]
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].removeprefix("#/definitions/")]
            depth -= 1
        if "anyOf" in schema and "type" not in schema:
            options = [one for one in schema["anyOf"] if one != {"$ref": "#/definitions/param"}]
            return self.value(options[0] if depth < 0 else self.choice(options), depth)
        if "then" in schema and "properties" not in schema:
            ways = ("else",) if "pattern" in schema["then"] else ("then", "else")
            branch = schema[self.choice(ways)]
            rest = {key: one for key, one in schema.items() if key not in ("if", "then", "else")}
            return self.value(branch if "$ref" in branch else {**rest, **branch}, depth)
        if "enum" in schema:
            return self.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        kinds = schema.get("type", "string")
        if schema.get("pattern", "").startswith(r"^\$"):
            kinds = [one for one in kinds if one != "string"]  # a param
        kind = kinds if isinstance(kinds, str) else self.choice(kinds)
        drawn: Any = getattr(self, f"_{kind}")(schema, depth)
        return drawn

    def _null(self, schema: Schema, depth: int) -> None:
        return None

    def _boolean(self, schema: Schema, depth: int) -> bool:
        return bool(self.choice((False, True)))

    def _integer(self, schema: Schema, depth: int) -> int:
        low = schema.get("minimum", schema.get("maximum", 2) - 5)
        return self.integer(low, schema.get("maximum", low + 5))

    def _number(self, schema: Schema, depth: int) -> float:
        low, high = schema.get("minimum", -1e9), schema.get("maximum", 1e9)
        above, below = schema.get("exclusiveMinimum", -1e9), schema.get("exclusiveMaximum", 1e9)
        inside = [one for one in (*NUMBERS, low, high) if low <= one <= high and above < one < below]
        return float(self.choice(inside))

    def _string(self, schema: Schema, depth: int) -> str:
        pattern = schema.get("pattern", "")
        alias = re.fullmatch(r"\^([A-Za-z0-9]+)\$", pattern)
        fitting = [one for one in NAMES if re.search(pattern, one)]
        if alias or fitting:
            return alias[1] if alias else str(self.choice(fitting))
        # Python's `$` stands before a line break too
        drawn = st.from_regex(pattern).map(lambda one: one.rstrip("\n"))
        return self.draw(drawn.filter(lambda one: len(one) <= schema.get("maxLength", 99)))

    def _array(self, schema: Schema, depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = least if depth < 0 else min(schema.get("maxItems", least + 2), least + 2)
        made = [self.value(schema["items"], depth) for _ in range(self.integer(least, most))]
        return [*made, {"Flatten": None}] if "contains" in schema else made

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        known = schema.get("properties", {})
        least = schema.get("minProperties", 0)
        most = least if depth < 0 else schema.get("maxProperties", 3)
        keys = [*schema.get("required", []), *self._one_of_two(schema)]
        others = [
            key
            for key in known
            if key not in keys and not (set(keys) & {"times", "for"} and key in ("times", "for"))
        ]
        if others and len(keys) < most:
            keys += self.draw(st.lists(st.sampled_from(others), min_size=least, max_size=most, unique=True))
        made = {key: self.value(known[key], depth) for key in keys}
        free = schema.get("additionalProperties")
        if isinstance(free, dict) and known.keys() <= {"name", "from"}:
            made |= {key: self.value(free, depth) for key in NAMES[: self.integer(least, max(least, 2))]}
        return _lively(self._allowed(schema, made))

    def _one_of_two(self, schema: Schema) -> list[str]:
        """One of two keys of which a mapping has one, or one of those of which it has any."""
        if "required" in schema.get("else", {}):
            return [self.choice((*schema["if"]["required"], *schema["else"]["required"]))]
        if "anyOf" in schema:
            return list(self.choice(schema["anyOf"])["required"])
        return []

    def _allowed(self, schema: Schema, made: dict[str, Any]) -> dict[str, Any]:
        """Without the keys that items have and nested layers have not."""
        for one in schema.get("allOf", ()):
            if one.get("additionalProperties") == {"$ref": "#/definitions/nested"}:
                for arguments in filter(None, made.values()):
                    for key in self.definitions["nested"]["properties"]:
                        arguments.pop(key, None)
        return made


def _lively(made: dict[str, Any]) -> dict[str, Any]:
    """Control forms that use all their lists, since what is not used is not checked."""
    if "if" in made:
        made.pop("else" if "layers" in made else "", None)
        made["if"] = "layers" in made
    if "layers" in made and "times" in made:
        made["times"] = 2
    if "layers" in made and "for" in made:
        made["for"] = {name: [1, 2] for name in made["for"] or "a"}
    return made


def changed(drawing: Drawing, value: Any) -> Any:
    """The value with a change at one place: a key, a type, a number, an item."""
    value = copy.deepcopy(value)
    places = [*_places(value)]
    holder, key = drawing.choice(places) if places else ([value], 0)
    how = drawing.choice(("replace", "replace", "step", "rename", "delete", "add"))
    old = holder[key]
    if how == "rename" and isinstance(holder, dict):
        holder[drawing.choice((f"{key}s", str(key).swapcase(), str(key)[1:]))] = holder.pop(key)
    elif how == "delete":
        del holder[key]
    elif how == "add" and isinstance(old, dict):
        old[drawing.choice(("word", "name", "from", "trainable"))] = drawing.choice(JUNK)
    elif how == "add" and isinstance(old, list) and old:
        old.append(copy.deepcopy(old[-1]))
    elif how == "step" and type(old) in (int, float):
        holder[key] = drawing.choice(
            (old + 1, old - 1, -old, old * 10 + 1, old + 0.5 if old % 1 == 0 else old)
        )
    else:
        holder[key] = copy.deepcopy(drawing.choice(JUNK))
    return value if places else holder[0] if holder else None


def _places(value: Any) -> Any:
    """Every place within a value: its holder, and its key or position there."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, one in entries:
        yield value, key
        yield from _places(one)


def hoisted(drawing: Drawing, value: Any, params: dict[str, Any]) -> Any:
    """The value with a scalar somewhere in it moved into `params`, a reference in its place.

    Names stay, and bare layers, which can be no params.
    """
    value = copy.deepcopy(value)
    places = [
        (holder, key)
        for holder, key in _places(value)
        if isinstance(holder, dict) and _is_setting(holder[key])
    ]
    if places:
        holder, key = drawing.choice(places)
        params[f"p{len(params)}"] = holder[key]
        holder[key] = f"$p{len(params) - 1}"
    return value


def _is_setting(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and value not in NAMES)
