"""Large and hostile files: limits on what one may hold, and work that does not grow with its square."""

from __future__ import annotations

import pytest

from specgraph.analysis import Analysis, analyze
from specgraph.diagnostics.report import Report
from specgraph.graph.document import _order
from specgraph.limits import Limits

HEAD = "specgraph: 1\ninputs: {x: [4]}\nlayers:\n"
TEN = Limits(layers=10)


def rules(analysis: Analysis) -> list[str]:
    return [one.code.rule for one in analysis.diagnostics]


def test_more_layers_than_allowed_are_one_error() -> None:
    text = HEAD + "  - Flatten\n" * 13
    [found] = analyze(text, limits=TEN).diagnostics
    assert found.code.rule == "limit" and "layers" in str(found.help)
    assert found.span.source.position(found.span.start)[0] == 14
    assert analyze(HEAD + "  - Flatten\n" * 10, limits=TEN).ok


def test_the_limit_is_on_all_models_of_a_file_together() -> None:
    models = "".join(
        f"  m{i}:\n    inputs: {{x: [4]}}\n    layers: [Flatten, Flatten, Flatten]\n" for i in range(4)
    )
    assert set(rules(analyze("specgraph: 1\nmodels:\n" + models, limits=TEN))) == {"limit"}
    assert analyze("specgraph: 1\nmodels:\n" + models, limits=Limits(layers=12)).ok


def test_each_of_two_equal_names_gets_a_new_one() -> None:
    text = HEAD + "  - Flatten: {name: a}\n" * 3 + "  - Flatten: {name: a_2}\n"
    fixes = [one.fix.edits[0].replacement for one in analyze(text).diagnostics if one.fix]
    assert fixes == ["a_3", "a_4"]


def test_searches_for_what_was_meant_come_to_an_end() -> None:
    report = Report()
    names = [f"layer{i}" for i in range(10_000)]
    found = [report.near("layr1", names) for _ in range(100)]
    assert found[0] == "layer1" and found[-1] is None


@pytest.mark.parametrize("count", [1, 12, 13])
def test_few_outputs_are_listed_at_each_dead_layer(count: int) -> None:
    outputs = ", ".join(f"o{i}" for i in range(count))
    layers = "".join(f"  - Dense: {{name: o{i}, from: x, units: 1}}\n" for i in range(count))
    dead = "  - Dense: {name: dead, from: x, units: 1}\n"
    [warning] = analyze(HEAD + layers + dead + f"outputs: [{outputs}]\n").diagnostics
    assert str(warning.help).endswith(", …") == (count > 12)


def test_models_come_after_those_they_call() -> None:
    calls = {"a": {"b", "c"}, "b": set(), "c": {"b"}, "d": {"e"}, "e": {"d"}}
    assert _order(calls) == ["b", "c", "a", "d", "e"]
