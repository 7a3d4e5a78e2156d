"""What a model consists of: layers, shapes with named dims, parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from specgraph.infer.walk import ModelTypes


class Row(NamedTuple):
    """One node: the types of what comes out of it, and how many values its own weights have."""

    name: str
    kind: str
    shapes: tuple[str, ...]
    dtypes: tuple[str, ...]
    parameters: int


class Summary(NamedTuple):
    """One model; parameters are counts of values."""

    model: str
    rows: tuple[Row, ...]
    trainable: int
    non_trainable: int


def summarize(model: ModelTypes) -> Summary:
    """The summary of a model whose inference succeeded.

    >>> import specgraph
    >>> text = "specgraph: 1\\ninputs: {x: [T, 4]}\\nlayers: [LSTM: {units: 3}]\\n"
    >>> summary = summarize(specgraph.analyze(text).models["model"])
    >>> [(row.name, row.shapes, row.parameters) for row in summary.rows]
    [('x', ('(batch, T, 4)',), 0), ('lstm', ('(batch, 3)',), 96)]
    """
    rows = []
    for name, node in model.graph.nodes.items():
        count = sum(math.prod(weight.shape) for weight in model.weights.get(name, ()))
        if node.kind == "model":
            count = sum(model.layers_weights[node.target].parameters())
        made = [one.truth for one in model.types.get(name, ())]
        rows.append(Row(name, node.shown, tuple(map(str, made)), tuple(one.dtype for one in made), count))
    trainable, frozen = model.parameters()
    return Summary(model.graph.name, tuple(rows), trainable, frozen)


def as_json(summaries: Sequence[Summary]) -> str:
    """`{"models": [{"name", "layers": [...], "parameters": {...}}]}` on one line a model."""
    import json

    def layer(row: Row) -> dict[str, Any]:
        outputs = [{"shape": s, "dtype": d} for s, d in zip(row.shapes, row.dtypes, strict=True)]
        return {"name": row.name, "type": row.kind, "outputs": outputs, "parameters": row.parameters}

    models = [
        {
            "name": one.model,
            "layers": [layer(row) for row in one.rows],
            "parameters": {
                "total": one.trainable + one.non_trainable,
                "trainable": one.trainable,
                "non_trainable": one.non_trainable,
            },
        }
        for one in summaries
    ]
    return json.dumps({"models": models}, indent=2) + "\n"


def _title(name: str) -> str:
    """A model's name, in quotes where CI would take it for a command."""
    from specgraph.diagnostics.escape import show

    shown = show(name)
    return f"'{shown}'" if shown.lstrip().startswith(("::", "##[")) else shown


def as_table(summaries: Sequence[Summary]) -> str:
    """A table for people."""
    lines = []
    for one in summaries:
        cells = [("layer", "type", "output", "parameters")]
        cells += [(row.name, row.kind, ", ".join(row.shapes), f"{row.parameters:,}") for row in one.rows]
        widths = [max(len(row[i]) for row in cells) for i in range(4)]
        lines.append(_title(one.model))
        for a, b, c, d in cells:
            row = f"  {a:<{widths[0]}}  {b:<{widths[1]}}  {c:<{widths[2]}}  {d:>{widths[3]}}"
            lines.append(row)
        total = one.trainable + one.non_trainable
        lines.append(f"  {total:,} parameters, {one.trainable:,} of them trainable")
        lines.append("")
    return "\n".join(lines)
