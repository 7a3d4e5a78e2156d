"""What reaches no output. Keras drops such layers in silence, and refuses such inputs."""

from __future__ import annotations

from collections.abc import Sequence

from specgraph.diagnostics import Fix, Label
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import GraphNode, Ref
from specgraph.source.nodes import MapNode

from .order import reads


def say_unused(
    nodes: dict[str, GraphNode], outputs: Sequence[Ref], section: MapNode, called: bool, report: Report
) -> None:
    """Warns of layers and inputs that no output depends on.

    `called` says that other models may call this one, so that its inputs cannot just be deleted.
    """
    live: set[str] = set()
    waiting = [ref.node for ref in outputs]
    while waiting:
        name = waiting.pop()
        if name not in live:
            live.add(name)
            waiting += reads(nodes[name])
    dead = {name: node for name, node in nodes.items() if name not in live}
    if not dead:
        return
    readers = _readers(nodes)
    listed = ", ".join(ref.node for ref in outputs[:12]) + (", …" if len(outputs) > 12 else "")
    for name, node in dead.items():
        if node.kind == "input":
            _say_input(node, readers.get(name, []), section, called, report)
        else:
            _say_layer(node, readers, live, listed, report)


def _readers(nodes: dict[str, GraphNode]) -> dict[str, list[GraphNode]]:
    found: dict[str, list[GraphNode]] = {}
    for node in nodes.values():
        for name in reads(node):
            found.setdefault(name, []).append(node)
    return found


def _say_input(
    node: GraphNode, readers: list[GraphNode], section: MapNode, called: bool, report: Report
) -> None:
    from specgraph.diagnostics.edits import delete_entry

    holder = section.get("inputs")
    fix = None
    if isinstance(holder, MapNode) and len(holder.entries) > 1 and not readers and not called:
        edit = delete_entry(holder, node.name)
        fix = Fix(f"delete input `{node.name}`", (edit,), safe=False) if edit is not None else None
    if readers:
        message = f"input `{node.name}` feeds only layers that reach no output"
        causes = [Label(one.key.span, "such as this one") for one in readers[:1]]
    else:
        message, causes = f"input `{node.name}` feeds nothing", []
    help = "read it with `from:`, or delete it" if not readers else None
    report.say(
        "unused-input", message, node.key.span, severity="warning", layer=node.name, help=help, fix=fix,
        causes=causes,
    )  # fmt: skip


def _say_layer(
    node: GraphNode, readers: dict[str, list[GraphNode]], live: set[str], listed: str, report: Report
) -> None:
    """With the layer that reads past it, if one reads the same."""
    from specgraph.diagnostics.edits import delete_item

    message = f"`{node.name}` reaches no output, so it is left out of the model"
    help = f"list it in `outputs`, or delete it; the outputs are {listed}"
    past = [
        (ref, other)
        for ref in node.inputs
        for other in readers[ref.node][:50]
        if other.name in live and other.item.start > node.item.start
    ]
    causes = []
    if past:
        ref, other = min(past, key=lambda one: one[1].item.start)
        spans = [one.span for one in other.inputs if one.node == ref.node and one.span is not None]
        causes = [
            Label(spans[0] if spans else other.key.span, f"this reads `{ref.node}`, past `{node.name}`")
        ]
        help = f"let `{other.name}` read it, `from: {node.name}`, list it in `outputs`, or delete it"
    fix = None
    if node.name not in readers and not node.via:
        fix = Fix(f"delete `{node.name}`", (delete_item(node.item),), safe=False)
    report.via = node.via
    report.say(
        "dead-layer", message, node.key.span, severity="warning", layer=node.name, help=help, fix=fix,
        causes=causes,
    )  # fmt: skip
    report.via = ()
