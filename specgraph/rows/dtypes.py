"""Which dtype comes out where several go in: Keras's lattice of promotions, without Keras.

Python's own scalars are weak, `int` and `float`: they give way to any dtype of their kind, so that
`float16 + 2.0` stays `float16`. Keras casts some 64-bit results down; `_NARROWED` says which, as it does on
TensorFlow.
"""

from __future__ import annotations

from functools import lru_cache

WEAK = ("int", "float")
"""The dtypes of Python's scalars."""

FLOATX = "float32"
"""Keras's default float, `keras.config.floatx()`."""

_NEXT = {
    "bool": ("int",),
    "int": ("uint8", "int8", "complex64"),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex64": ("complex128",),
    "complex128": (),
}
"""Each dtype with those right above it."""

_NARROWED = {"uint64": "uint32", "complex128": "complex64"}

_STRONG = {"int": "int64", "float": FLOATX}

DTYPES = (*(name for name in _NEXT if name not in WEAK), "float8_e4m3fn", "float8_e5m2", "string")
"""Every dtype that Keras has."""


class NoCommonDtype(ValueError):
    """Dtypes that no rule joins."""


def _upper_bounds() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name in reversed(_in_order()):
        found[name] = frozenset((name,)).union(*(found[one] for one in _NEXT[name]))
    return found


def _in_order() -> list[str]:
    """The dtypes with each before all above it."""
    order: list[str] = []
    for name in _NEXT:
        _visit(name, order)
    return order[::-1]


def _visit(name: str, order: list[str]) -> None:
    if name not in order:
        for one in _NEXT[name]:
            _visit(one, order)
        order.append(name)


_ABOVE = _upper_bounds()


def strong(dtype: str) -> str:
    """The dtype that a Python scalar has where nothing else decides; any other as it is."""
    return _STRONG.get(dtype, dtype)


@lru_cache(maxsize=1024)
def result_type(*dtypes: str) -> str:
    """The least dtype that holds all of these; `NoCommonDtype` if there is none.

    >>> result_type("int32", "float"), result_type("bfloat16", "float16"), result_type("int", "float")
    ('float32', 'float32', 'float32')
    """
    if any(one.startswith("float8") for one in dtypes):
        raise NoCommonDtype("float8 is never cast by itself")
    weak = all(one in WEAK for one in dtypes)
    names = {strong(one) for one in dtypes}
    if len(names) == 1:
        [found] = names
    else:
        found = _least_above(names if weak else set(dtypes))
    if weak or found in WEAK:
        found = "int32" if "int" in found else FLOATX
    return _NARROWED.get(found, found)


def _least_above(names: set[str]) -> str:
    if not names <= _ABOVE.keys():
        raise NoCommonDtype(f"nothing holds {' and '.join(sorted(names))}")
    common = frozenset.intersection(*(_ABOVE[one] for one in names))
    least = (common & names) or {one for one in common if common <= _ABOVE[one]}
    if len(least) != 1:
        raise NoCommonDtype(f"nothing holds {' and '.join(sorted(names))}")
    return next(iter(least))


def is_int(dtype: str) -> bool:
    """Whether it is one of the integer dtypes, signed or not."""
    return "int" in dtype


def is_complex(dtype: str) -> bool:
    return "complex" in dtype
