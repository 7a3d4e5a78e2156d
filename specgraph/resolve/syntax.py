"""Expressions over params, parsed to a small tree: `width * 2 if wide else filters[0]`.

From loosest to tightest: `if … else`, `or`, `and`, `not`, comparisons and `in`, `+ -`, `* / // %`, unary `-`,
`**`, and `name`, `f(x)`, `x[i]`, `x[i:j]`, `(…)`, `[…]`, numbers, strings, `true`, `false` and `null`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from specgraph.limits import Limits

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d[\d_]*)(?:\.\d[\d_]*)?(?:[eE][-+]?\d+)?)(?![A-Za-z_])
    | (?P<name>[A-Za-z_]\w*(?:\.\w+)*)
    | (?P<string>'[^'\\]*'|"[^"\\]*")
    | (?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%<>(),:\[\]])
    )""",
    re.ASCII | re.VERBOSE,
)
_WORDS = frozenset(("if", "else", "or", "and", "not", "in"))
_CONSTANTS = {"true": True, "false": False, "null": None}
_BINARY = {
    "or": 1, "and": 2,
    "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "**": 8,
}  # fmt: skip
_NOT, _COMPARISON, _MINUS, _POWER = 3, 4, 7, 8


class ExpressionError(Exception):
    """What is wrong with an expression, and at which of its characters.

    `name` is set when something is not defined.
    """

    def __init__(self, message: str, offset: int = 0, name: str | None = None) -> None:
        super().__init__(message)
        self.offset = offset
        self.name = name


class Tree(NamedTuple):
    """`kind` is an operator, or `constant`, `name`, `call`, `index`, `slice`, `list`, `minus` or `if`."""

    kind: str
    offset: int
    parts: tuple[Tree, ...] = ()
    value: object = None
    """Of a constant; or the name that is looked up or called."""


_OPEN = Tree("constant", 0)


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int


@lru_cache(maxsize=256)
def parse(text: str, limits: Limits) -> Tree:
    """The tree of an expression; `ExpressionError` if it is none, or passes a limit."""
    if len(text) > limits.expression_length:
        raise ExpressionError(f"the expression is longer than {limits.expression_length} characters")
    parser = _Parser(_tokens(text), limits)
    tree = parser.choice(0)
    parser.end()
    return tree


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], 0
    end = len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise ExpressionError(f"`{text[at : at + 1]}` has no meaning in an expression", at)
        kind, found = match.lastgroup, match[match.lastgroup]
        if kind == "name" and found in _WORDS:
            kind = "sign"
        tokens.append(_Token(kind, found, match.start(match.lastgroup)))
        place = match.end()
    return [*tokens, _Token("end", "", end)]


class _Parser:
    """Precedence climbing over the tokens."""

    def __init__(self, tokens: list[_Token], limits: Limits) -> None:
        self.tokens = tokens
        self.next = 0
        self.limits = limits

    @property
    def ahead(self) -> _Token:
        return self.tokens[self.next]

    def sees(self, sign: str) -> bool:
        return self.ahead.kind == "sign" and self.ahead.text == sign

    def take(self) -> _Token:
        token = self.ahead
        if token.kind == "end":
            raise ExpressionError("the expression ends too early", token.offset)
        self.next += 1
        return token

    def expect(self, sign: str) -> None:
        token = self.take()
        if token.kind != "sign" or token.text != sign:
            raise ExpressionError(f"expected `{sign}`, found `{token.text}`", token.offset)

    def end(self) -> None:
        if self.ahead.kind != "end":
            raise ExpressionError(f"did not expect `{self.ahead.text}`", self.ahead.offset)

    def choice(self, depth: int) -> Tree:
        """`a if c else b`, or what binds tighter."""
        if depth > self.limits.expression_depth:
            raise ExpressionError("the expression is nested too deeply", self.ahead.offset)
        value = self.binary(1, depth)
        if not self.sees("if"):
            return value
        offset = self.take().offset
        condition = self.binary(1, depth + 1)
        self.expect("else")
        return Tree("if", offset, (condition, value, self.choice(depth + 1)))

    def binary(self, least: int, depth: int) -> Tree:
        if depth > self.limits.expression_depth:
            raise ExpressionError("the expression is nested too deeply", self.ahead.offset)
        left = self.unary(least, depth)
        while self.ahead.kind == "sign" and _BINARY.get(self.ahead.text, 0) >= least:
            sign = self.take()
            rank = _BINARY[sign.text]
            right = self.binary(rank if rank == _POWER else rank + 1, depth + 1)
            left = Tree(sign.text, sign.offset, (left, right))
            if rank == _COMPARISON and _BINARY.get(self.ahead.text) == _COMPARISON:
                raise ExpressionError("comparisons are not chained: join two with `and`", self.ahead.offset)
        return left

    def unary(self, least: int, depth: int) -> Tree:
        for sign, kind, rank in (("not", "not", _NOT), ("-", "minus", _MINUS)):
            if self.sees(sign):
                token = self.take()
                if sign == "not" and least > _NOT:
                    raise ExpressionError("put `not …` in parentheses here", token.offset)
                return Tree(kind, token.offset, (self.binary(rank, depth + 1),))
        return self.postfix(self.atom(depth), depth)

    def postfix(self, value: Tree, depth: int) -> Tree:
        while self.sees("["):
            offset = self.take().offset
            start = self._bound(depth)
            if self.sees(":"):
                self.take()
                value = Tree("slice", offset, (value, start, self._bound(depth)))
            elif start is _OPEN:
                raise ExpressionError("expected an index", self.ahead.offset)
            else:
                value = Tree("index", offset, (value, start))
            self.expect("]")
        return value

    def _bound(self, depth: int) -> Tree:
        """One end of a slice, or an index."""
        return _OPEN if self.sees(":") or self.sees("]") else self.choice(depth + 1)

    def atom(self, depth: int) -> Tree:
        token = self.take()
        if token.kind == "number":
            return Tree("constant", token.offset, value=_number(token))
        if token.kind == "string":
            return Tree("constant", token.offset, value=token.text[1:-1])
        if token.kind == "name":
            if token.text in _CONSTANTS:
                return Tree("constant", token.offset, value=_CONSTANTS[token.text])
            if self.sees("("):
                self.take()
                return Tree("call", token.offset, self.items(")", depth), token.text)
            return Tree("name", token.offset, value=token.text)
        if token.text == "(":
            inner = self.choice(depth + 1)
            self.expect(")")
            return inner
        if token.text == "[":
            return Tree("list", token.offset, self.items("]", depth))
        raise ExpressionError(f"did not expect `{token.text}`", token.offset)

    def items(self, closer: str, depth: int) -> tuple[Tree, ...]:
        """What stands between brackets, with commas between."""
        found: list[Tree] = []
        while not self.sees(closer):
            if found:
                self.expect(",")
                if self.sees(closer):
                    break
            found.append(self.choice(depth + 1))
        self.expect(closer)
        return tuple(found)


def _number(token: _Token) -> int | float:
    text = token.text.replace("_", "")
    if text.isdigit():
        if len(text) > 400:
            raise ExpressionError("the number is larger than 2^53", token.offset)
        return int(text)
    return float(text)
