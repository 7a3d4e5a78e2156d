"""`docs/catalogue.md`: every layer, op and application that a spec may have, as a table from the rows."""

from __future__ import annotations

from pathlib import Path

from specgraph.applications import APPLICATIONS
from specgraph.data.index import sources
from specgraph.data.step_catalog import LAYERS as STEP_LAYERS
from specgraph.data.step_catalog import STEPS
from specgraph.layers import ALIASES, LAYERS
from specgraph.layers import REFUSED as REFUSED_LAYERS
from specgraph.ops import OPS
from specgraph.ops import REFUSED as REFUSED_OPS
from specgraph.rows.registry import Rows

PATH = Path(__file__).parents[2] / "docs" / "catalogue.md"
"""Where the table stands in a checkout."""
OWN = ("Sampling", "PositionEmbedding", "ReversibleDense")
"""Layers of our own, which Keras has not."""


def text() -> str:
    """The whole page."""
    cells = [name for name, row in LAYERS.items() if row.nested_only]
    layers = len(LAYERS) - len(cells) - len(OWN)
    parts = [
        "# What a spec may name",
        "",
        "Generated from the rows by `python -m specgraph.codegen`; tests hold it against the installed",
        "Keras. `specgraph layers NAME` says what one takes.",
        "",
        f"{layers} layers of Keras, {len(cells)} cells for `RNN`, {len(OWN)} layers of our own",
        f"({', '.join(OWN)}), {len(OPS)} ops, {len(APPLICATIONS)} applications.",
        "",
        "## Layers",
        "",
        *_table(LAYERS),
        "## Ops",
        "",
        *_table(OPS),
        "## Applications",
        "",
        *_table(APPLICATIONS),
        "## Data sources",
        "",
        "| name | what it is |",
        "| --- | --- |",
        *(f"| `{one.name}` | {one.doc} |" for one in sources()),
        "",
        "## Steps",
        "",
        "| name | what it does to a column |",
        "| --- | --- |",
        *(f"| `{one.name}` | {one.doc} |" for one in STEPS.entries),
        "",
        f"Layers that are steps too: {', '.join(f'`{name}`' for name in STEP_LAYERS)}.",
        "",
        "## Other names of layers",
        "",
        ", ".join(f"`{alias}` for `{name}`" for alias, name in sorted(ALIASES.items())) + ".",
        "",
        "## Refused",
        "",
        "| name | why |",
        "| --- | --- |",
        *(f"| `{name}` | {why} |" for name, why in sorted({**REFUSED_LAYERS, **REFUSED_OPS}.items())),
    ]
    return "\n".join(parts) + "\n"


def _table(rows: Rows) -> list[str]:
    lines = ["| name | family | takes and gives |", "| --- | --- | --- |"]
    for name, row in sorted(rows.items()):
        family = rows.homes[name].rpartition(".")[2]
        shapes = row.shapes.replace("|", "\\|")
        lines.append(f"| `{name}` | {family} | {shapes} |")
    return [*lines, ""]


def write() -> None:
    """Writes the page of this checkout."""
    PATH.write_text(text(), encoding="utf-8")
