"""Every key that an item of `layers:` may have, apart from the names a spec defines itself."""

from __future__ import annotations

from specgraph import layers, ops
from specgraph.applications import APPLICATIONS
from specgraph.rows.registry import Rows

__all__ = ("ALIASES", "REFUSED", "ROWS")

ROWS = Rows({**layers.LAYERS.homes, **ops.OPS.homes, **APPLICATIONS.homes})
"""Layers, ops and applications by key."""

ALIASES = {**layers.ALIASES, **ops.ALIASES}
"""Other names that Keras has for a layer or an op."""

REFUSED = {**layers.REFUSED, **ops.REFUSED}
"""What Keras has but a spec may not, each with the reason."""
