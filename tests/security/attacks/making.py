"""How the specs of attacks are made, and how large floods are."""

from __future__ import annotations

import os
from collections.abc import Callable

FULL = "SPECGRAPH_FUZZ" in os.environ


def n(count: int) -> int:
    """So many things in a flood."""
    return count if FULL else count // 10


HEAD = "specgraph: 1\ninputs: {x: [4]}\nlayers:\n"
IMAGE = "specgraph: 1\ninputs: {image: [32, 32, 3]}\nlayers:\n"
KB = 1 << 10
MB = 1 << 20


def layer(item: str, head: str = HEAD) -> str:
    """A spec with one item."""
    return f"{head}  - {item}\n"


def many(count: int, item: Callable[[int], str], head: str = HEAD) -> str:
    """A spec with many items, each made from its number."""
    return head + "".join(f"  - {item(i)}\n" for i in range(count))


def doubling(levels: int) -> str:
    """Models that each call the one before twice: 2 to the power of `levels` layers."""
    text = "specgraph: 1\nmodels:\n  m0: {inputs: {x: [4]}, layers: [Dense: {units: 4}]}\n"
    for i in range(1, levels + 1):
        text += f"  m{i}: {{inputs: {{x: [4]}}, layers: [m{i - 1}, m{i - 1}]}}\n"
    return text


def training(models: str, phase: str, count: int) -> str:
    """Models with phases that train them."""
    phases = "  phases:\n" + f"    - {phase}\n" * count
    last = models.rindex("  m") + 2
    name = models[last : models.index(":", last)]
    return f"{models}train:\n  model: {name}\n{phases}"
