"""Every spec below this folder against the text that `validate` prints for it.

The golden text stands beside the spec, `NAME.txt`. SPECGRAPH_UPDATE=1 writes it anew. `NAME.mended.yaml`
is the same model as it should be, of which there is nothing to say.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specgraph.analysis import Analysis, analyze_source
from specgraph.diagnostics.edits import apply
from specgraph.diagnostics.text import render
from specgraph.source import Source

HERE = Path(__file__).parent
MENDED = sorted(HERE.glob("*/*.mended.yaml"))
CASES = sorted(set(HERE.glob("*/*.yaml")) - set(MENDED))
BROKEN = [case for case in CASES if case.parent.name != "article"]
names = [f"{case.parent.name}/{case.stem}" for case in CASES]


def analyzed(text: str, name: str) -> Analysis:
    return analyze_source(Source(text, name))


@pytest.mark.parametrize("case", CASES, ids=names)
def test_the_text_is_the_golden_one(case: Path) -> None:
    analysis = analyzed(case.read_text(encoding="utf-8"), case.name)
    found = render(analysis.diagnostics, limit=20) if analysis.diagnostics else "clean\n"
    golden = case.with_suffix(".txt")
    if os.environ.get("SPECGRAPH_UPDATE"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", BROKEN, ids=[f"{case.parent.name}/{case.stem}" for case in BROKEN])
def test_the_mended_twin_is_clean(case: Path) -> None:
    twin = case.with_name(f"{case.stem}.mended.yaml")
    assert analyzed(twin.read_text(encoding="utf-8"), twin.name).diagnostics == []


@pytest.mark.parametrize("case", CASES, ids=names)
def test_each_fix_takes_its_finding_away(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    for found in analyzed(text, case.name).diagnostics:
        if found.fix is None:
            continue
        after = analyzed(apply(text, [found.fix]), case.name).diagnostics
        assert "syntax" not in {one.code.rule for one in after}
        assert (found.code, found.layer, found.message) not in {
            (one.code, one.layer, one.message) for one in after
        }
        if found.fix.safe:
            assert len(after) < len(analyzed(text, case.name).diagnostics)
