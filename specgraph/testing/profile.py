"""How many examples a property test tries: few by default, more by the environment."""

from __future__ import annotations

import os

VARIABLE = "SPECGRAPH_FUZZ"
LONG = 100


def examples(few: int) -> int:
    """`few`, times the number in SPECGRAPH_FUZZ, which may be `long` for 100.

    ValueError if it is neither.
    """
    written = os.environ.get(VARIABLE, "1")
    factor = LONG if written == "long" else float(written)
    return max(1, round(few * factor))
