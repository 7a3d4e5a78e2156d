"""Data sources and steps as `specgraph layers NAME` shows them."""

from __future__ import annotations

import json
from typing import NamedTuple

from specgraph.data.index import SOURCES
from specgraph.data.step_catalog import LAYERS, STEPS
from specgraph.spec.catalog import Entry
from specgraph.spec.kinds import show


class Found(NamedTuple):
    """A source or a step."""

    entry: Entry
    kind: str
    """`data source` or `step`."""


def names() -> list[str]:
    """What there is; layers that are steps are not among them, being layers."""
    return [*SOURCES.names(), *(name for name in STEPS.names() if name not in LAYERS)]


def find(name: str) -> Found | None:
    """The source or step of a name."""
    if name in SOURCES.names():
        return Found(SOURCES.find(name), "data source")
    if name in STEPS.by_name:
        return Found(STEPS.find(name), "step")
    return None


def skeleton(found: Found) -> str:
    """What an author starts from: `data: {npz: {file: …}}`."""
    entry = found.entry
    needed = ", ".join(f"{name}: …" for name, field in entry.args.fields().items() if field.required)
    made = f"{{{entry.name}: {{{needed}}}}}" if needed else entry.name
    return f"data: {made}" if found.kind == "data source" else f"steps: {{COLUMN: [{made}]}}"


def as_text(found: Found) -> str:
    """For people: what it is, then its arguments, two lines for each."""
    lines = [f"{found.entry.name}, a {found.kind}", f"  {found.entry.doc}", ""]
    fields = found.entry.args.fields().values()
    if fields:
        lines.append("arguments")
    for one in fields:
        default = "required" if one.required else show(one.default)
        lines.append(f"  {one.name}  {default}  {one.kind.phrase}")
        lines += [f"    {one.doc}"] if one.doc else []
    lines += [] if fields else ["It takes no arguments."]
    return "\n".join([*lines, "", f"  {skeleton(found)}", ""])


def as_json(found: Found) -> str:
    """For programs; `schema` is the JSON Schema of an argument's value, params not allowed for."""
    arguments = [
        {
            "name": one.name,
            "takes": one.kind.phrase,
            "doc": one.doc,
            "required": one.required,
            **({} if one.required else {"default": one.default}),
            "schema": one.kind.schema(),
        }
        for one in found.entry.args.fields().values()
    ]
    entry = found.entry
    return (
        json.dumps(
            {"name": entry.name, "kind": found.kind, "doc": entry.doc, "arguments": arguments}, indent=2
        )
        + "\n"
    )
