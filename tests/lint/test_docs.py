"""The list of rules in the docs."""

from __future__ import annotations

from pathlib import Path

from specgraph.diagnostics import BY_ID

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"
OTHERS = {"T16", "T17"}
"""Of data sources and plans, which have their own pages."""


def test_every_rule_of_training_and_design_is_listed() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for id_, code in BY_ID.items():
        if id_[0] in "TD" and id_ not in OTHERS:
            assert f"| {id_} | {code.rule} |" in text
