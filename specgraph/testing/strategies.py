"""The generators as Hypothesis strategies; the one module that imports Hypothesis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from hypothesis import reject
from hypothesis import strategies as st

from specgraph.rows.base import Layer
from specgraph.spec.kinds import Kind

from . import values as kinds
from .graphs import Graph, draw_graph
from .misses import draw_miss, miss_graph
from .rows import Case, Unsatisfied, draw_case, loosen
from .source import Source

T = TypeVar("T")


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Legal values of a kind, as plain data."""
    return drawn(kinds.legal(kind))


def near_misses(kind: Kind) -> st.SearchStrategy[Any]:
    """Values just outside a kind."""
    return st.sampled_from(kinds.near_misses(kind))


def cases(row: Layer[Any]) -> st.SearchStrategy[Case]:
    """Legal uses of a layer, on inputs whose sizes are known, but for the batch."""
    return drawn(lambda source: draw_case(source, row))


def named_cases(row: Layer[Any]) -> st.SearchStrategy[tuple[Case, dict[str, int]]]:
    """Uses of a layer on inputs with named dims, and sizes of the dims for which they are legal."""
    return drawn(lambda source: loosen(source, draw_case(source, row)))


def missed_cases(row: Layer[Any]) -> st.SearchStrategy[tuple[Case, dict[str, int]]]:
    """Uses of a layer with one thing changed, some on named dims, and sizes of the dims."""
    return drawn(lambda source: _missed(source, row))


def _missed(source: Source, row: Layer[Any]) -> tuple[Case, dict[str, int]]:
    case = draw_case(source, row)
    case, sizes = loosen(source, case) if source.chance(3) else (case, {})
    return draw_miss(source, case), sizes


def graphs(size: int = 10, rows: Sequence[Layer[Any]] | None = None) -> st.SearchStrategy[Graph]:
    """Graphs that Keras builds, of at most so many nodes, of these rows or of all."""
    return drawn(lambda source: draw_graph(source, source.integer(1, size), rows))


def missed_graphs(size: int = 10, rows: Sequence[Layer[Any]] | None = None) -> st.SearchStrategy[Graph]:
    """The same with one thing changed at one node; Keras builds about half of them."""
    return drawn(lambda source: miss_graph(source, draw_graph(source, source.integer(1, size), rows)))


def drawn(generate: Callable[[Source], T]) -> st.SearchStrategy[T]:
    """What a generator makes of Hypothesis's choices, which shrink to its simplest."""

    @st.composite
    def strategy(draw: st.DrawFn) -> T:
        try:
            return generate(Source(lambda low, high: draw(_integers(low, high))))
        except Unsatisfied:
            reject()

    return strategy()


@lru_cache(maxsize=1024)
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)
