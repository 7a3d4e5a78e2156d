"""Records: frozen values whose fields are checked by their kinds.

A class body costs 20 µs at import, where a pydantic model costs 170 (deferred) to 750; kinds are worked
out when a record is first used, so a spec pays for its own layers only. ARCHITECTURE.md has the figures.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from .kinds import Anything, Bad, Bool, Choice, Int, Kind, ListOf, Number, Optional, Str

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "REQUIRED"})()

_BASIC: dict[Any, Kind] = {bool: Bool(), int: Int(), float: Number(), str: Str(), Any: Anything()}


class Field:
    """One argument: its name, what it takes, and its default (`REQUIRED` if it has none).

    `doc` says what it is for, where the name alone does not.
    """

    __slots__ = ("default", "doc", "kind", "name")

    def __init__(self, name: str, kind: Kind, default: Any = REQUIRED, doc: str = "") -> None:
        self.name = name
        self.kind = kind
        self.default = default
        self.doc = doc

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


def by_name(*fields: Field) -> dict[str, Field]:
    """Fields that stand in no record, such as the keys of a section of a spec."""
    return {field.name: field for field in fields}


def required(fields: Mapping[str, Field]) -> list[str]:
    """The names of the fields that have no default."""
    return [name for name, field in fields.items() if field.required]


def doc_of(annotation: Any) -> str:
    """The string among an annotation's extras: `Annotated[int, "the least size"]`."""
    extras = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
    return next((extra for extra in reversed(extras) if isinstance(extra, str)), "")


def kind_of(annotation: Any) -> Kind:
    """The kind that a field's annotation stands for; TypeError if there is none."""
    origin = get_origin(annotation)
    if origin is Annotated:
        for extra in annotation.__metadata__:
            if isinstance(extra, Kind):
                return extra
        return kind_of(annotation.__origin__)
    if origin is Literal:
        return Choice(*get_args(annotation))
    if origin in (Union, types.UnionType):
        others = [one for one in get_args(annotation) if one is not type(None)]
        if len(others) == 1:
            return Optional(kind_of(others[0]))
    if origin is tuple and get_args(annotation)[1:] == (...,):
        return ListOf(kind_of(get_args(annotation)[0]))
    if annotation in _BASIC:
        return _BASIC[annotation]
    raise TypeError(f"no kind for {annotation!r}")


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """A frozen value with named, checked fields; equal if type and values are.

    The class body is annotations and defaults. Calling the class checks every value and raises
    ValueError (wrong value) or TypeError (wrong names).
    """

    _fields: ClassVar[dict[str, Field]]
    _defaults: ClassVar[dict[str, Any]]
    given: ClassVar[frozenset[str]]  # set per instance: the names that were not left to their default

    def __init__(self, **values: Any) -> None:
        for name in values:
            if name not in type(self).fields():
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
        checked = {}
        for field in type(self).fields().values():
            if field.name in values:
                try:
                    checked[field.name] = field.kind.check(values[field.name])
                except Bad as bad:
                    raise ValueError(f"{field.name}: {bad.message}") from None
            elif field.required:
                raise TypeError(f"{type(self).__name__} needs {field.name!r}")
        self._fill(checked)

    def _fill(self, values: dict[str, Any]) -> None:
        own = self.__dict__
        own["given"] = frozenset(values)
        own.update(type(self).defaults())
        own.update(values)

    @classmethod
    def checked(cls, values: dict[str, Any]) -> Self:
        """A record of values that their kinds have already passed."""
        made = cls.__new__(cls)
        made._fill(values)
        return made

    def agree(self) -> None:
        """For fields that exclude each other: `Bad`, which names one, if they do.

        Of what a catalogue holds; what a layer's arguments must agree with, its row says.
        """

    @classmethod
    def fields(cls) -> dict[str, Field]:
        """The fields by name, in the order of the class body."""
        cached: dict[str, Field] | None = cls.__dict__.get("_fields")
        if cached is None:
            cached = {}
            for name, annotation in get_type_hints(cls, include_extras=True).items():
                if get_origin(annotation) is ClassVar or name.startswith("_"):
                    continue
                default = getattr(cls, name, REQUIRED)
                cached[name] = Field(name, kind_of(annotation), default, doc_of(annotation))
            cls._fields = cached
        return cached

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """What each field is where it is not given."""
        cached: dict[str, Any] | None = cls.__dict__.get("_defaults")
        if cached is None:
            cls._defaults = cached = {name: field.default for name, field in cls.fields().items()}
        return cached

    def as_dict(self) -> dict[str, Any]:
        """Every field's value by name."""
        return {name: getattr(self, name) for name in type(self).fields()}

    def given_values(self) -> Iterable[tuple[str, Any]]:
        """The fields that were given, in the order of the class body."""
        return [(name, getattr(self, name)) for name in type(self).fields() if name in self.given]

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Record) and other.as_dict() == self.as_dict()

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.as_dict().items())))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.given_values())
        return f"{type(self).__name__}({said})"
