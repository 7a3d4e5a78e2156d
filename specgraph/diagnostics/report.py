"""Where the phases leave what they find."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from specgraph.source.errors import SourceError
from specgraph.source.text import Span

from .codes import code
from .diagnostic import Diagnostic, Fix, Label, Severity

PATIENCE = 100_000
"""How much one run searches for what its mistakes were meant to be: pairs of words, long ones for more."""


class Report:
    """The diagnostics of one run, in the order they were found."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.failed = False
        """Whether anything found is an error."""
        self.via: tuple[Label, ...] = ()
        """The lines that led to what is looked at now: uses of blocks, rounds of repeats."""
        self._seen: set[tuple[str, int, int, str]] = set()
        self._patience = PATIENCE
        self.expanded = 0
        """Values that the run has put in so far, for `Limits.expanded_nodes`."""

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
        if self.via:
            causes = (*causes, *self.via)
            fix = fix and fix._replace(safe=False)  # the line is in use elsewhere too
        found = Diagnostic(code(rule), message, span, label, tuple(causes), help, fix, layer, severity)
        self.diagnostics.append(found)
        self.failed = self.failed or severity == "error"

    def refuse(self, error: SourceError) -> None:
        """Add that a text cannot be read."""
        causes = [Label(span, words) for span, words in error.related]
        self.say(error.rule, error.message, error.span, causes=causes, help=error.help)

    @property
    def patient(self) -> bool:
        """Whether `near` still searches."""
        return self._patience > 0

    def near(self, word: str, candidates: Collection[str], *, argument: bool = False) -> str | None:
        """The candidate that `word` was probably meant to be; none after too many searches in one run.

        With `argument`, names of arguments in Keras 1 and 2 count as those of today.
        """
        self._patience -= len(candidates) * (1 + len(word) // 8)
        if self._patience < 0:
            return None
        from .suggest import closest, closest_argument

        found = (closest_argument if argument else closest)(word, candidates)
        return found[0] if found else None

    def did_you_mean(self, word: str, candidates: Collection[str]) -> tuple[str | None, str]:
        """The nearest candidate and a help line, or (None, "")."""
        near = self.near(word, candidates)
        return (near, f"did you mean `{near}`?") if near else (None, "")

    def sorted(self) -> list[Diagnostic]:
        """Errors and warnings in the order of their places."""
        return sorted(self.diagnostics, key=lambda one: (one.span.source.name, one.span.start))


def did_you_mean(word: str, candidates: Collection[str]) -> tuple[str | None, str]:
    """For a single mistake, outside a run: the nearest candidate and a help line, or (None, "")."""
    return Report().did_you_mean(word, candidates)
