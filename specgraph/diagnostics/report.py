"""Where the phases leave what they find."""

from __future__ import annotations

from collections.abc import Sequence

from specgraph.source.text import Span

from .codes import code
from .diagnostic import Diagnostic, Fix, Label, Severity
from .suggest import closest


class Report:
    """The diagnostics of one run, in the order they were found."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._seen: set[tuple[str, int, int, str]] = set()

    def say(
        self,
        rule: str,
        message: str,
        span: Span,
        *,
        label: str = "",
        causes: Sequence[Label] = (),
        help: str | None = None,
        fix: Fix | None = None,
        layer: str | None = None,
        severity: Severity = "error",
    ) -> None:
        """Add a diagnostic, unless the same was said of the same place."""
        key = (rule, span.start, span.end, message)
        if key in self._seen:
            return
        self._seen.add(key)
        found = Diagnostic(code(rule), message, span, label, tuple(causes), help, fix, layer, severity)
        self.diagnostics.append(found)

    @property
    def failed(self) -> bool:
        """Whether anything found is an error."""
        return any(one.severity == "error" for one in self.diagnostics)

    def sorted(self) -> list[Diagnostic]:
        """Errors and warnings in the order of their places."""
        return sorted(self.diagnostics, key=lambda one: (one.span.source.name, one.span.start))


def did_you_mean(word: str, candidates: Sequence[str]) -> tuple[str | None, str]:
    """The nearest candidate and a help line, or (None, "")."""
    near = closest(word, candidates)
    return (near[0], f"did you mean `{near[0]}`?") if near else (None, "")
