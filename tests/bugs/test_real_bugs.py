"""Broken models from forums and issue trackers: the finding is the one that would have helped.

`dev.json` has each model, what Keras said of it, the ideal finding, and the model mended.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from convert import to_spec

from specgraph.analysis import Analysis, analyze_source
from specgraph.diagnostics import Diagnostic
from specgraph.diagnostics.edits import apply
from specgraph.source import Source

BUGS = json.loads((Path(__file__).parent / "dev.json").read_text(encoding="utf-8"))
OURS = {
    "rank-mismatch", "batch-in-shape", "window-too-large", "concat-mismatch", "merge-arity", "reshape-count",
    "state-mismatch", "stride-dilation", "target-mismatch", "softmax-one-unit", "output-units", "data-shape",
    "bounded-regression", "learning-rate", "extreme-dropout", "param-blowup",
}  # fmt: skip
GRAPH_BUGS = [bug for bug in BUGS if bug["ideal"]["rule"] in OURS]
NO_LAYER = ("train.optimizer",)
"""Places of findings that are about a setting."""
CAUSES = {
    "S01": ["because `return_sequences` is false"],
    "S06": ["Conv2D needs 4 axes"],
    "S11": ["`frames` is declared here"],
    "S16": ["looks like channels first"],
    "S21": ["10 to begin with"],
    "S26": ["89//2 = 44, one row is dropped here"],
    "S30": ["`a` has 64 here", "`b` has 128 here"],
    "S35": [],
    "S40": ["173056 values"],
    "G04": ["makes 64", "joins them: 64 + 64 = 128"],
    "G09": [],
    "G14": [],
    "S45": ["(24 - 3)//2 + 1 = 11, one row is dropped here", "the target"],
    "S50": ["makes (batch, 16, 64)"],
    "T04": ["the loss"],
    "T09": ["the target"],
    "T14": ["the target"],
    "T19": [],
    "D05": [],
    "D10": ["37 x 37 x 128 = 175232 values"],
}
each = pytest.mark.parametrize("bug", GRAPH_BUGS, ids=[bug["id"] for bug in GRAPH_BUGS])
written = pytest.mark.parametrize("explicit", [False, True], ids=["implicit", "explicit"])


def analyzed(model: dict[str, Any], explicit: bool) -> tuple[str, Analysis]:
    text = to_spec(model, explicit=explicit)
    return text, analyze_source(Source(text, "bug.yaml"))


def finding(bug: dict[str, Any], explicit: bool) -> tuple[str, Diagnostic]:
    text, analysis = analyzed(bug["layers"], explicit)
    [found] = analysis.diagnostics
    return text, found


@each
@written
def test_the_finding_is_the_ideal_one(bug: dict[str, Any], explicit: bool) -> None:
    _, found = finding(bug, explicit)
    ideal = bug["ideal"]
    layer = None if ideal["location"] in NO_LAYER else ideal["location"]
    assert (found.code.rule, found.severity, found.layer) == (ideal["rule"], ideal["severity"], layer)
    assert found.help


@each
def test_the_cause_is_named(bug: dict[str, Any]) -> None:
    _, found = finding(bug, False)
    said = [cause.message for cause in found.causes]
    for words in CAUSES[bug["id"]]:
        assert any(words in one for one in said), said


@each
@written
def test_the_fix_mends_it(bug: dict[str, Any], explicit: bool) -> None:
    text, found = finding(bug, explicit)
    assert found.fix is not None or bug["ideal"]["autofix"] is None
    if found.fix is not None:
        after = analyze_source(Source(apply(text, [found.fix]), "bug.yaml"))
        assert after.ok, after.diagnostics


@pytest.mark.parametrize("bug", BUGS, ids=[bug["id"] for bug in BUGS])
@written
def test_the_mended_model_is_clean(bug: dict[str, Any], explicit: bool) -> None:
    _, analysis = analyzed(bug["fixed_layers"], explicit)
    assert not analysis.diagnostics
