"""Functions of `keras.ops` that can be a node: one row each, by the key `ops.NAME`."""

from __future__ import annotations

from specgraph.rows.registry import Rows

from .index import FAMILIES

OPS = Rows.of("specgraph.ops", FAMILIES)
"""Every op that a spec may have, by its key."""
