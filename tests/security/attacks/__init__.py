"""Hostile specs by class of attack. Each is refused: exit 1, a place, no traceback, within the limits.

Floods are as large as the limits let them be with `SPECGRAPH_FUZZ` set, else a tenth of that.
"""

from __future__ import annotations

from .costs import FLOODS, RESOURCES
from .expressions import EXPRESSIONS
from .graphs import GRAPHS
from .making import FULL, HEAD
from .paths import PATHS
from .reading import AMPLIFICATION, ENCODINGS, PARSE_DEPTH, SCALARS, SHAPE, TAGS
from .unsafe import UNSAFE

__all__ = (
    "AMPLIFICATION", "ENCODINGS", "EXPRESSIONS", "FLOODS", "FULL", "GRAPHS", "HEAD", "PARSE_DEPTH", "PATHS", "RESOURCES",
    "SCALARS", "SHAPE", "TAGS", "UNSAFE",
)  # fmt: skip
