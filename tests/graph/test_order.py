"""Cycles are found wherever they begin."""

from __future__ import annotations

from specgraph.graph.order import find_cycle
from specgraph.ir.graph import GraphNode, Ref
from specgraph.source import Scalar, Source

NOWHERE = Scalar(Source(""), 0, 0, None)


def nodes(**reads: str) -> dict[str, GraphNode]:
    made = {name: GraphNode(name, "layer", "Add", NOWHERE, NOWHERE) for name in reads}
    for name, sources in reads.items():
        made[name].inputs = [Ref(source) for source in sources]
    return made


def test_a_cycle_behind_nodes_that_are_done() -> None:
    assert sorted(find_cycle(nodes(a="b", b="", c="b", d="ce", e="d"))) == ["d", "e"]


def test_no_cycle() -> None:
    assert find_cycle(nodes(a="bc", b="c", c="", d="ab")) == []


def test_a_node_that_reads_itself() -> None:
    assert find_cycle(nodes(a="", b="ab")) == ["b"]
