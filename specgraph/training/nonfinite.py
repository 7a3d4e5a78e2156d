"""Why a loss is no finite number: the first layer, weight or column that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import TrainError

if TYPE_CHECKING:
    from .keeper import NotFinite
    from .phases import Fit


def explain(fit: Fit, found: NotFinite) -> TrainError:
    """The error to raise."""
    return TrainError(f"phase `{fit.plan.phase.name}`: {found}")
