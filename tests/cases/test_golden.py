"""Every spec below this folder against the text that `validate` prints for it.

The golden text stands beside the spec, `NAME.txt`. SPECGRAPH_UPDATE=1 writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specgraph.analysis import analyze_source
from specgraph.diagnostics.text import render
from specgraph.source import Source

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.parent.name}/{case.stem}" for case in CASES])
def test_the_text_is_the_golden_one(case: Path) -> None:
    analysis = analyze_source(Source(case.read_text(encoding="utf-8"), case.name))
    found = render(analysis.diagnostics, limit=20) if analysis.diagnostics else "clean\n"
    golden = case.with_suffix(".txt")
    if os.environ.get("SPECGRAPH_UPDATE"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
