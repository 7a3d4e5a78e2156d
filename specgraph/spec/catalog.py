"""Things that Keras calls by name: initializers, losses, optimizers and their like.

A spec writes them as a bare name or in the one-key form, `{Adam: {learning_rate: 0.01}}`. Names are
looked up in these lists, never in a module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .kinds import Bad, Kind, Schema
from .record import Record, required


class Entry(NamedTuple):
    """One thing with a name: its Keras class, its arguments, and other names it goes by."""

    name: str
    args: type[Record]
    aliases: tuple[str, ...] = ()
    doc: str = ""


class Named(NamedTuple):
    """A use of an entry: its name as Keras knows the class, and its checked arguments.

    `alias` is the bare string the author wrote, if it was one (`adam`, `mse`).
    """

    name: str
    args: Record
    alias: str | None = None
    module: str = ""
    """The Keras module of the class, such as `losses`."""


class Catalog:
    """A list of entries, found by class name or alias."""

    def __init__(self, what: str, module: str, entries: Sequence[Entry]) -> None:
        self.what = what
        """With its article: "an initializer"."""
        self.module = module
        """The Keras module of the classes: "initializers"."""
        self.entries = tuple(entries)
        self.by_name = {name: one for one in entries for name in (one.name, *one.aliases)}

    def names(self) -> list[str]:
        return list(self.by_name)

    def bare_names(self) -> list[str]:
        """The names that may stand without arguments."""
        return [name for name, entry in self.by_name.items() if not required(entry.args.fields())]

    def schema(self) -> Schema:
        """A bare name or a call; what both are is defined once (`specgraph.codegen`)."""
        forms = ["name", "call"] if self.bare_names() else ["call"]
        return {"anyOf": [{"$ref": f"#/definitions/{self.module}.{form}"} for form in forms]}

    def find(self, name: str) -> Entry:
        """The entry of this name; `Bad` with the candidates if there is none."""
        entry = self.by_name.get(name)
        if entry is None:
            raise Bad(
                f"'{name}' is not {self.what}",
                rule="unknown-layer-or-key",
                name=name,
                candidates=self.names(),
            )
        return entry


def one_key(names: Mapping[str, str], aliases: Mapping[str, str], inner: Schema | None = None) -> Schema:
    """The schema of a mapping of one key, a thing's name, to its arguments: names to their definitions.

    Editors are not to offer the aliases. `inner` holds for the arguments of every thing.
    """
    properties = {name: {"$ref": f"#/definitions/{one}"} for name, one in names.items()} | {
        alias: {"allOf": [{"$ref": f"#/definitions/{one}"}], "doNotSuggest": True}
        for alias, one in aliases.items()
    }
    return {**mapping(properties, inner), "minProperties": 1, "maxProperties": 1}


def mapping(properties: Mapping[str, Schema], inner: Schema | None = None) -> Schema:
    """The schema of a mapping with these keys alone, as one of several alternatives.

    The `allOf` is there for editors: of several alternatives they show the faults of the one that matched
    most, and this one then matches every mapping, so that a wrong key is told at the key and not at the
    whole value.
    """
    return {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        "allOf": [{"properties": {}, "additionalProperties": inner or {}}],
    }


class OneOf(Kind):
    """A thing from a catalogue, by bare name or with arguments.

    The catalogue comes through a function, so that its module is imported only when a spec names
    such a thing.
    """

    def __init__(self, what: str, catalog: Callable[[], Catalog]) -> None:
        self.what = what
        self.catalog = catalog
        self.phrase = f"{what}, by name or with arguments"

    def check(self, value: Any) -> Named:
        if isinstance(value, str):
            entry = self.catalog().find(value)
            args = check_fields(entry.args, {}, entry.name)
            return Named(entry.name, args, value, self.catalog().module)
        if isinstance(value, dict) and len(value) == 1:
            [(name, arguments)] = value.items()
            try:
                entry = self.catalog().find(name)
            except Bad as bad:
                bad.on_key = True
                raise bad.under(name) from None
            try:
                args = check_fields(entry.args, arguments, entry.name)
                return Named(entry.name, args, module=self.catalog().module)
            except Bad as bad:
                raise bad.under(name) from None
        raise self.wrong(value)

    def schema(self) -> Schema:
        return self.catalog().schema()


def check_fields(record: type[Record], values: Any, what: str) -> Record:
    """A record from plain data, whose fields agree; the first fault as `Bad`."""
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise Bad(f"the arguments of {what} must be a mapping of names")
    fields = record.fields()
    checked = {}
    for key, value in values.items():
        if key not in fields:
            raise Bad(
                f"{what} has no argument '{key}'",
                (key,),
                rule="unknown-layer-or-key",
                name=key,
                candidates=list(fields),
                on_key=True,
            )
        try:
            checked[key] = fields[key].kind.check(value)
        except Bad as bad:
            raise bad.under(key) from None
    missing = [name for name, field in fields.items() if field.required and name not in values]
    if missing:
        listed = " and ".join(f"`{name}`" for name in missing)
        raise Bad(f"{what} needs {listed}", rule="missing-argument")
    made = record.checked(checked)
    made.agree()
    return made


class RecordOf(Kind):
    """A mapping with the fields of a record; its schema is the definition of this name."""

    def __init__(self, record: Callable[[], type[Record]], what: str, definition: str) -> None:
        self.record = record
        self.what = what
        self.definition = definition
        self.phrase = f"{what}, a mapping of settings"

    def check(self, value: Any) -> Record:
        if not isinstance(value, dict):
            raise self.wrong(value)
        return check_fields(self.record(), value, self.what)

    def schema(self) -> Schema:
        return {"$ref": f"#/definitions/{self.definition}"}
