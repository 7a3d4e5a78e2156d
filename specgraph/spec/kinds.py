"""What a value may be: one small object per kind of argument.

A kind checks plain data (what `Node.data()` gives), says in words what it takes, and writes its JSON
Schema; the validator, `specgraph layers`, the schema for editors and the tests' generators all read the
same object. Kinds stand in `Annotated`, so that a type checker sees the Python type:

    PositiveInt = Annotated[int, Int(minimum=1)]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]
Schema = dict[str, Any]

INTEGER_LIMIT = 1 << 53

#: A param (`$width`) or an expression (`${width * 2}`), as it stands wherever a value may.
PARAM_PATTERN = r"^\$([A-Za-z_][A-Za-z0-9_.]*|\{[^{}]*\})$"


class Bad(Exception):
    """A value that does not fit.

    `path` leads to the part at fault. `rule` is a code's slug. `name` and `candidates` are set when a
    name was not found, so that the caller can offer the nearest. `on_key` puts the fault on the key at
    the end of `path`, not on its value.
    """

    def __init__(
        self,
        message: str,
        path: Path = (),
        *,
        rule: str = "bad-param",
        name: str | None = None,
        candidates: Sequence[str] = (),
        on_key: bool = False,
        help: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.rule = rule
        self.name = name
        self.candidates = candidates
        self.on_key = on_key
        self.help = help

    def under(self, step: str | int) -> Bad:
        """The same fault, seen from one level up."""
        self.path = (step, *self.path)
        return self


def show(value: object) -> str:
    """A value as an author would write it, short enough for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 40 else f"'{value[:37]}…'"
    if isinstance(value, list | tuple):
        shown = ", ".join(show(item) for item in value[:6])
        return f"[{shown}{', …' if len(value) > 6 else ''}]"
    if isinstance(value, dict):
        return "a mapping"
    return str(value)


class NoLayer(Bad):
    """A name that is no layer which another may hold."""

    models = False
    """Whether a model of the file may stand there."""


class Kind:
    """What a value may be."""

    phrase: str = "a value"

    def check(self, value: Any) -> Any:
        """The value as the compiler uses it (lists become tuples); `Bad` if it does not fit."""
        raise NotImplementedError

    def schema(self) -> Schema:
        """A JSON Schema (draft-07) of the values, params not yet allowed for."""
        raise NotImplementedError

    def wrong(self, value: object) -> Bad:
        return Bad(f"must be {self.phrase}, not {show(value)}")


class Anything(Kind):
    """Any plain data."""

    phrase = "any value"

    def check(self, value: Any) -> Any:
        return value

    def schema(self) -> Schema:
        return {}


class Bool(Kind):
    phrase = "true or false"

    def check(self, value: Any) -> bool:
        if value is True or value is False:
            return value is True
        raise self.wrong(value)

    def schema(self) -> Schema:
        return {"type": "boolean"}


class Int(Kind):
    """An int within bounds; a bool or `8.0` is none."""

    def __init__(self, minimum: int | None = None, maximum: int | None = None) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.phrase = _int_phrase(minimum, maximum)

    def check(self, value: Any) -> int:
        if type(value) is not int:
            raise self.wrong(value)
        if abs(value) > INTEGER_LIMIT:
            raise Bad("is larger than 2^53, the largest integer that specs may hold", rule="limit")
        if (self.minimum is not None and value < self.minimum) or (
            self.maximum is not None and value > self.maximum
        ):
            raise self.wrong(value)
        return value

    def schema(self) -> Schema:
        made: Schema = {"type": "integer"}
        if self.minimum is not None:
            made["minimum"] = self.minimum
        if self.maximum is not None:
            made["maximum"] = self.maximum
        return made


def _int_phrase(minimum: int | None, maximum: int | None) -> str:
    if minimum is not None and maximum is not None:
        return f"an integer from {minimum} to {maximum}"
    if minimum == 1:
        return "a positive integer"
    if minimum is not None:
        return f"an integer of at least {minimum}"
    return f"an integer of at most {maximum}" if maximum is not None else "an integer"


class Number(Kind):
    """A finite int or float within bounds; `above` and `below` are exclusive. Read as a float."""

    def __init__(
        self,
        minimum: float | None = None,
        maximum: float | None = None,
        *,
        above: float | None = None,
        below: float | None = None,
    ) -> None:
        self.minimum, self.maximum = minimum, maximum
        self.above, self.below = above, below
        bounds = [
            (minimum, "at least {:g}"),
            (above, "more than {:g}"),
            (maximum, "at most {:g}"),
            (below, "less than {:g}"),
        ]
        said = [words.format(bound) for bound, words in bounds if bound is not None]
        self.phrase = f"a number, {' and '.join(said)}" if said else "a number"

    def check(self, value: Any) -> float:
        if type(value) not in (int, float):
            raise self.wrong(value)
        if not -1e308 <= value <= 1e308:
            raise Bad(f"must be a finite number, not {show(value)}")
        if (
            (self.minimum is not None and value < self.minimum)
            or (self.maximum is not None and value > self.maximum)
            or (self.above is not None and value <= self.above)
            or (self.below is not None and value >= self.below)
        ):
            raise self.wrong(value)
        return float(value)

    def schema(self) -> Schema:
        made: Schema = {"type": "number"}
        for key, bound in (
            ("minimum", self.minimum),
            ("maximum", self.maximum),
            ("exclusiveMinimum", self.above),
            ("exclusiveMaximum", self.below),
        ):
            if bound is not None:
                made[key] = bound
        return made


class Str(Kind):
    phrase = "a string"

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong(value)
        return value

    def schema(self) -> Schema:
        return {"type": "string"}


class Choice(Kind):
    """One of a few values, mostly words."""

    def __init__(self, *values: str | int | bool | None) -> None:
        self.values = values
        self.phrase = "one of " + ", ".join(show(value).strip("'") for value in values)

    def check(self, value: Any) -> Any:
        for one in self.values:
            if type(one) is type(value) and one == value:
                return one
        if isinstance(value, str):
            words = tuple(one for one in self.values if isinstance(one, str))
            raise Bad(f"must be {self.phrase}, not {show(value)}", name=value, candidates=words)
        raise self.wrong(value)

    def schema(self) -> Schema:
        return {"enum": list(self.values)}


class NameIn(Kind):
    """A name from a list of ours that is too long to print in a message.

    `refused` are names that exist, but cannot be used, each with the reason.
    """

    def __init__(
        self, what: str, names: Callable[[], Sequence[str]], refused: Mapping[str, str] | None = None
    ) -> None:
        self.what = what
        self.names = names
        self.refused = refused or {}
        self.phrase = f"the name of {what}"

    def check(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong(value)
        if value in self.refused:
            raise Bad(f"cannot be {show(value)}: {self.refused[value]}")
        if value not in self.names():
            raise Bad(
                f"{show(value)} is not {self.what}",
                rule="unknown-layer-or-key",
                name=value,
                candidates=self.names(),
            )
        return value

    def schema(self) -> Schema:
        return {"enum": list(self.names())}


class Optional(Kind):
    """Another kind, or null."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.phrase = f"{kind.phrase}, or null"

    def check(self, value: Any) -> Any:
        return None if value is None else self.kind.check(value)

    def schema(self) -> Schema:
        inner = self.kind.schema()
        if set(inner) == {"enum"}:
            return {"enum": [*inner["enum"], None]}
        if isinstance(inner.get("type"), str):
            return {**inner, "type": [inner["type"], "null"]}
        return {"anyOf": [inner, {"type": "null"}]}


class ListOf(Kind):
    """A list whose items are all of one kind; read as a tuple."""

    def __init__(self, item: Kind, *, least: int = 0, most: int | None = None) -> None:
        self.item = item
        self.least = least
        self.most = most
        if least == most:
            self.phrase = f"a list of {least} items, each {item.phrase}"
        elif least:
            self.phrase = f"a list of at least {least}, each {item.phrase}"
        else:
            self.phrase = f"a list, each item {item.phrase}"

    def check(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise self.wrong(value)
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            raise self.wrong(value)
        checked = []
        for i, item in enumerate(value):
            try:
                checked.append(self.item.check(item))
            except Bad as bad:
                raise bad.under(i) from None
        return tuple(checked)

    def schema(self) -> Schema:
        made: Schema = {"type": "array", "items": self.item.schema()}
        if self.least:
            made["minItems"] = self.least
        if self.most is not None:
            made["maxItems"] = self.most
        return made


class Either(Kind):
    """One of several kinds that plain data tells apart: a scalar, a list, a mapping."""

    def __init__(self, *kinds: Kind, phrase: str | None = None) -> None:
        self.kinds = kinds
        self.phrase = phrase or ", or ".join(kind.phrase for kind in kinds)

    def check(self, value: Any) -> Any:
        inner: Bad | None = None
        for kind in self.kinds:
            try:
                return kind.check(value)
            except Bad as bad:
                if bad.path or bad.candidates or bad.rule != "bad-param":
                    inner = bad  # the kind that got furthest knows best what is wrong
        raise inner or self.wrong(value)

    def schema(self) -> Schema:
        return {"anyOf": [kind.schema() for kind in self.kinds]}


class MapOf(Kind):
    """A mapping from names to values of one kind."""

    def __init__(self, item: Kind) -> None:
        self.item = item
        self.phrase = f"a mapping of names, each to {item.phrase}"

    def check(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(value)
        checked = {}
        for key, item in value.items():
            try:
                checked[key] = self.item.check(item)
            except Bad as bad:
                raise bad.under(key) from None
        return checked

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": self.item.schema()}


class PerAxis(Kind):
    """An int for all spatial axes, or a list with one for each.

    How many axes there are is the layer's rank less two; `for_rank` gives the kind that checks it.
    """

    def __init__(self, minimum: int = 1, axes: int | None = None) -> None:
        self.item = Int(minimum)
        self.axes = axes
        noun = "positive integers" if minimum == 1 else f"integers of at least {minimum}"
        count = axes if axes is not None else "several"
        self.phrase = f"{self.item.phrase}, or a list of {count} {noun}"
        if axes == 1:
            self.phrase = f"{self.item.phrase}, or a list of one"

    def for_rank(self, rank: int) -> PerAxis:
        return PerAxis(self.item.minimum or 0, rank - 2)

    def check(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            if type(value) is not int:
                raise self.wrong(value)
            return self.item.check(value)
        return ListOf(self.item, least=self.axes or 1, most=self.axes).check(value)

    def schema(self) -> Schema:
        items = ListOf(self.item, least=self.axes or 1, most=self.axes)
        return {"anyOf": [self.item.schema(), items.schema()]}
