"""Arithmetic over params: `${width * 2}`.

An expression is parsed to nested tuples and computed here; nothing of Python's `eval` is near. Operators
are `+ - * / // %`, unary minus and parentheses; functions are `min`, `max`, `round`, `ceil`, `floor`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from specgraph.limits import Limits

_TOKEN = re.compile(r"\s*(?:(\d+\.\d*(?:[eE][-+]?\d+)?|\d+)|([A-Za-z_]\w*)|(//|[-+*/%(),]))", re.ASCII)
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min, "max": max, "round": round, "ceil": math.ceil, "floor": math.floor,
}  # fmt: skip


class ExpressionError(Exception):
    """What is wrong with an expression; `name` is set when a param is not defined."""

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


class _Parser:
    """Precedence climbing over the tokens; computes as it goes, which keeps the tree implicit."""

    def __init__(self, text: str, params: Mapping[str, Any], limits: Limits) -> None:
        self.tokens = _tokens(text)
        self.next = 0
        self.params = params
        self.limits = limits
        self.used: list[str] = []

    def peek(self) -> str:
        return self.tokens[self.next] if self.next < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise ExpressionError("the expression ends too early")
        self.next += 1
        return token

    def expect(self, token: str) -> None:
        found = self.take()
        if found != token:
            raise ExpressionError(f"expected `{token}`, found `{found}`")

    def binary(self, least: int, depth: int) -> int | float:
        if depth > self.limits.expression_depth:
            raise ExpressionError("the expression is nested too deeply")
        left = self.unary(depth)
        while _PRECEDENCE.get(self.peek(), 0) >= least:
            operator = self.take()
            right = self.binary(_PRECEDENCE[operator] + 1, depth + 1)
            left = self.bounded(_compute(operator, left, right))
        return left

    def unary(self, depth: int) -> int | float:
        if self.peek() == "-":
            self.take()
            if depth > self.limits.expression_depth:
                raise ExpressionError("the expression is nested too deeply")
            return -self.unary(depth + 1)
        return self.atom(depth)

    def atom(self, depth: int) -> int | float:
        token = self.take()
        if token == "(":
            value = self.binary(1, depth + 1)
            self.expect(")")
            return value
        if token[0].isdigit():
            return self.bounded(float(token) if "." in token else int(token[:400]))
        if self.peek() == "(" and token in _FUNCTIONS:
            return self.call(token, depth)
        if token[0].isalpha() or token[0] == "_":
            return self.param(token)
        raise ExpressionError(f"did not expect `{token}`")

    def call(self, name: str, depth: int) -> int | float:
        self.expect("(")
        arguments = [self.binary(1, depth + 1)]
        while self.peek() == ",":
            self.take()
            arguments.append(self.binary(1, depth + 1))
        self.expect(")")
        if len(arguments) == 1 and name in ("min", "max"):
            return arguments[0]
        if len(arguments) > 1 and name not in ("min", "max"):
            raise ExpressionError(f"`{name}` takes one number")
        return self.bounded(_FUNCTIONS[name](*arguments))

    def param(self, name: str) -> int | float:
        if name not in self.params:
            raise ExpressionError(f"there is no param `{name}`", name)
        self.used.append(name)
        value = self.params[name]
        if type(value) not in (int, float):
            raise ExpressionError(f"`{name}` is no number, so nothing can be computed with it")
        return value  # type: ignore[no-any-return]  # just checked

    def bounded(self, value: int | float) -> int | float:
        if isinstance(value, float) and not math.isfinite(value):
            raise ExpressionError("the result is not a finite number")
        if abs(value) > self.limits.integer:
            raise ExpressionError("the result is larger than 2^53")
        return value


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(f"`{text[place:].strip()[:1]}` has no meaning in an expression")
        tokens.append(match[0].strip())
        place = match.end()
    return tokens


def _compute(operator: str, a: int | float, b: int | float) -> int | float:
    if operator in ("/", "//", "%") and b == 0:
        raise ExpressionError("division by zero")
    if operator == "+":
        return a + b
    if operator == "-":
        return a - b
    if operator == "*":
        return a * b
    if operator == "/":
        return a / b
    return a // b if operator == "//" else a % b


def evaluate(text: str, params: Mapping[str, Any], limits: Limits) -> tuple[int | float, list[str]]:
    """The value of an expression and the params it used; `ExpressionError` if it has none."""
    if len(text) > limits.expression_length:
        raise ExpressionError(f"the expression is longer than {limits.expression_length} characters")
    parser = _Parser(text, params, limits)
    value = parser.binary(1, 0)
    if parser.peek():
        raise ExpressionError(f"did not expect `{parser.peek()}`")
    return value, parser.used
