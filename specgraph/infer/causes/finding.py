"""A diagnostic in the making."""

from __future__ import annotations

from specgraph.diagnostics import Edit, Fix, Label
from specgraph.diagnostics.diagnostic import Severity
from specgraph.diagnostics.report import Report
from specgraph.ir.graph import GraphNode
from specgraph.rows.base import Reject
from specgraph.source.text import Span


class Finding:
    """What will be said of a refusal; the search for its cause adds to it, or hands it to another rule."""

    def __init__(self, reject: Reject, node: GraphNode) -> None:
        value = node.argument(reject.argument) if reject.argument else None
        self.rule = reject.rule
        self.message = reject.message
        self.span = value.span if value is not None else node.key.span
        self.label = reject.label
        self.layer = node.name
        self.help = reject.help
        self.causes: list[Label] = []
        self.fix: Fix | None = None
        self.severity: Severity = "error"

    def because(self, span: Span, words: str) -> None:
        """Point at a place further up."""
        label = Label(span, words)
        if label not in self.causes:
            self.causes.append(label)

    def mend(self, title: str, *edits: Edit | None, safe: bool = False) -> None:
        """Offer a fix, unless one of its edits cannot be made, and say it as help where nothing is said."""
        made = tuple(edit for edit in edits if edit is not None)
        if made and len(made) == len(edits):
            self.fix = Fix(title, made, safe)
        self.help = self.help or title

    def say(self, report: Report) -> None:
        report.say(
            self.rule, self.message, self.span, label=self.label, causes=self.causes, help=self.help,
            fix=self.fix, layer=self.layer, severity=self.severity,
        )  # fmt: skip
