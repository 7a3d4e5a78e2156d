"""Where each value of a node came from, and how its shape follows.

stage.1.conv  Conv2D
  at net.yaml:12:11, round 1 of the `repeat` at net.yaml:9:5
  filters = 128   written `$f`; `f` is a repeat's value at net.yaml:10:26
  strides = 1     the layer's default
  (batch, 28, 28, 64) from stage.0.conv  ->  (batch, 26, 26, 128)
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from specgraph.diagnostics.edits import format_value
from specgraph.infer.walk import ModelTypes
from specgraph.ir.graph import GraphNode
from specgraph.resolve.params import Param
from specgraph.source.nodes import Node
from specgraph.source.text import Span
from specgraph.spec.kinds import show
from specgraph.spec.record import REQUIRED

MAX_DEPTH = 8
"""Blocks in blocks that a value is followed through."""
_NAMES = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)


def provenance(model: ModelTypes, name: str) -> str:
    """A node of a model in words; KeyError if it has none of this name."""
    node = model.graph.nodes[name]
    lines = [f"{name}  {node.shown}", f"  at {place(node.key.span)}"]
    lines += [f"  {_lower(label.message)}: {place(label.span)}" for label in node.via]
    if node.shares is not None:
        lines.append(f"  uses the weights of {node.shares}")
    lines += _arguments(node)
    lines += _types(model, node)
    return "\n".join(lines) + "\n"


def place(span: Span) -> str:
    """`file:line:column`."""
    line, column = span.source.position(span.start)
    return f"{span.source.name}:{line}:{column}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _arguments(node: GraphNode) -> Iterator[str]:
    if node.row is None:
        return
    written = node.body()
    rows: list[tuple[str, str]] = []
    for name, field in node.row.fields().items():
        given = node.resolved.get(name) if node.resolved is not None else None
        if given is None:
            if field.default is not REQUIRED:
                rows.append((f"{name} = {show(field.default)}", "the layer's default"))
            continue
        source = written.get(name) if written is not None else None
        rows.append((f"{name} = {format_value(given.data())}", _source(source or given, node)))
    if not node.trainable:
        rows.append(("trainable = false", "here, or of a block around it"))
    width = max((len(left) for left, _ in rows), default=0)
    yield from (f"  {left:<{width}}  {right}" for left, right in rows)


def _source(written: Node, node: GraphNode) -> str:
    """How a value stands in the file, and the values of the params in it."""
    return f"written {_written(written.span, node.params, 0)}"


def _written(span: Span, params: Mapping[str, Param], depth: int) -> str:
    text = " ".join(span.text.split())
    names = dict.fromkeys(_NAMES.findall(text)) if "$" in text and depth < MAX_DEPTH else ()
    used = [name for name in names if name in params]
    if not used:
        return f"at {place(span)}"
    quoted = f"`{text}`" if len(text) <= 60 else f"`{text[:57]}…`"
    said = "; ".join(f"`{name}` is {_param(params[name], depth)}" for name in used)
    return f"{quoted} at {place(span)}; {said}"


def _param(param: Param, depth: int) -> str:
    value = show(param.value)
    if param.source == "--set" or param.node is None:
        return f"{value} ({param.source})"
    how = {
        "default": "its default",
        "argument": "given",
        "repeat": "a repeat's value",
        "import": "given by the import",
    }
    origin = _written(param.node.span, param.outer, depth + 1)
    return f"{value} ({how.get(param.source, param.source)} {origin})"


def _types(model: ModelTypes, node: GraphNode) -> Iterator[str]:
    for ref in node.inputs:
        made = model.types.get(ref.node, ())
        if ref.output < len(made):
            reference = f"{ref.node}.{ref.output}" if ref.explicit else ref.node
            yield f"  reads {made[ref.output].truth} {made[ref.output].truth.dtype} from {reference}"
    if node.row is not None and node.row.shapes:
        yield f"  rule  {node.row.shapes}"
    for one in model.types.get(node.name, ()):
        said = f", where Keras declares {one} {one.dtype}" if one.real is not None else ""
        yield f"  gives {one.truth} {one.truth.dtype}{said}"
    for weight in model.weights.get(node.name, ())[:40]:
        kind = "" if weight.trainable else ", not trainable"
        yield f"  has   {weight.name} {weight.shape}: {math.prod(weight.shape):,} values{kind}"
