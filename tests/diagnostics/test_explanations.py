from __future__ import annotations

import pytest
import yaml

from specgraph.diagnostics import BY_ID, BY_RULE
from specgraph.diagnostics.explanations import PAGES, page

UNREADABLE = {"syntax", "yaml-feature"}
"""Rules whose wrong spec no YAML reader takes as plain data."""


def test_every_code_has_a_page() -> None:
    assert set(PAGES) == set(BY_RULE)


@pytest.mark.parametrize("rule", BY_RULE)
def test_the_specs_of_a_page(rule: str) -> None:
    entry = PAGES[rule]
    good = yaml.safe_load(entry.good)
    assert good["specgraph"] == 1
    assert good.keys() & {"layers", "models"}
    if entry.bad is None:
        assert rule in ("encoding", "limit")
        return
    assert entry.bad != entry.good
    if rule not in UNREADABLE:
        assert isinstance(yaml.safe_load(entry.bad), dict)


@pytest.mark.parametrize("rule", BY_RULE)
def test_the_text_of_a_page(rule: str) -> None:
    text = PAGES[rule].text
    assert 2 <= text.replace("\n", " ").count(". ") + 1 <= 6
    assert all(len(line) <= 110 for line in text.splitlines())


def test_a_page_as_text() -> None:
    text = page("E09")
    assert text == page("reshape-count") == page("e09")
    assert text.startswith(
        "E09 reshape-count: Reshape gets another number of values than its target holds\n\n"
    )
    assert "\nWrong:\n\n    specgraph: 1\n    inputs:\n      noise: [100]\n" in text
    assert "\nRight:\n\n    specgraph: 1\n" in text
    assert "Wrong" not in page("S02")
    assert all(id_ in page(id_) for id_ in BY_ID)


def test_no_page_for_no_code() -> None:
    with pytest.raises(KeyError):
        page("E99")
