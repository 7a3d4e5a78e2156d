"""How many uses are drawn: few, SPECGRAPH_FUZZ times as many, or, with `long`, a hundred times as many."""

from __future__ import annotations

import os

FUZZ = os.environ.get("SPECGRAPH_FUZZ", "")
MANY = 100 if FUZZ == "long" else int(FUZZ or 1)
