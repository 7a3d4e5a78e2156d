"""The value of an expression over params; nothing of Python's `eval` is near.

Values are ints, floats, bools, strings, null and lists of them. Functions are `min`, `max`, `sum`, `abs`,
`round`, `ceil`, `floor`, `int`, `float`, `len` and `divisible(x, by)`, the nearest multiple that is not
below 0.9 of x (MobileNetV2's rule for channels).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from specgraph.limits import Limits

from .syntax import ExpressionError, Tree, parse

__all__ = ("ExpressionError", "evaluate")

MAX_ITEMS = 1_000
"""Of a list, or characters of a string, that an expression makes."""
MAX_EXPONENT = 64


def evaluate(text: str, names: Mapping[str, Any], limits: Limits) -> tuple[Any, list[str]]:
    """The value of an expression and the names it used; `ExpressionError` if it has none."""
    evaluation = Evaluation(names, limits)
    return evaluation.value(parse(text, limits)), evaluation.used


class Evaluation:
    """Computes trees over some names; `used` lists those that were looked up."""

    def __init__(self, names: Mapping[str, Any], limits: Limits) -> None:
        self.names = names
        self.limits = limits
        self.used: list[str] = []

    def value(self, tree: Tree) -> Any:
        """The value of a tree."""
        # A long sum leans to the left, as deep as it is long, so that side is walked in a loop.
        spine = []
        while tree.kind in _LEANING:
            spine.append(tree)
            tree = tree.parts[0]
        try:
            found = self._bounded(self._compute(tree), tree)
            for tree in reversed(spine):
                found = self._bounded(self._join(tree, found), tree)
        except (TypeError, ValueError, OverflowError) as error:
            raise ExpressionError(str(error) or "this cannot be computed", tree.offset) from None
        return found

    def _join(self, tree: Tree, left: Any) -> Any:
        """An operator's value, its left side known."""
        kind, first, right = tree.kind, tree.parts[0], tree.parts[1]
        if kind in ("and", "or"):
            return self._truth(right) if _truth(left, first) == (kind == "and") else left
        if kind == "index":
            return _item(left, self.value(right), tree.offset)
        if kind == "slice":
            return _part(left, self.value(right), self.value(tree.parts[2]), tree.offset)
        return self.binary(kind, left, self.value(right), tree.offset)

    def _compute(self, tree: Tree) -> Any:
        kind, parts = tree.kind, tree.parts
        if kind == "constant":
            return tree.value
        if kind == "name":
            return self._name(str(tree.value), tree.offset)
        if kind == "if":
            return self.value(parts[1] if self._truth(parts[0]) else parts[2])
        if kind == "not":
            return not self._truth(parts[0])
        values = [self.value(part) for part in parts]
        if kind == "list":
            return values
        if kind == "call":
            return self._call(str(tree.value), values, tree.offset)
        return -_number(values[0], tree.offset)

    def binary(self, sign: str, a: Any, b: Any, offset: int) -> Any:
        """The value of an operator between two values."""
        return _binary(sign, a, b, offset)

    def _name(self, name: str, offset: int) -> Any:
        if name not in self.names:
            raise ExpressionError(f"there is no param `{name}`", offset, name)
        self.used.append(name)
        return self.names[name]

    def _truth(self, tree: Tree) -> bool:
        return _truth(self.value(tree), tree)

    def _call(self, name: str, values: list[Any], offset: int) -> Any:
        function = FUNCTIONS.get(name)
        if function is None:
            known = ", ".join(sorted(FUNCTIONS))
            raise ExpressionError(f"there is no function `{name}`; there are {known}", offset)
        least, most, run = function
        if len(values) < least or (most is not None and len(values) > most):
            need = f"{least} value{'s' if least > 1 else ''}"
            raise ExpressionError(f"`{name}` takes {need}, it is given {len(values)}", offset)
        return run(offset, *values)

    def _bounded(self, value: Any, tree: Tree) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            raise ExpressionError("the result is not a finite number", tree.offset)
        if isinstance(value, int | float) and abs(value) > self.limits.integer:
            raise ExpressionError("the result is larger than 2^53", tree.offset)
        if isinstance(value, list | str) and tree.kind != "name" and len(value) > MAX_ITEMS:
            raise ExpressionError(f"the result is longer than {MAX_ITEMS:,}", tree.offset)
        return value


def _truth(value: Any, tree: Tree) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(f"expected true or false, not {_shown(value)}", tree.offset)
    return value


def _shown(value: Any) -> str:
    from specgraph.spec.kinds import show

    return show(value)


def _number(value: Any, offset: int) -> Any:
    if isinstance(value, bool | str | list) or value is None:
        raise ExpressionError(f"{_shown(value)} is no number", offset)
    return value


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": operator.truediv, "//": operator.floordiv, "%": operator.mod,
}  # fmt: skip
_LEANING = frozenset(
    (*_ARITHMETIC, "**", "==", "!=", "<", "<=", ">", ">=", "in", "and", "or", "index", "slice")
)
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _binary(sign: str, a: Any, b: Any, offset: int) -> Any:
    if sign in ("==", "!="):
        return _same(a, b) == (sign == "==")
    if sign == "in":
        if not isinstance(b, list):
            raise ExpressionError(f"`in` looks into a list, not into {_shown(b)}", offset)
        return any(_same(a, one) for one in b)
    if sign == "+" and type(a) is type(b) and isinstance(a, str | list):
        return a + b
    if sign in _ORDER and isinstance(a, str) and isinstance(b, str):
        return _ORDER[sign](a, b)
    a, b = _number(a, offset), _number(b, offset)
    if sign in _ORDER:
        return _ORDER[sign](a, b)
    if sign == "**":
        return _power(a, b, offset)
    if sign in ("/", "//", "%") and not isinstance(a, str) and b == 0:
        raise ExpressionError("division by zero", offset)
    return _ARITHMETIC[sign](a, b)


def _same(a: Any, b: Any) -> bool:
    """Equal, where true is not 1."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


def _power(a: Any, b: Any, offset: int) -> Any:
    if abs(b) > MAX_EXPONENT:
        raise ExpressionError(f"an exponent is at most {MAX_EXPONENT}", offset)
    if a == 0 and b < 0:
        raise ExpressionError("division by zero", offset)
    if a < 0 and b != int(b):
        raise ExpressionError("a negative number has no such power", offset)
    return a**b


def _item(value: Any, index: Any, offset: int) -> Any:
    if not isinstance(value, list):
        raise ExpressionError(f"only a list has items, {_shown(value)} has none", offset)
    if type(index) is not int:
        raise ExpressionError(f"an item is chosen by an integer, not by {_shown(index)}", offset)
    if not -len(value) <= index < len(value):
        raise ExpressionError(f"there is no item {index} in a list of {len(value)}", offset)
    return value[index]


def _part(value: Any, start: Any, stop: Any, offset: int) -> Any:
    if not isinstance(value, list):
        raise ExpressionError(f"only a list has items, {_shown(value)} has none", offset)
    for end in (start, stop):
        if end is not None and type(end) is not int:
            raise ExpressionError(f"a slice is bounded by integers, not by {_shown(end)}", offset)
    return value[start:stop]


def _numbers(offset: int, values: tuple[Any, ...]) -> list[Any]:
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return [_number(one, offset) for one in items]


def _extreme(pick: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def run(offset: int, *values: Any) -> Any:
        found = _numbers(offset, values)
        if not found:
            raise ExpressionError("an empty list has no least and no greatest number", offset)
        return pick(found)

    return run


def _of_number(function: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda offset, value: function(_number(value, offset))


def _length(offset: int, value: Any) -> int:
    if not isinstance(value, list | str):
        raise ExpressionError(f"{_shown(value)} has no length", offset)
    return len(value)


def _divisible(offset: int, value: Any, by: Any = 8) -> int:
    value, by = _number(value, offset), _number(by, offset)
    if type(by) is not int or by < 1:
        raise ExpressionError(f"`divisible` takes a positive integer, not {_shown(by)}", offset)
    nearest = max(by, int(value + by / 2) // by * by)
    return nearest if nearest >= 0.9 * value else nearest + by


FUNCTIONS: dict[str, tuple[int, int | None, Callable[..., Any]]] = {
    "min": (1, None, _extreme(min)),
    "max": (1, None, _extreme(max)),
    "sum": (1, None, lambda offset, *values: sum(_numbers(offset, values))),
    "abs": (1, 1, _of_number(abs)),
    "round": (1, 1, _of_number(round)),
    "ceil": (1, 1, _of_number(math.ceil)),
    "floor": (1, 1, _of_number(math.floor)),
    "int": (1, 1, _of_number(int)),
    "float": (1, 1, _of_number(float)),
    "len": (1, 1, _length),
    "divisible": (1, 2, _divisible),
}
"""Functions by name: the least and most arguments, and what they compute."""
