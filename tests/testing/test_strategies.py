"""The strategies that other projects import: graphs are specs that we accept, and shrink to small ones."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from specgraph.analysis import analyze
from specgraph.layers import LAYERS
from specgraph.testing.graphs import Graph
from specgraph.testing.profile import examples
from specgraph.testing.strategies import graphs, missed_graphs

SLOW = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


FIND = settings(SLOW, max_examples=2000, phases=[Phase.generate, Phase.shrink])


def accepted(graph: Graph) -> bool:
    return not [one for one in analyze(graph.spec()).diagnostics if one.severity == "error"]


@SLOW
@given(graphs())
def test_graphs_are_accepted(graph: Graph) -> None:
    assert 1 <= len(graph.nodes) <= 10
    assert accepted(graph), graph.spec()


@SLOW
@given(graphs(size=3, rows=[LAYERS["Dense"], LAYERS["Add"]]))
def test_graphs_are_of_the_rows_asked_for(graph: Graph) -> None:
    assert {node.row.name for node in graph.nodes} <= {"Dense", "Add"}
    assert len(graph.nodes) <= 3


def test_graphs_shrink() -> None:
    graph = find(
        graphs(),
        lambda one: any(node.row.name == "Conv2D" for node in one.nodes),
        settings=FIND,
        random=Random(0),
    )
    assert len(graph.nodes) <= 3, graph.spec()


@pytest.mark.parametrize("wanted", [True, False])
def test_near_misses_are_accepted_or_not(wanted: bool) -> None:
    assert find(missed_graphs(), lambda one: accepted(one) is wanted, settings=FIND, random=Random(0)).nodes
