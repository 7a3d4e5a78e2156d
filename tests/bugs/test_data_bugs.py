"""The broken models whose fault lies between the data and the inputs, with the data declared as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from convert import to_spec

from specgraph.analysis import Analysis, analyze_source
from specgraph.diagnostics.edits import format_value
from specgraph.source import Source

BUGS = json.loads((Path(__file__).parent / "dev.json").read_text(encoding="utf-8"))
DATA_BUGS = [bug for bug in BUGS if "data_shapes" in bug["layers"].get("train", {})]


def with_data(model: dict[str, Any], shapes: dict[str, Any]) -> Analysis:
    """The model's spec with a section of data that Python code will pass."""
    columns = {name: {"shape": shape[1:]} for name, shape in shapes.items()}
    columns["y"] = {"shape": model["train"]["target"]["shape"][1:]}
    text = to_spec(model) + f"train:\n  data: {{arrays: {{columns: {format_value(columns)}}}}}\n"
    return analyze_source(Source(text, "bug.yaml"))


@pytest.mark.parametrize("bug", DATA_BUGS, ids=[bug["id"] for bug in DATA_BUGS])
def test_the_finding_is_the_ideal_one(bug: dict[str, Any]) -> None:
    analysis = with_data(bug["layers"], bug["layers"]["train"]["data_shapes"])
    [found] = [one for one in analysis.diagnostics if one.severity == "error"]
    ideal = bug["ideal"]
    assert (found.code.rule, found.severity, found.layer) == (ideal["rule"], ideal["severity"], ideal["location"])
    assert found.message == ideal["message"]
    assert found.help is not None and found.help.startswith(ideal["hint"])


@pytest.mark.parametrize("bug", DATA_BUGS, ids=[bug["id"] for bug in DATA_BUGS])
def test_the_mended_twin_has_none(bug: dict[str, Any]) -> None:
    fixed = bug["fixed_layers"]
    shapes = {name: [None, *one["shape"]] for name, one in fixed["inputs"].items()}
    assert not [one for one in with_data(fixed, shapes).diagnostics if one.severity == "error"]
