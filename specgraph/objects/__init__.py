"""What Keras calls by name besides layers: one catalogue in each module."""

from __future__ import annotations

from importlib import import_module

from specgraph.spec.catalog import Catalog

MODULES = (
    "initializers", "regularizers", "constraints", "optimizers", "schedules", "losses", "metrics",
    "callbacks", "objectives",
)  # fmt: skip


def catalogs() -> tuple[Catalog, ...]:
    """All catalogues; their modules are imported now and not before."""
    return tuple(getattr(import_module(f"{__name__}.{module}"), module.upper()) for module in MODULES)
