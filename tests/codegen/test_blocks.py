"""The page of shipped blocks is the one that would be generated now."""

from __future__ import annotations

from specgraph.codegen.blocks import PATH, text


def test_the_page_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == text()
