"""Every key that an item of `layers:` may have, apart from the names a spec defines itself."""

from __future__ import annotations

from specgraph.applications import APPLICATIONS
from specgraph.layers import ALIASES, LAYERS, REFUSED
from specgraph.ops import OPS
from specgraph.rows.registry import Rows

__all__ = ("ALIASES", "REFUSED", "ROWS")

ROWS = Rows({**LAYERS.homes, **OPS.homes, **APPLICATIONS.homes})
"""Layers, ops and applications by key."""
