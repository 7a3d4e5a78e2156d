"""What goes wrong while text is read."""

from __future__ import annotations

from .text import Span


class SourceError(Exception):
    """Text that is no spec: bad syntax, a limit passed, a form that the language does not have.

    `rule` is the slug of a code in `diagnostics.codes`, one of `syntax`, `encoding`, `limit`,
    `duplicate-key`, `yaml-feature`. `related` are further places, each with a few words.
    """

    def __init__(
        self,
        rule: str,
        message: str,
        span: Span,
        *,
        help: str | None = None,
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.span = span
        self.help = help
        self.related = related


class UnreadableError(Exception):
    """A file that cannot be opened or read at all: exit code 2, not a finding about its text."""
