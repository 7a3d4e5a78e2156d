"""Layers that mix images."""

from __future__ import annotations

from .images import IMAGES

HINTS = {
    "MixUp": IMAGES,
    "CutMix": IMAGES,
    "AugMix": IMAGES,
    "RandAugment": IMAGES,
    "RandomErasing": IMAGES,
    "RandomGaussianBlur": IMAGES,
    "MaxNumBoundingBoxes": IMAGES,
}
