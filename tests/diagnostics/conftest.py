"""Trees of nodes for the tests of edits."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from findings import Parse

from specgraph.source.nodes import ListNode, MapNode, Node, Scalar
from specgraph.source.text import Source

try:
    from specgraph.source import read  # type: ignore[attr-defined, unused-ignore]
except ImportError:
    read = None  # the reader comes with its own piece; until then PyYAML's composer does


@pytest.fixture(scope="session")
def parse() -> Parse:
    """Text -> its tree of nodes."""

    def parsed(text: str, name: str = "spec.yaml") -> Node:
        source = Source(text, name)
        if read is not None:
            node: Node = read(source)
            return node
        return _tree(yaml.compose(text, Loader=yaml.SafeLoader), source)

    return parsed


def _tree(node: Any, source: Source) -> Node:
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.ScalarNode):
        value = yaml.safe_load(source.text[start:end]) if node.style is None else node.value
        return Scalar(source, start, end, value, node.style is None)
    if isinstance(node, yaml.SequenceNode):
        return ListNode(source, start, end, [_tree(n, source) for n in node.value], bool(node.flow_style))
    entries = {}
    for key, value in node.value:
        mark = key.start_mark.index, key.end_mark.index
        entries[key.value] = Scalar(source, *mark, key.value, key.style is None), _tree(value, source)
    return MapNode(source, start, end, entries, bool(node.flow_style))
