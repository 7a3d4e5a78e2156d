"""Tensors written into a spec: a number, true or false, or nested lists of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from specgraph.spec.kinds import Bad, Kind, Schema, show

MOST_AXES = 8
_INT32 = range(-(1 << 31), 1 << 31)


class Constant(NamedTuple):
    """`value` is a Python scalar, or nested tuples of them. A scalar's dtype is weak: `int` or `float`."""

    value: Any
    shape: tuple[int, ...]
    dtype: str

    @property
    def scalar(self) -> bool:
        return not self.shape

    @property
    def array_shape(self) -> tuple[int, ...]:
        """Its shape as an array, of one axis at least: Keras reads a saved array of none back as a number."""
        return self.shape or (1,)

    @property
    def array_dtype(self) -> str:
        """Its dtype as an array."""
        return {"int": "int32", "float": "float32"}.get(self.dtype, self.dtype)


class Tensor(Kind):
    """A tensor's values. Lists are int32, float32 or bool; a scalar takes the dtype of what it meets."""

    phrase = "a number, true or false, or nested lists of them"

    def check(self, value: Any) -> Constant:
        if isinstance(value, str):
            message = f"must be {self.phrase}, not {show(value)}"
            raise Bad(message, help="the output of a layer or an input goes under `from`")
        if not isinstance(value, list | tuple):
            return Constant(value, (), _scalar_dtype(value, self))
        shape, dtypes = _measure(value, self, MOST_AXES)
        if "bool" in dtypes and len(dtypes) > 1:
            raise Bad("mixes numbers with true and false")
        dtype = "bool" if "bool" in dtypes else "float32" if "float" in dtypes else "int32"
        return Constant(_frozen(value), shape, dtype)

    def schema(self) -> Schema:
        lists = [{"$ref": f"#/definitions/{one}s"} for one in ("number", "boolean")]
        return {"anyOf": [{"type": ["number", "boolean"]}, *lists]}


class Scalar(Kind):
    """A number, an integer staying one."""

    phrase = "a number"

    def check(self, value: Any) -> int | float:
        if type(value) not in (int, float) or value != value:
            raise self.wrong(value)
        return value  # type: ignore[no-any-return]

    def schema(self) -> Schema:
        return {"type": "number"}


def _scalar_dtype(value: Any, kind: Kind) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        if value != value:
            raise Bad("must be a number, not `.nan`")
        return "int" if isinstance(value, int) else "float"
    raise kind.wrong(value)


def _measure(value: Any, kind: Kind, axes: int) -> tuple[tuple[int, ...], set[str]]:
    """The shape and the dtypes of nested lists; `Bad` where they are not of one shape."""
    if not isinstance(value, list | tuple):
        dtype = _scalar_dtype(value, kind)
        if dtype == "int" and value not in _INT32:
            raise Bad(f"holds {value}, which does not fit in int32")
        return (), {dtype}
    if not axes:
        raise Bad(f"has more than {MOST_AXES} axes")
    if not value:
        raise Bad("is an empty list")
    shape: tuple[int, ...] | None = None
    dtypes: set[str] = set()
    for i, item in enumerate(value):
        try:
            inner, found = _measure(item, kind, axes - 1)
        except Bad as bad:
            raise bad.under(i) from None
        if shape is not None and inner != shape:
            raise Bad("is longer or shorter than the lists before it", (i,))
        shape = inner
        dtypes |= found
    return (len(value), *(shape or ())), dtypes


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value
