"""The name that Keras makes from a class."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=512)
def snake(name: str) -> str:
    """`MaxPooling2D` -> `max_pooling2d`; what stands before a dot is left out."""
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name.rpartition(".")[2])
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
