"""How often a run of the fuzzer has seen each layer, each argument at its values, and each pair of layers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from specgraph.rows.base import Layer

from .graphs import Graph, reads


class Seen(NamedTuple):
    """What was seen of a graph and its near miss."""

    built: bool = True
    """Whether Keras builds the graph."""
    run: bool = False
    refused: bool = False
    """Whether we refuse the near miss."""
    miss_built: bool = True
    """Whether Keras builds it."""
    excuse: str | None = None
    """Why that is no disagreement, if we refuse what Keras builds."""


PLAIN = Seen()


class Coverage:
    """Counts over many graphs."""

    def __init__(self) -> None:
        self.graphs = 0
        self.refused = 0
        """Near misses that we refuse."""
        self.built = 0
        """Graphs that Keras builds."""
        self.misses_built = 0
        """Near misses that Keras builds."""
        self.runs = 0
        """Graphs that were run."""
        self.excused: Counter[str] = Counter()
        """Near misses that we refuse and Keras builds, by the recorded reason."""
        self.layers: Counter[str] = Counter()
        self.values: Counter[tuple[str, str, str]] = Counter()
        """Layer, argument, and what stood there."""
        self.pairs: Counter[tuple[str, str]] = Counter()

    def update(self, other: Coverage) -> None:
        """Count what another has counted."""
        self.graphs += other.graphs
        self.refused += other.refused
        self.built += other.built
        self.misses_built += other.misses_built
        self.runs += other.runs
        self.excused.update(other.excused)
        self.layers.update(other.layers)
        self.values.update(other.values)
        self.pairs.update(other.pairs)

    def add(self, graph: Graph, seen: Seen = PLAIN) -> None:
        """Count one graph, and what was seen of it and its near miss."""
        self.graphs += 1
        self.built += seen.built
        self.runs += seen.run
        self.refused += seen.refused
        self.misses_built += seen.miss_built
        if seen.excuse is not None:
            self.excused[seen.excuse] += 1
        names = {node.name: node.row.name for node in graph.nodes}
        for node in graph.nodes:
            self.layers[node.row.name] += 1
            for name, value in node.values.items():
                self.values[node.row.name, name, _bucket(value)] += 1
            for ref in reads(node):
                self.pairs[names.get(ref.node, "Input"), node.row.name] += 1

    def unseen(self, rows: Iterable[Layer[Any]]) -> list[str]:
        """The layers, and the arguments of layers, that no graph had."""
        missing = []
        seen = {(layer, name) for layer, name, _ in self.values}
        for row in rows:
            if row.name not in self.layers:
                missing.append(row.name)
                continue
            missing += [
                f"{row.name}.{name}"
                for name, field in row.fields().items()
                if (row.name, name) not in seen and field.kind.schema() != {"enum": [None]}
            ]
        return missing

    def report(self, rows: Iterable[Layer[Any]]) -> str:
        """A few lines for people."""
        rows = list(rows)
        arguments = {(layer, name) for layer, name, _ in self.values}
        whole = sum(len(row.fields()) for row in rows)
        rare = self.layers.most_common()[::-1][:5]
        unseen = self.unseen(rows)
        lines = [
            f"{self.graphs:,} graphs, {self.layers.total():,} nodes",
            f"built by Keras: {self.built:,}; run: {self.runs:,}",
            f"near misses: {self.refused:,} refused, {self.misses_built:,} built by Keras,"
            f" {self.excused.total():,} both, for recorded reasons",
            *(f"  {count:,}: {reason}" for reason, count in self.excused.most_common(5)),
            f"layers and ops: {len(self.layers):,} of {len(rows):,}",
            f"arguments: {len(arguments):,} of {whole:,}, with {len(self.values):,} values",
            f"pairs of layers: {len(self.pairs):,}",
            f"seldom: {', '.join(f'{name} {count}' for name, count in rare)}",
        ]
        if unseen:
            more = f" and {len(unseen) - 20} more" if len(unseen) > 20 else ""
            lines.append(f"unseen: {', '.join(unseen[:20])}{more}")
        return "\n".join(lines) + "\n"

    def counts(self, rows: Iterable[Layer[Any]]) -> str:
        """All counts as JSON, zeros for what was not seen."""
        rows = list(rows)
        layers = {row.name: self.layers[row.name] for row in rows}
        arguments: dict[str, dict[str, dict[str, int]]] = {}
        for row in rows:
            arguments[row.name] = {name: {} for name in row.fields()}
        for (layer, name, value), count in sorted(self.values.items()):
            arguments.setdefault(layer, {}).setdefault(name, {})[value] = count
        pairs = {f"{above} -> {layer}": count for (above, layer), count in sorted(self.pairs.items())}
        whole = {
            "graphs": self.graphs,
            "built": self.built,
            "run": self.runs,
            "near misses refused": self.refused,
            "near misses built": self.misses_built,
            "refused though built": dict(self.excused.most_common()),
        }
        return (
            json.dumps({**whole, "layers": layers, "arguments": arguments, "pairs": pairs}, indent=1) + "\n"
        )


def _bucket(value: Any) -> str:
    """Values that are alike count as one: small ints and words by themselves, others by their kind."""
    if value is None or isinstance(value, bool | str) or (isinstance(value, int) and -4 <= value <= 9):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{len(value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(map(str, value)) + "}"
    return type(value).__name__
