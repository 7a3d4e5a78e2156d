"""What a page of explanation holds."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """A few sentences on a code, a spec that has it (None where no text can show it), and its repair."""

    text: str
    bad: str | None
    good: str
