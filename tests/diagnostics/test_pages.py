"""The specs on the pages of `specgraph explain`, run through the compiler."""

from __future__ import annotations

import pytest

from specgraph.analysis import analyze_source
from specgraph.diagnostics.explanations import PAGES
from specgraph.limits import DEFAULT
from specgraph.source import Source

BAD = [rule for rule, page in PAGES.items() if page.bad is not None]


def found(text: str) -> list[str]:
    """The rules that `build` would report."""
    analysis = analyze_source(Source(text))
    analysis.check_budget(DEFAULT, list(analysis.models))
    return [one.code.rule for one in analysis.diagnostics]


@pytest.mark.parametrize("rule", BAD)
def test_the_wrong_spec_has_its_code_and_no_other(rule: str) -> None:
    text = PAGES[rule].bad
    assert text is not None
    assert found(text) == [rule]


@pytest.mark.parametrize("rule", PAGES)
def test_the_right_spec_is_clean(rule: str) -> None:
    assert found(PAGES[rule].good) == []
