"""Diagnostics and trees for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specgraph.diagnostics import Diagnostic, Edit, Fix, Label, code
from specgraph.source.nodes import Node
from specgraph.source.text import Source, Span

Parse = Callable[..., Node]
"""Text, and the file's name, -> the tree of nodes."""

GAN = Source(
    "specgraph: 1\ninputs:\n  noise: [100]\nlayers:\n  - Dense: {units: 128}\n  # to an image\n"
    "  - Reshape: {target_shape: [7, 7, 1]}\n",
    "gan.yaml",
)


def span(source: Source, text: str, nth: int = 0) -> Span:
    """The `nth` occurrence of `text`."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return Span(source, start, start + len(text))


def finding(where: Span, message: str = "it is wrong", **more: Any) -> Diagnostic:
    """A diagnostic with little to say."""
    return Diagnostic(code("bad-param"), message, where, **more)


RESHAPE = Diagnostic(
    code("reshape-count"),
    "Reshape needs 49 values, its input has 128",
    span(GAN, "[7, 7, 1]"),
    "7·7·1 = 49",
    (Label(span(GAN, "128"), "128 values per example come from here"),),
    help="set `units: 49` on line 5, or choose a target of 128 values, such as [8, 16, 1]",
    fix=Fix("set `units: 49`", (Edit(span(GAN, "128"), "49"),), safe=False),
    layer="reshape",
)
"""The finding that design starts with."""
