"""What layers take, from their rows: for `specgraph layers`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from specgraph.diagnostics.escape import clip
from specgraph.rows.base import Layer
from specgraph.spec.kinds import show
from specgraph.spec.record import Field
from specgraph.vocabulary import ALIASES, REFUSED, ROWS

COMMON = (
    ("name", "a name for other layers to refer to", "made from the layer's"),
    ("from", "what it reads: a name, a list of names, or names by input", "the layer above"),
    ("trainable", "whether training changes its weights", "true"),
    ("dtype", "a dtype policy, such as mixed_float16", "float32"),
)
"""What every layer takes besides the arguments of its row: name, meaning, default."""


_WIDE = 32
"""A name longer than this pushes its own line out, and no others."""


class Argument(NamedTuple):
    """One argument: what it takes in words, and its default as an author would write it."""

    name: str
    takes: str
    required: bool
    default: Any
    schema: dict[str, Any]


class Entry(NamedTuple):
    """One layer as its row has it; `named` are inputs that `from: {NAME: …}` may name."""

    name: str
    family: str
    doc: str
    shapes: str
    inputs: str
    named: tuple[str, ...]
    aliases: tuple[str, ...]
    arguments: tuple[Argument, ...]
    nested_only: bool = False
    """Whether it stands in an argument of another layer, and never among the layers."""
    common: tuple[str, ...] = ()
    """The keys of every item that it takes, an op having no weights."""

    def skeleton(self) -> str:
        """The item that an author starts from: `- Conv2D: {filters: …, kernel_size: …}`."""
        required = ", ".join(f"{one.name}: …" for one in self.arguments if one.required)
        made = f"{self.name}: {{{required}}}" if required else self.name
        return f"cell: {{{made}}}" if self.nested_only else f"- {made}"


def describe(name: str) -> Entry:
    """The entry of a row; KeyError if there is none of this name."""
    row = ROWS[name]
    return Entry(
        name,
        family(name),
        row.doc,
        row.shapes,
        _inputs(row),
        (*row.named_inputs(), *(port.name for port in row.ports)) if row.ports or row.input_names else (),
        tuple(alias for alias, canonical in ALIASES.items() if canonical == name),
        tuple(_argument(field) for field in row.fields().values()),
        row.nested_only,
        () if row.nested_only else row.common,
    )


def catalogue() -> list[Entry]:
    """All layers, those of a family together, in the order of the index."""
    return [describe(name) for name in ROWS]


def family(name: str) -> str:
    """The family of a row: `conv`, `pooling`, and so on."""
    return ROWS.homes[name].rpartition(".")[2]


def _argument(field: Field) -> Argument:
    default = None if field.required else field.default
    return Argument(field.name, field.kind.phrase, field.required, default, field.kind.schema())


def _inputs(row: Layer[Any]) -> str:
    least, most = row.inputs
    if most is None:
        count = f"{least} tensors or more"
    elif least == most:
        count = "one tensor" if least == 1 else f"{least} tensors"
    else:
        count = f"{least} to {most} tensors"
    if isinstance(row.rank, int):
        return f"{count} of {row.rank} axes, the batch among them"
    if row.rank is None:
        return count
    low, high = row.rank
    return f"{count} of at least {low} axes" if high > 16 else f"{count} of {low} to {high} axes"


def as_text(entry: Entry) -> str:
    """A layer for people: what it does, then its arguments, one to a line."""
    lines = [entry.name, f"  {entry.doc}"]
    facts = [("shapes", entry.shapes), ("reads", entry.inputs), ("also", ", ".join(entry.aliases))]
    facts.append(("named inputs", ", ".join(entry.named)))
    lines += [f"  {what}: {said}" for what, said in facts if said]
    cells = [
        (one.name, "required" if one.required else show(one.default), one.takes) for one in entry.arguments
    ]
    lines += ["", "arguments", *_table(cells)] if cells else ["", "It takes no arguments of its own."]
    if entry.nested_only:
        lines += ["", "It stands in an argument of another layer, such as RNN:"]
    else:
        cells = [(name, default, what) for name, what, default in COMMON if name in entry.common]
        lines += ["", "as every op" if entry.name.startswith("ops.") else "as every layer", *_table(cells)]
    return "\n".join([*lines, "", f"  {entry.skeleton()}", ""])


def list_as_text(entries: Iterable[Entry]) -> str:
    """All layers by family, a line each, and what a spec may not have."""
    lines: list[str] = []
    listed = list(entries)
    width = min(_WIDE, max(len(entry.name) for entry in listed))
    for name in dict.fromkeys(entry.family for entry in listed):
        lines += [name.replace("_", " ")]
        lines += [f"  {one.name:<{width}}  {_first(one.doc)}" for one in listed if one.family == name]
        lines += [""]
    lines += ["refused", *(f"  {name:<{width}}  {why}" for name, why in REFUSED.items()), ""]
    return "\n".join(lines)


def _first(doc: str) -> str:
    """The first sentence, without its full stop, as far as it goes on a line."""
    return clip(doc.partition(". ")[0].partition("; ")[0].rstrip("."), 100)


def _table(cells: list[tuple[str, str, str]]) -> list[str]:
    widths = [max(len(row[i]) for row in cells) for i in range(2)]
    return [f"  {a:<{widths[0]}}  {b:<{widths[1]}}  {c}" for a, b, c in cells]


def as_json(entry: Entry) -> str:
    """A layer for programs; `schema` is the JSON Schema of an argument's value, params not allowed for."""
    return json.dumps(_data(entry), indent=2) + "\n"


def _data(entry: Entry) -> dict[str, Any]:
    arguments = [
        {
            "name": one.name,
            "takes": one.takes,
            "required": one.required,
            **({} if one.required else {"default": one.default}),
            "schema": one.schema,
        }
        for one in entry.arguments
    ]
    return {**entry._asdict(), "arguments": arguments}


def list_as_json(entries: Iterable[Entry]) -> str:
    """`{"layers": [{"name", "family", "doc"}…], "aliases": {…}, "refused": {…}}`."""
    layers = [{"name": one.name, "family": one.family, "doc": one.doc} for one in entries]
    return json.dumps({"layers": layers, "aliases": ALIASES, "refused": REFUSED}, indent=2) + "\n"


def refusal_as_json(name: str) -> str:
    """`{"name", "refused"}`: a layer of Keras that specs may not have, and why."""
    return json.dumps({"name": name, "refused": REFUSED[name]}, indent=2) + "\n"
