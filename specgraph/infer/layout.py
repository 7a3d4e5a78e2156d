"""Which axis of a declared image holds its channels."""

from __future__ import annotations

from collections.abc import Sequence

from specgraph.ir.dim import Dim

CHANNELS = (1, 3, 4)
"""How many channels an image has: grey, colour, colour with alpha."""
LEAST_SIDE = 16


def in_front(shape: Sequence[Dim]) -> bool:
    """Whether a shape, without the batch, seems to have its channels first: `[3, 224, 224]`."""
    if len(shape) < 3 or shape[0] not in CHANNELS:
        return False
    sides = [size for size in shape[1:] if isinstance(size, int)]
    if len(sides) < len(shape) - 1:
        return False
    return min(sides) >= LEAST_SIDE or (len(set(sides)) == 1 and sides[0] >= 8)


def behind(shape: Sequence[Dim]) -> tuple[Dim, ...]:
    """The same shape with its channels last."""
    return (*shape[1:], shape[0])
