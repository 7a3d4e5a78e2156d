"""Text with positions: opens files, and reads YAML and JSON into one kind of tree."""

from __future__ import annotations

from .errors import SourceError, UnreadableError
from .load import decode, load, read
from .nodes import ListNode, MapNode, Node, Scalar, at
from .scalars import legacy
from .text import Source, Span

__all__ = (
    "ListNode",
    "MapNode",
    "Node",
    "Scalar",
    "Source",
    "SourceError",
    "Span",
    "UnreadableError",
    "at",
    "decode",
    "legacy",
    "load",
    "read",
)
