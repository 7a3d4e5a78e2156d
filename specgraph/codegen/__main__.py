"""`python -m specgraph.codegen`: everything generated, written anew into this checkout."""

from __future__ import annotations

import os
import sys

from . import blocks, catalogue, index, schema

if index.write():  # rows are found by it, in a process that has not read the old one
    os.execv(sys.executable, [sys.executable, "-m", "specgraph.codegen"])
schema.write()
catalogue.write()
blocks.write()
