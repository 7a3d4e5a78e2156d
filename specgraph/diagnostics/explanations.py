"""A page for every code: what it means, a spec that has it, and the same spec mended."""

from __future__ import annotations

from .codes import BY_ID, BY_RULE
from .pages import PAGES, Page

__all__ = ["PAGES", "Page", "page"]


def page(rule_or_id: str) -> str:
    """The page of a code, by its slug or id (`reshape-count`, `e09`), as text; KeyError if there is none."""
    code = BY_ID.get(rule_or_id.upper()) or BY_RULE[rule_or_id.lower()]
    entry = PAGES[code.rule]
    parts = [f"{code.id} {code.rule}: {code.summary}", entry.text.strip()]
    if entry.bad is not None:
        parts += ["Wrong:", _indent(entry.bad)]
    parts += ["Right:", _indent(entry.good)]
    return "\n\n".join(parts) + "\n"


def _indent(spec: str) -> str:
    return "\n".join([f"    {line}".rstrip() for line in spec.strip("\n").split("\n")])
