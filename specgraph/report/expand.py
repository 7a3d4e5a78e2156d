"""A spec written out flat: each block, repeat, branch, import and param replaced by what it stands for.

The text is a spec itself, and builds the same models. Expanding it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from specgraph.analysis import Analysis
from specgraph.diagnostics.edits import format_value
from specgraph.graph.document import Document
from specgraph.graph.steps import AROUND, HELD
from specgraph.ir.graph import Graph, GraphNode, Ref
from specgraph.resolve.blocks import CONTROL
from specgraph.source.nodes import MapNode, Node

HANDLED = ("name", "from", "trainable")


Learnt = Mapping[tuple[str, str], Mapping[str, Any]]
"""By model and layer, arguments in place of those that the spec has; None for what is to go."""


def expand(
    analysis: Analysis, document: Document | None = None, learnt: Learnt = MappingProxyType({})
) -> str:
    """The flat spec of one without errors, as YAML; of another document of it, if one is given.

    `learnt` are arguments that data have told.
    """
    document, module = document or analysis.document, analysis.module
    assert document is not None and module is not None
    lines = ["specgraph: 1", f"name: {format_value(document.name)}"]  # no params in it
    if document.doc:
        lines.append(f"doc: {format_value(document.doc)}")
    dims = module.root.get("dims")
    if dims is not None:
        lines += _mapping("dims", module.substitution.apply(dims), "")
    if not document.several and len(analysis.all_models) == 1:
        [graph] = document.graphs.values()
        lines += _model(graph, "", False, learnt)
    else:
        lines.append("models:")
        for name, graph in document.graphs.items():
            lines += [f"  {name}:", *_model(graph, "    ", document.several, learnt)]
    if document.training is not None:
        lines += _mapping("train", document.training.node, "")
    return "\n".join(lines) + "\n"


def text(value: Any) -> str:
    """Data in flow style; a string that begins like a reference to a param is written with two dollars."""
    return format_value(_escaped(value))


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return f"${value}" if value.startswith("$") else value
    if isinstance(value, list):
        return [_escaped(one) for one in value]
    return {key: _escaped(one) for key, one in value.items()} if isinstance(value, dict) else value


def _mapping(key: str, node: Node, indent: str) -> Iterator[str]:
    """A section with a line for each of its entries."""
    if not isinstance(node, MapNode) or not node.entries:
        yield f"{indent}{key}: {text(node.data())}"
        return
    yield f"{indent}{key}:"
    for name, value in node:
        yield f"{indent}  {text(str(name.value))}: {text(value.data())}"


def _model(graph: Graph, indent: str, with_doc: bool, learnt: Learnt) -> Iterator[str]:
    section = graph.section
    doc, inputs = section.get("doc"), section.get("inputs")
    if doc is not None and with_doc:
        yield f"{indent}doc: {format_value(doc.data())}"
    if inputs is not None:
        yield from _mapping("inputs", inputs, indent)
    yield f"{indent}layers:" if len(graph.nodes) > len(graph.inputs) else f"{indent}layers: []"
    above = Ref(graph.inputs[0]) if len(graph.inputs) == 1 else None
    for node in graph.nodes.values():
        if node.kind != "input":
            yield f"{indent}  - {_item(node, above, learnt.get((graph.name, node.name), {}))}"
            above = Ref(node.name)
    if graph.outputs != [above]:
        yield f"{indent}outputs: {text([_ref(one) for one in graph.outputs])}"
    for key in ("targets", "compile"):
        stated = section.get(key)
        if stated is not None:
            yield from _mapping(key, stated, indent)


def _ref(ref: Ref) -> str:
    return f"{ref.node}.{ref.output}" if ref.explicit else ref.node


def _item(node: GraphNode, above: Ref | None, learnt: Mapping[str, Any]) -> str:
    body = node.resolved.entries if node.resolved is not None else {}
    given: dict[str, Any] = {"name": node.name}
    source = _source(node, above)
    if source is not None:
        given["from"] = source
    if not node.trainable and node.shares is None:
        given["trainable"] = False
    given.update({key: value.data() for key, (_, value) in body.items() if key not in HANDLED})
    given = {name: value for name, value in (given | dict(learnt)).items() if learnt.get(name, 0) is not None}
    key = node.target
    for _ in range(node.steps):
        key, given[HELD] = AROUND, key if key == node.target else {AROUND: {HELD: given[HELD]}}
    if node.shares is not None and node.kind == "layer":
        call = node.row.call
        kept = {name: value for name, value in given.items() if name in ("name", "from", *call)}
        key, given = "reuse", {"layer": node.shares, **kept}
    assert key == "reuse" or key not in CONTROL
    return f"{key}: {text(given)}"


def _source(node: GraphNode, above: Ref | None) -> Any:
    """What `from` says; None where the item above is meant."""
    refs = [_ref(one) for one in node.inputs]
    if node.ports:
        names = node.row.named_inputs()
        inputs = (
            {names[0]: refs} if len(names) == 1 and len(refs) > 1 else dict(zip(names, refs, strict=False))
        )
        return {**inputs, **{port: [_ref(one) for one in given] for port, given in node.ports.items()}}
    if [one._replace(span=None) for one in node.inputs] == [above] or not refs:
        return None
    return refs[0] if len(refs) == 1 else refs
