"""Graphs of ten nodes that `specgraph.testing` draws in a second of CPU time, and what their types take."""

from __future__ import annotations

import argparse
import sys
import time

from specgraph.testing.graphs import Graph, draw_graph, types
from specgraph.testing.source import random_source

NODES = 10
BAR = 500
"""Graphs of ten nodes a second."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="how many graphs")
    parser.add_argument("--check", action="store_true", help="exit with 1 where the bar does not hold")
    options = parser.parse_args()
    draw(0, 400)  # imports all families, and learns what each argument may be
    start = time.process_time()
    graphs = draw(400, options.count)
    took = time.process_time() - start
    nodes = sum(len(graph.nodes) for graph in graphs)
    start = time.process_time()
    for graph in graphs:
        types(graph)
    inferring = time.process_time() - start
    rate = nodes / NODES / took
    print(f"{len(graphs):,} graphs of {nodes / len(graphs):.1f} nodes in {took:.2f} s")
    print(f"{rate:,.0f} graphs of ten nodes a second   {'holds' if rate >= BAR else 'DOES NOT HOLD'}")
    print(f"types of all of them again: {1000 * inferring / nodes:.3f} ms a node")
    print(f"bar: {BAR} graphs of ten nodes a second")
    return 1 if options.check and rate < BAR else 0


def draw(start: int, count: int) -> list[Graph]:
    return [draw_graph(random_source(seed), NODES) for seed in range(start, start + count)]


if __name__ == "__main__":
    sys.exit(main())
