"""`python -m specgraph.testing.fuzz --minutes N`: graphs at random, held against the installed Keras.

Each graph must be what Keras builds, node for node; of some, what comes out when it runs; and of each, a twin
with one thing changed must be refused by both or by none. Of some, a part becomes a model that others call,
which must change nothing. A disagreement is reduced to a few lines and saved.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from traceback import format_exc
from typing import Any, NamedTuple

from specgraph.rows.base import Layer

from .coverage import Coverage, Seen
from .graph_oracle import Difference, compare, compare_run, judge, ours
from .graphs import Graph, draw_graph, usable
from .misses import miss_graph
from .nesting import compare_nested, nest, spec, window
from .reduce import reduce_graph
from .source import Source, random_source

CHUNK = 20
RENEWED = 25
"""Chunks after which a process is made anew."""
TELL = 500
MOST_SAID = 900
"""Characters of a disagreement that are shown."""
NESTED = 3
"""One graph in so many is checked with a part of it in a model of its own."""


class Found(NamedTuple):
    """A graph on which we and Keras disagree, reduced."""

    seed: str
    difference: Difference
    graph: Graph
    nested: str | None = None
    """The spec, where that of the graph alone does not say it."""

    def __str__(self) -> str:
        said = " ".join(str(self.difference.said).split())
        said = said if len(said) <= MOST_SAID else f"{said[: MOST_SAID // 3]} … {said[-MOST_SAID * 2 // 3 :]}"
        head = f"# seed {self.seed}, {self.difference.kind} at {self.difference.node}: {said}"
        return f"{head}\n{self.nested or self.graph.spec()}"


class Checked(NamedTuple):
    """A graph, where we and Keras disagree on it and its near miss, and what each says of the two."""

    graph: Graph
    found: list[Found]
    seen: Seen


class How(NamedTuple):
    """How graphs are drawn and checked."""

    run: int = 20
    """Of so many graphs, the forward pass of one is run; 0 for none."""
    nodes: int = 14
    """The most that a graph has."""
    each: bool = False
    """Whether graphs are of one row each, of all rows in turn."""


def check(
    seed: str, run: bool = False, nodes: int = How().nodes, rows: Sequence[Layer[Any]] | None = None
) -> Checked:
    """A graph of this seed and its near miss held against Keras; `run` runs the graph, too."""
    source = random_source(seed)
    graph = draw_graph(source, source.integer(1, nodes), rows)
    twin = miss_graph(source, graph)
    verdict, other = judge(graph), judge(twin)
    checks = [(seed, graph, verdict.difference, compare)]
    if run:
        checks.append((f"{seed} run", graph, compare_run(graph), compare_run))
    checks.append((f"{seed} near miss", twin, other.difference, compare))
    found = [_reduced(name, one, bad, question) for name, one, bad, question in checks if bad is not None]
    if source.chance(NESTED):
        found += _check_nested(source, seed, (graph, twin))
    seen = Seen(verdict.built, run, isinstance(ours(twin), tuple), other.built, other.excuse)
    return Checked(graph, found, seen)


def _check_nested(source: Source, seed: str, graphs: Sequence[Graph]) -> Iterator[Found]:
    """The same of graphs of which some nodes are a model that the others call."""
    names, again = window(source, graphs[0]), source.chance(2)

    def question(graph: Graph) -> Difference | None:
        return compare_nested(graph, names, again)

    for graph in graphs:
        difference = question(graph)
        if difference is not None:
            small = _reduced(f"{seed} nested", graph, difference, question)
            nesting = nest(small.graph, names, again)
            yield small._replace(nested=spec(small.graph, nesting) if nesting is not None else None)


def _reduced(
    seed: str, graph: Graph, difference: Difference, question: Callable[[Graph], Difference | None]
) -> Found:
    def fails(smaller: Graph) -> bool:
        other = question(smaller)
        return other is not None and other.kind == difference.kind

    node = difference.node if any(one.name == difference.node for one in graph.nodes) else None
    small = reduce_graph(graph, fails, node)
    return Found(seed, question(small) or difference, small)


class Part(NamedTuple):
    """What came of some seeds; it can be sent between processes, as graphs cannot."""

    coverage: Coverage
    found: list[tuple[str, str]]
    """Seeds, and the disagreements as text."""


def check_some(seeds: Sequence[int], how: How) -> Part:
    """The graphs of these seeds."""
    part = Part(Coverage(), [])
    all_rows = usable() if how.each else []
    for seed in seeds:
        i, row = divmod(seed, len(all_rows)) if all_rows else (seed, 0)
        run, rows = bool(how.run) and i % how.run == 0, all_rows[row : row + 1] or None
        try:
            checked = check(str(seed), run, how.nodes, rows)
        except Exception:  # a fault of the generator or of the rules, which must not end a run
            said = "".join(f"# {line}\n" for line in format_exc().splitlines())
            part.found.append((str(seed), f"# seed {seed} could not be checked\n{said}"))
            continue
        part.coverage.add(checked.graph, checked.seen)
        part.found.extend((one.seed, str(one)) for one in checked.found)
    return part


def chunks(start: int, count: int | None, minutes: float | None) -> Iterator[range]:
    """So many seeds, or as many as there is time for, a few at once."""
    end = None if minutes is None else time.monotonic() + minutes * 60
    i = start
    while (count is None or i < start + count) and (end is None or time.monotonic() < end):
        stop = i + CHUNK if count is None else min(i + CHUNK, start + count)
        yield range(i, stop)
        i = stop


def parts(some: Iterator[range], how: How, jobs: int) -> Iterator[Part]:
    """The seeds checked in so many processes, made anew at times, since Keras keeps what it made."""
    if jobs == 1:
        yield from (check_some(seeds, how) for seeds in some)
        return
    from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=RENEWED) as pool:
        waiting: set[Future[Part]] = set()
        try:
            for seeds in some:
                waiting.add(pool.submit(check_some, seeds, how))
                if len(waiting) > jobs:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in done)
            yield from (one.result() for one in waiting)
        except BrokenProcessPool:
            said = f"# Keras ended a process in one of the last {len(waiting) + 1} chunks of {CHUNK} seeds"
            yield Part(Coverage(), [("crash", said)])


def main(argv: list[str] | None = None) -> int:
    """0 if there was no disagreement."""
    options = _options(argv)
    count = options.count if options.count or options.minutes else 100
    how = How(options.run, options.nodes)
    if options.each:
        count, how = options.each * len(usable()), How(options.run, 1, each=True)
    coverage, failures, told = Coverage(), 0, 0
    some = chunks(options.seed, count, options.minutes)
    for part in parts(some, how, options.jobs):
        coverage.update(part.coverage)
        failures += len(part.found)
        for seed, text in part.found:
            sys.stdout.write(f"{text}\n")
            if options.save is not None:
                options.save.mkdir(parents=True, exist_ok=True)
                (options.save / f"{seed.replace(' ', '-')}.yaml").write_text(text, encoding="utf-8")
        if coverage.graphs >= told + TELL:
            told = coverage.graphs
            sys.stderr.write(f"{coverage.graphs:,} graphs, {failures} disagreements\n")
            if options.counts is not None:
                options.counts.write_text(coverage.counts(usable()), encoding="utf-8")
    if options.counts is not None:
        options.counts.write_text(coverage.counts(usable()), encoding="utf-8")
    sys.stdout.write(coverage.report(usable()))
    sys.stdout.write(f"{failures} disagreements\n")
    return 1 if failures else 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m specgraph.testing.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, help="how long (default: until --count)")
    parser.add_argument("--count", type=int, help="how many graphs, each with its near miss (default: 100)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--run", type=int, default=20, metavar="N", help="run the forward pass of each Nth")
    parser.add_argument(
        "--nodes", type=int, default=How().nodes, metavar="N", help="the most nodes of a graph (default: 14)"
    )
    parser.add_argument(
        "--each", type=int, metavar="N", help="N graphs of each layer and op alone, in place of --count"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="how many processes (default: 1)")
    parser.add_argument("--save", type=Path, metavar="DIR", help="where reduced specs are written")
    parser.add_argument(
        "--counts",
        type=Path,
        metavar="FILE",
        help="where to write how often each layer, value and pair was seen",
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
