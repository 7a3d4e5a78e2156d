"""`dims:` read: facts about the named dims of inputs.

dims: {H: {min: 32, multiple_of: 8}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from specgraph.diagnostics.report import Report
from specgraph.ir.dim import Dim, named
from specgraph.source.nodes import MapNode, Node, Scalar
from specgraph.source.text import Span
from specgraph.spec.kinds import Int, Optional
from specgraph.spec.record import Record

from .items import check_arguments


class DimArgs(Record):
    """What may be said of a named dim: bounds, both included, and a divisor."""

    min: Annotated[int, Int(minimum=1), "The least size."] = 1
    max: Annotated[int | None, Optional(Int(minimum=1)), "The greatest size."] = None
    multiple_of: Annotated[int, Int(minimum=1), "A number that divides every size."] = 1
    doc: Annotated[str, "What the axis stands for."] = ""


class Dims:
    """The facts of a spec, by the dim's name; `get` gives the dim and counts it as used."""

    def __init__(self, facts: dict[str, DimArgs], keys: dict[str, Scalar]) -> None:
        self.facts = facts
        self.keys = keys
        self.used: set[str] = set()
        self.nulls = 0

    def has_room(self, name: str | None, most: int) -> bool:
        """Whether the inputs may have this name, or one null more."""
        self.nulls += name is None
        return name in self.used or len(self.used) + self.nulls <= most - (name is not None)

    def get(self, name: str, origin: Span) -> Dim:
        """The dim of this name, with what is known of it."""
        self.used.add(name)
        known = self.facts.get(name)
        if known is None:
            return named(name, origin=origin)
        return named(name, minimum=known.min, maximum=known.max, multiple_of=known.multiple_of, origin=origin)

    def unused(self) -> Iterator[Scalar]:
        """The keys of dims that no input has."""
        return (key for name, key in self.keys.items() if name not in self.used)


def read_dims(section: Node | None, report: Report) -> Dims:
    """The facts, those at fault reported and left out."""
    facts: dict[str, DimArgs] = {}
    keys: dict[str, Scalar] = {}
    if section is not None and not isinstance(section, MapNode):
        help = "`dims: {H: {min: 32, multiple_of: 8}}`"
        report.say("malformed-item", "`dims` maps names of sizes to facts", section.span, help=help)
    elif section is not None:
        for key, value in section:
            keys[str(key.value)] = key
            made = _facts(key, value, report)
            if made is not None:
                facts[str(key.value)] = made
    return Dims(facts, keys)


def _facts(key: Scalar, value: Node, report: Report) -> DimArgs | None:
    if not isinstance(value, MapNode):
        message = f"dim `{key.value}` is a mapping of facts"
        report.say("malformed-item", message, value.span, help=f"`{key.value}: {{multiple_of: 8}}`")
        return None
    checked = check_arguments(DimArgs.fields(), value, f"dim `{key.value}`", key.span, report)
    if checked is None:
        return None
    made = DimArgs.checked(checked)
    if made.max is not None and made.max // made.multiple_of * made.multiple_of < made.min:
        report.say("bad-shape-value", f"no size of `{key.value}` agrees with all these facts", value.span)
        return None
    return made
