"""Which family module has which rows. Generated: `python -m specgraph.codegen`."""

# fmt: off

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {
}
