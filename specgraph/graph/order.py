"""Orders in which each node comes after those it reads."""

from __future__ import annotations

from collections.abc import Iterator

from specgraph.ir.graph import GraphNode

MOST_CYCLES = 8
"""Cycles of one model that are looked for."""


def reads(node: GraphNode) -> list[str]:
    """The names of the nodes that a node needs first: what it reads, and whose weights it uses."""
    names = [ref.node for ref in node.inputs]
    for refs in node.ports.values():
        names += [ref.node for ref in refs]
    return names if node.shares is None else [node.shares, *names]


def in_order(nodes: dict[str, GraphNode]) -> dict[str, GraphNode]:
    """The nodes so that readers come later, the file's order kept where it can be.

    Nodes that feed each other, and what comes after them, are left out.
    """
    waiting = {name: len(set(reads(node))) for name, node in nodes.items()}
    readers: dict[str, list[str]] = {}
    for name, node in nodes.items():
        for source in set(reads(node)):
            readers.setdefault(source, []).append(name)
    done: dict[str, GraphNode] = {}
    for start in [name for name, count in waiting.items() if count == 0]:
        stack = [start]
        while stack:
            name = stack.pop()
            done[name] = nodes[name]
            for reader in reversed(readers.get(name, [])):
                waiting[reader] -= 1
                if waiting[reader] == 0:
                    stack.append(reader)
    return done


def cycles(nodes: dict[str, GraphNode], order: dict[str, GraphNode]) -> Iterator[list[str]]:
    """Cycles that have no node in common, a few at most, each from its first node in the file on."""
    written = {name: i for i, name in enumerate(nodes)}
    left = {name: node for name, node in nodes.items() if name not in order}
    for _ in range(MOST_CYCLES):
        cycle = find_cycle(left)
        if not cycle:
            return
        start = min(range(len(cycle)), key=lambda i: written[cycle[i]])
        yield cycle[start:] + cycle[:start]
        left = {name: node for name, node in left.items() if name not in cycle}


def find_cycle(nodes: dict[str, GraphNode]) -> list[str]:
    """The names of one cycle, in the order in which they feed each other; none if there is none."""
    state: dict[str, int] = {}
    for start in nodes:
        if start in state:
            continue
        path: list[str] = []
        stack = [(start, iter(reads(nodes[start])))]
        while stack:
            name, sources = stack[-1]
            if state.get(name) is None:
                state[name] = 1
                path.append(name)
            source = next(sources, None)
            if source is None:
                state[name] = 2
                path.pop()
                stack.pop()
            elif state.get(source) == 1:
                return path[path.index(source) :][::-1]
            elif source not in state and source in nodes:
                stack.append((source, iter(reads(nodes[source]))))
        # every path from `start` has ended without a cycle
    return []
