"""Where the size of an axis is written: an argument, an input's shape, or the layer that makes it."""

from __future__ import annotations

from specgraph.ir.graph import Ref
from specgraph.source.text import Span

from .axes import Step, way_up
from .finding import Finding
from .mend import shape_node
from .search import Search
from .slots import Setter, setter


def origin(begin: Step, made: Setter | None = None) -> Span:
    """The place of the last step of a way up."""
    if made is not None:
        return made.place.span
    if begin.node.kind != "input":
        return begin.node.key.span
    written = shape_node(begin.node)
    if written is None or not 0 < begin.axis <= len(written.items):
        return begin.node.item.span
    return written.items[begin.axis - 1].span


def say_origin(search: Search, ref: Ref, axis: int, finding: Finding) -> None:
    """Label what gives an axis its size."""
    way = way_up(search, ref, axis)
    if way:
        begin = way[-1]
        words = (
            f"`{begin.node.name}` has {begin.size} here"
            if begin.node.kind == "input"
            else f"makes {begin.size}"
        )
        finding.because(origin(begin, setter(search, begin)), words)
