"""What a diagnostic is."""

from __future__ import annotations

from typing import Literal, NamedTuple

from specgraph.source.text import Span

from .codes import Code

Severity = Literal["error", "warning", "info"]


class Label(NamedTuple):
    """A place and what there is to say about it, such as the cause of an error."""

    span: Span
    message: str


class Edit(NamedTuple):
    """Replace the text of `span` (insert, where it is empty) by `replacement`."""

    span: Span
    replacement: str


def rename(span: Span, name: str) -> Edit:
    """Write another name in place of the one at `span`: quoted if that is, or if it has to be."""
    from .edits import format_value

    quoted = span.text.startswith(("'", '"')) or span.source.name.endswith(".json")
    return Edit(span, format_value(name, quoted=quoted))


class Fix(NamedTuple):
    """Edits that mend a spec; spans refer to the text as it was read, and never overlap."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True
    """True when the edit can only be what the author meant."""


class Diagnostic(NamedTuple):
    """One finding about a spec.

    Messages are one line each, without a full stop; they may hold text from the file, which the
    renderers escape.
    """

    code: Code
    message: str
    span: Span
    label: str = ""
    """What stands under the carets of the primary span."""
    causes: tuple[Label, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    layer: str | None = None
    """The layer (or input) at fault, by its name in the graph."""
    severity: Severity = "error"
