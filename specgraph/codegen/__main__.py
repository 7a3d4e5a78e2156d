"""`python -m specgraph.codegen`: everything generated, written anew into this checkout."""

from __future__ import annotations

from . import blocks, catalogue, index, schema

index.write()
schema.write()
catalogue.write()
blocks.write()
