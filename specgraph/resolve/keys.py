"""The keys of blocks, and of the control forms, and what stands under them.

The readers take the names from here, and so does the JSON Schema for editors.
"""

from __future__ import annotations

import re
from typing import Any

from specgraph.limits import DEFAULT
from specgraph.spec.kinds import Anything, Bool, Either, Int, Kind, ListOf, MapOf, Schema, Str
from specgraph.spec.record import Field, by_name

from .names import NAME, PATH

PARAM_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class Name(Str):
    phrase = "a name: letters, digits, `_` and `-`"
    pattern = NAME

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or not self.pattern.fullmatch(value):
            raise self.wrong(value)
        return value

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{self.pattern.pattern}$", "maxLength": DEFAULT.name_length}


class PathName(Name):
    """A name of what blocks may have brought, which the flat form of a spec writes out."""

    phrase = "a name: letters, digits, `_` and `-`, or several with dots between"
    pattern = PATH


class ParamName(Name):
    phrase = "the name of a param: letters, digits and `_`"
    pattern = PARAM_NAME


class ByName(MapOf):
    """A mapping that gives names to values of one kind."""

    def __init__(self, item: Kind, least: int = 1, name: Name | None = None) -> None:
        super().__init__(item)
        self.least = least
        self.name = name or Name()

    def schema(self) -> Schema:
        made = {**super().schema(), "propertyNames": {"title": "name", **self.name.schema()}}
        return {**made, "minProperties": self.least} if self.least else made


class Defined(Anything):
    """What a reader of its own goes through node by node; its schema is the definition of this name."""

    def __init__(self, definition: str, phrase: str = "") -> None:
        self.definition = definition
        self.phrase = phrase

    def schema(self) -> Schema:
        return {"$ref": f"#/definitions/{self.definition}"}


REFERENCE = Either(Str(), ListOf(Defined("reference"), least=1), phrase="a layer's name, or a list of them")
"""`NAME`, or `NAME.1` for the second of several outputs; lists within lists, as params make them, are one."""
ITEMS = ListOf(Defined("item", "a layer"))
_NAME = Field("name", PathName(), None, "What other layers call it under `from`.")
_FROM = Field("from", REFERENCE, None, "What it reads: by default the layer above.")
_OUTPUTS = Either(Str(), ListOf(Str(), least=1), phrase=REFERENCE.phrase)

BLOCK = by_name(
    Field("doc", Str(), "", "What the block does."),
    Field("params", MapOf(Defined("definition", "its default, its type, or a mapping")), None, "Its params."),
    Field("inputs", ListOf(Name(), least=1), ["input"], "Names for what it reads."),
    Field("layers", ITEMS, doc="Its layers from top to bottom; each reads the one above it."),
    Field("outputs", _OUTPUTS, None, "What it gives: by default its last layer."),
    Field("shared", Bool(), False, "Whether all its uses have one set of weights."),
)
"""Of a block's definition."""

REPEAT = by_name(
    _NAME,
    _FROM,
    Field("times", Int(0), None, "How many rounds there are."),
    Field("for", MapOf(ListOf(Anything())), None, "Params that have other values in each round."),
    Field("index", ParamName(), "index", "The param that counts the rounds, from 0."),
    Field("layers", ITEMS, doc="What stands in each round."),
)
"""Of `repeat`, which has either `times` or `for`."""

WHEN = by_name(
    Field("if", Bool(), doc="Which of the two there is."),
    Field("layers", ITEMS, None, "What there is if it is true."),
    Field("else", ITEMS, None, "What there is if it is not."),
)
"""Of `when`."""

WAYS = by_name(_NAME, _FROM)
"""Of `branch`, besides its ways; a way may have these names too."""

REUSE = by_name(
    Field("layer", Str(), doc="The layer, or use of a block, whose weights it has."),
    _NAME,
)
"""Of `reuse`, besides `from` and what the layer takes in each call."""
