"""`python -m specgraph.testing.fuzz --minutes N`: graphs at random, held against the installed Keras.

Each graph must be what Keras builds, node for node; of some, what comes out when it runs; and of each, a twin
with one thing changed must be refused by both or by none. A disagreement is reduced to a few lines and saved.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from .coverage import Coverage
from .graph_oracle import Difference, compare, compare_run
from .graphs import Graph, case_of, draw_graph, types, usable
from .misses import draw_miss
from .reduce import reduce_graph
from .source import Source, random_source


class Found(NamedTuple):
    """A graph on which we and Keras disagree, reduced."""

    seed: str
    difference: Difference
    graph: Graph

    def __str__(self) -> str:
        said = " ".join(str(self.difference.said).split())[:300]
        head = f"# seed {self.seed}, {self.difference.kind} at {self.difference.node}: {said}"
        return f"{head}\n{self.graph.spec()}"


def miss(source: Source, graph: Graph) -> Graph:
    """The graph with one thing changed at one of its nodes."""
    known = types(graph)
    i = source.integer(0, len(graph.nodes) - 1)
    node = graph.nodes[i]
    values = draw_miss(source, case_of(node, known)).values
    return Graph(graph.inputs, (*graph.nodes[:i], node._replace(values=values), *graph.nodes[i + 1 :]))


def check(seed: str, run: bool = False) -> tuple[Graph, list[Found]]:
    """A graph and its near miss of this seed, and where we and Keras disagree on them."""
    source = random_source(seed)
    graph = draw_graph(source, source.integer(1, 14))
    found = []
    checks: list[tuple[str, Graph, Callable[[Graph], Difference | None]]] = [(seed, graph, compare)]
    if run:
        checks.append((f"{seed} run", graph, compare_run))
    twin = miss(source, graph)
    if twin != graph:
        checks.append((f"{seed} near miss", twin, compare))
    for name, one, question in checks:
        difference = question(one)
        if difference is not None:
            found.append(_reduced(name, one, difference, question))
    return graph, found


def _reduced(
    seed: str, graph: Graph, difference: Difference, question: Callable[[Graph], Difference | None]
) -> Found:
    def fails(smaller: Graph) -> bool:
        other = question(smaller)
        return other is not None and other.kind == difference.kind

    node = difference.node if any(one.name == difference.node for one in graph.nodes) else None
    small = reduce_graph(graph, fails, node)
    return Found(seed, question(small) or difference, small)


def seeds(start: int, count: int | None, minutes: float | None) -> Iterator[int]:
    """So many seeds, or as many as there is time for."""
    end = None if minutes is None else time.monotonic() + minutes * 60
    i = start
    while (count is None or i < start + count) and (end is None or time.monotonic() < end):
        yield i
        i += 1


def main(argv: list[str] | None = None) -> int:
    """0 if there was no disagreement."""
    parser = argparse.ArgumentParser("python -m specgraph.testing.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, help="how long (default: until --count)")
    parser.add_argument("--count", type=int, help="how many graphs, each with its near miss (default: 100)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--run", type=int, default=20, metavar="N", help="run the forward pass of each Nth")
    parser.add_argument("--save", type=Path, metavar="DIR", help="where reduced specs are written")
    options = parser.parse_args(argv)
    count = options.count if options.count or options.minutes else 100
    coverage, failures = Coverage(), 0
    for seed in seeds(options.seed, count, options.minutes):
        graph, found = check(str(seed), run=bool(options.run) and seed % options.run == 0)
        coverage.add(graph)
        for one in found:
            failures += 1
            sys.stdout.write(f"{one}\n")
            if options.save is not None:
                options.save.mkdir(parents=True, exist_ok=True)
                (options.save / f"{one.seed.replace(' ', '-')}.yaml").write_text(str(one), encoding="utf-8")
    sys.stdout.write(coverage.report(usable()))
    sys.stdout.write(f"{failures} disagreements\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
