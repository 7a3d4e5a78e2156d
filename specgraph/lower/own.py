"""The Keras layers of our own, by the keys that specs have for them; importing this module registers them."""

from __future__ import annotations

from typing import Any

from .positions import PositionEmbedding
from .reversible import ReversibleDense
from .sampling import Sampling

OWN: dict[str, Any] = {
    "PositionEmbedding": PositionEmbedding, "ReversibleDense": ReversibleDense, "Sampling": Sampling,
}  # fmt: skip
