"""How to draw what fits together, for rows whose arguments and inputs interact.

One module for each family of layers that needs it, named like the family, with `HINTS` by row; three for all
ops, and one hint for all applications. A row without a hint is drawn from its kinds, rank and number of
inputs alone, again and again until it is accepted; a hint makes that quick.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from specgraph.rows.base import Layer
from specgraph.vocabulary import ROWS

from .hint import Draft, Hint

__all__ = ("Draft", "Hint", "hint_of")


@cache
def _of_ops() -> dict[str, Hint]:
    """Those of ops, which are few for each family."""
    from . import ops_images, ops_numbers, ops_tensors

    return {**ops_images.HINTS, **ops_numbers.HINTS, **ops_tensors.HINTS}


@cache
def hint_of(row: Layer[Any]) -> Hint:
    """The hint for a row; one that does nothing if there is none."""
    if row.keras_name.startswith("applications."):
        from .applications import HINT

        return HINT
    if row.name.startswith("ops."):
        return _of_ops().get(row.name, Hint())
    family = ROWS.homes.get(row.name, "").rpartition(".")[2]
    name = f"{__name__}.{family}"
    if not family or find_spec(name) is None:
        return Hint()
    hints: dict[str, Hint] = getattr(import_module(name), "HINTS", {})  # `windows` is what hints share
    return hints.get(row.name, Hint())
