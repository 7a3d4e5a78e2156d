"""Layers that move pixels."""

from __future__ import annotations

from .images import IMAGES, SHEARED

HINTS = {
    "CenterCrop": IMAGES,
    "RandomCrop": IMAGES,
    "Resizing": IMAGES,
    "RandomFlip": IMAGES,
    "RandomRotation": IMAGES,
    "RandomTranslation": IMAGES,
    "RandomZoom": IMAGES,
    "RandomShear": SHEARED,
    "RandomPerspective": IMAGES,
    "RandomElasticTransform": IMAGES,
}
