"""How many uses are drawn: few, SPECGRAPH_FUZZ times as many, or, with `long`, a hundred times as many."""

from __future__ import annotations

import os

from specgraph.testing.profile import VARIABLE, examples

FUZZ = os.environ.get(VARIABLE, "")
MANY = examples(1)
