"""What an unquoted word means: YAML 1.2's core schema, and how YAML 1.1 would have read it."""

from __future__ import annotations

import re

from specgraph.limits import Limits

from .errors import SourceError
from .nodes import Scalar
from .text import Source, Span

Atom = None | bool | int | float | str

_WORDS: dict[str, Atom] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

_NUMBER = re.compile(
    r"(?P<decimal>[-+]?[0-9]+)|(?P<prefixed>0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
)

_DIGITS = 20
"""Integer literals up to this many characters are always converted, then compared with the limit."""

_MOST_DIGITS = 4_000
"""Python itself refuses to convert much longer ones."""


def resolve(text: str, source: Source, start: int, limits: Limits) -> Atom:
    """The core schema's reading of the plain scalar `text`, which stands at `start`.

    SourceError `limit` for an integer that is too large, `syntax` for a float that is.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    kind = match.lastgroup
    if kind is None:
        return real(text, source, start)
    return integer(text, source, start, limits, base=10 if kind == "decimal" else 0)


def integer(text: str, source: Source, start: int, limits: Limits, base: int = 10) -> int:
    """The value of an integer literal; long ones are refused unread, as `int()` takes quadratic time."""
    if len(text) <= min(max(_DIGITS, limits.integer.bit_length() // 3 + 2), _MOST_DIGITS):
        value = int(text, base)
        if -limits.integer <= value <= limits.integer:
            return value
    raise SourceError(
        "limit",
        f"this integer exceeds the limit of {limits.integer:,}",
        Span(source, start, start + len(text)),
        help="quote it if it is meant as text; otherwise raise the limit `integer`",
    )


def real(text: str, source: Source, start: int) -> float:
    """The value of a float literal; SourceError when no float is that large."""
    value = float(text)
    if value in (float("inf"), float("-inf")):
        span = Span(source, start, start + len(text))
        raise SourceError(
            "syntax", "this number is too large for a float", span, help="the largest is about 1.8e308"
        )
    return value


_LEGACY_WORDS = {
    form: value
    for value, words in (("true", ("y", "yes", "on")), ("false", ("n", "no", "off")))
    for word in words
    for form in (word, word.capitalize(), word.upper())
}


def legacy(scalar: Scalar) -> str | None:
    """How YAML 1.1 reads a plain scalar, in a few words, if it reads it otherwise than YAML 1.2 does.

    `yes` -> `true`, `010` -> `8`, `1:30` -> `90`, `1_000` -> `1000`, `08` -> `the text '08'`. None for
    quoted scalars and for those that are the same in both; `1e-3`, text to many 1.1 readers, counts as a
    number in both.
    """
    if not scalar.plain:
        return None
    text = scalar.source.text[scalar.start : scalar.end]
    if text in _LEGACY_WORDS:
        return _LEGACY_WORDS[text]
    if not text or text[0] not in "+-.0123456789" or (not text[-1].isalnum() and text[-1] not in "._"):
        return None
    if len(text) > 40:
        return "a number" if re.fullmatch(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?", text) and "_" in text else None
    value = _legacy_number(text)
    if value is None:
        zeros = re.fullmatch(r"[-+]?0[0-9]+", text)
        return f"the text '{text}'" if zeros and not re.fullmatch(r"[-+]?0[0-7]+", text) else None
    same = isinstance(scalar.value, int | float) and scalar.value == value
    return None if same else str(value)


def _legacy_number(text: str) -> int | float | None:
    """The number that YAML 1.1 sees in `text`; None where it sees none, or a usual decimal."""
    sign = -1 if text[0] == "-" else 1
    body = text.lstrip("+-") if text[0] in "+-" else text
    if len(text) - len(body) > 1:
        return None
    digits = body.replace("_", "")
    if re.fullmatch(r"0b[01_]+", body) and len(digits) > 2:
        return sign * int(digits, 2)
    if re.fullmatch(r"0[0-7_]+", body):
        return sign * int(digits, 8)
    if re.fullmatch(r"0x[0-9a-fA-F_]+", body) and len(digits) > 2:
        return sign * int(digits, 16)
    if re.fullmatch(r"[1-9][0-9_]*", body):
        return sign * int(digits)
    if re.fullmatch(r"[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*", body):
        return sign * _sexagesimal(digits)
    if "_" in body and re.fullmatch(r"[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?", body):
        return sign * float(digits)
    return None


def _sexagesimal(digits: str) -> int | float:
    """`1:30` -> 90, `1:30.5` -> 90.5."""
    *whole, last = digits.split(":")
    minutes = 0
    for part in whole:
        minutes = minutes * 60 + int(part)
    return minutes * 60 + (float(last) if "." in last else int(last))
