"""The networks of `keras.applications`: one row each."""

from __future__ import annotations

from specgraph.rows.registry import NETWORKS, Rows

from .index import FAMILIES

APPLICATIONS = Rows.of("specgraph.applications", FAMILIES)
"""Every application that a spec may have, by its key."""

NETWORKS.homes = APPLICATIONS.homes
