"""D12. One layer behind a Flatten holds almost all weights: a pooled map would need few of them."""

from __future__ import annotations

from specgraph.diagnostics import Edit, Label
from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.ir.dim import Dim
from specgraph.ir.graph import GraphNode

from . import HEAVY
from .mend import fixed

SHARE, PLACES = 0.8, 49
"""`HEAVY` weights, such a part of all, behind a map of more places than 7 x 7."""


def check(model: ModelTypes, report: Report) -> None:
    """The layers right behind a Flatten."""
    flats = {name: node for name, node in model.graph.nodes.items() if node.target == "Flatten"}
    total = None
    for node in model.graph.nodes.values():
        flat = flats.get(node.inputs[0].node) if node.kind == "layer" and node.inputs else None
        own = _count(model, node) if flat is not None else 0
        if flat is None or own < HEAVY or not flat.inputs:
            continue
        types = model.types.get(flat.inputs[0].node)
        shape = types[flat.inputs[0].output].shape[1:] if types else ()
        if not 2 <= len(shape) <= 4 or _product(shape[:-1]) <= PLACES:
            continue
        total = sum(model.parameters()) if total is None else total
        if own >= SHARE * total:
            _say(node, flat, shape, own, total, report)


def _count(model: ModelTypes, node: GraphNode) -> int:
    return sum(_product(weight.shape) for weight in model.weights.get(node.name, ()))


def _product(sizes: tuple[Dim, ...]) -> int:
    total = 1
    for size in sizes:
        total *= size if isinstance(size, int) else 1
    return total


def _say(
    node: GraphNode, flat: GraphNode, shape: tuple[Dim, ...], own: int, total: int, report: Report
) -> None:
    pooling = f"GlobalAveragePooling{len(shape) - 1}D"
    message = f"{_millions(own)} of {_millions(total)} weights sit in `{node.name}`, behind a Flatten"
    values = " x ".join(map(str, shape))
    causes = [Label(flat.key.span, f"{values} = {_product(shape)} values")]
    help = f"put {pooling} in the place of Flatten, or pool more before it"
    fix = fixed(f"use {pooling} in place of Flatten", _pool(flat, pooling))
    report.via = node.via
    report.say(
        "param-blowup", message, node.key.span, causes=causes, help=help, fix=fix, layer=node.name,
        severity="warning",
    )  # fmt: skip
    report.via = ()


def _pool(flat: GraphNode, pooling: str) -> Edit | None:
    from specgraph.diagnostics import rename
    from specgraph.source.nodes import Scalar

    return rename(flat.key.span, pooling) if isinstance(flat.key, Scalar) else None


def _millions(count: int) -> str:
    return f"{count / 1e6:.1f} M"
