"""How often a run of the fuzzer has seen each layer, each argument at its values, and each pair of layers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from specgraph.rows.base import Layer

from .graphs import Graph, reads


class Coverage:
    """Counts over many graphs."""

    def __init__(self) -> None:
        self.graphs = 0
        self.refused = 0
        """Graphs of which the near miss was refused."""
        self.layers: Counter[str] = Counter()
        self.values: Counter[tuple[str, str, str]] = Counter()
        """Layer, argument, and what stood there."""
        self.pairs: Counter[tuple[str, str]] = Counter()

    def update(self, other: Coverage) -> None:
        """Count what another has counted."""
        self.graphs += other.graphs
        self.refused += other.refused
        self.layers.update(other.layers)
        self.values.update(other.values)
        self.pairs.update(other.pairs)

    def add(self, graph: Graph, refused: bool = False) -> None:
        """Count one graph, and whether its near miss is refused."""
        self.graphs += 1
        self.refused += refused
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
            f"near misses: {self.refused:,} refused",
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
        whole = {"graphs": self.graphs, "near misses refused": self.refused}
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
