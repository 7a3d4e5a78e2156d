"""What reaches no output. Keras drops such layers in silence, and refuses such inputs."""

from __future__ import annotations

from collections.abc import Sequence

from specgraph.diagnostics.report import Report
from specgraph.ir.graph import GraphNode, Ref

from .order import reads


def say_unused(nodes: dict[str, GraphNode], outputs: Sequence[Ref], report: Report) -> None:
    """Warns of layers and inputs that no output depends on."""
    live: set[str] = set()
    waiting = [ref.node for ref in outputs]
    while waiting:
        name = waiting.pop()
        if name not in live:
            live.add(name)
            waiting += reads(nodes[name])
    listed = ", ".join(ref.node for ref in outputs[:12]) + (", …" if len(outputs) > 12 else "")
    for name, node in nodes.items():
        if name in live:
            continue
        if node.kind == "input":
            message = f"input `{name}` feeds nothing"
            report.say("unused-input", message, node.key.span, severity="warning", layer=name)
        else:
            message = f"`{name}` reaches no output, so it is left out of the model"
            help = f"list it in `outputs`, or delete it; the outputs are {listed}"
            report.say("dead-layer", message, node.key.span, severity="warning", layer=name, help=help)
