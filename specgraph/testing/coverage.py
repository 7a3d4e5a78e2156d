"""How often a run of the fuzzer has seen each layer, each argument at its values, and each pair of layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from specgraph.rows.base import Layer

from .graphs import Graph, reads


class Coverage:
    """Counts over many graphs."""

    def __init__(self) -> None:
        self.graphs = 0
        self.layers: Counter[str] = Counter()
        self.values: Counter[tuple[str, str, str]] = Counter()
        """Layer, argument, and what stood there."""
        self.pairs: Counter[tuple[str, str]] = Counter()

    def add(self, graph: Graph) -> None:
        """Count one graph."""
        self.graphs += 1
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
            f"layers and ops: {len(self.layers):,} of {len(rows):,}",
            f"arguments: {len(arguments):,} of {whole:,}, with {len(self.values):,} values",
            f"pairs of layers: {len(self.pairs):,}",
            f"seldom: {', '.join(f'{name} {count}' for name, count in rare)}",
        ]
        if unseen:
            more = f" and {len(unseen) - 20} more" if len(unseen) > 20 else ""
            lines.append(f"unseen: {', '.join(unseen[:20])}{more}")
        return "\n".join(lines) + "\n"


def _bucket(value: Any) -> str:
    """Values that are alike count as one: small ints and words by themselves, others by their kind."""
    if value is None or isinstance(value, bool | str) or (isinstance(value, int) and -4 <= value <= 9):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{len(value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(map(str, value)) + "}"
    return type(value).__name__
