"""Specs with a data section, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specgraph.analysis import Analysis, analyze
from specgraph.data.index import source
from specgraph.data.source import DataError, Loaded, Place
from specgraph.diagnostics.edits import format_value
from specgraph.ir.training import Facts, Feed
from specgraph.limits import DEFAULT, Limits
from specgraph.spec.catalog import check_fields


def place_of(folder: Path, limits: Limits = DEFAULT, plugins: tuple[str, ...] = ()) -> Place:
    return Place.of(folder / "spec.yaml", None, limits, plugins)


def known(name: str, arguments: dict[str, Any], place: Place) -> Facts | None:
    """What is known of a source without reading it."""
    found = source(name)
    return found.facts(check_fields(found.args, arguments, name), place)


def loaded(name: str, arguments: dict[str, Any], place: Place) -> Loaded:
    found = source(name)
    return found.load(check_fields(found.args, arguments, name), place)


def refusal(name: str, arguments: dict[str, Any], place: Place, *, load: bool = False) -> tuple[str, str]:
    """The rule and the message of what a source refuses."""
    try:
        (loaded if load else known)(name, arguments, place)
    except DataError as error:
        return error.rule, error.message
    raise AssertionError("nothing was refused")


def analyzed(
    folder: Path, data: Any, inputs: str = "{x: [2]}", last: str = "Dense: {units: 1, name: out}", **more: Any
) -> Analysis:
    """The analysis of a small spec whose data section this is."""
    lines = [
        "specgraph: 1", f"inputs: {inputs}", "layers:", "  - Flatten", f"  - {last}",
        "compile: {optimizer: adam, loss: mse}", "train:", f"  data: {format_value(data)}",
    ]  # fmt: skip
    file = folder / "spec.yaml"
    file.write_text("\n".join(lines) + "\n")
    return analyze(file, **more)


def feed_of(analysis: Analysis) -> Feed:
    assert not [one for one in analysis.diagnostics if one.severity == "error"], analysis.diagnostics
    assert analysis.document is not None and analysis.document.training is not None
    [phase] = analysis.document.training.phases
    assert phase.feed is not None
    return phase.feed
