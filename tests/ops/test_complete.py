"""No function of `keras.ops` is missing."""

from __future__ import annotations

from test_table import functions

from specgraph.ops import ALIASES, OPS, REFUSED


def test_every_function_is_a_row_or_refused() -> None:
    known = {*OPS, *REFUSED}
    assert {name for name, _ in functions()} == known
    assert not set(OPS) & set(REFUSED)


def test_aliases_lead_to_ops() -> None:
    assert set(ALIASES.values()) <= set(OPS)
    assert not set(ALIASES) & {*OPS, *REFUSED}
