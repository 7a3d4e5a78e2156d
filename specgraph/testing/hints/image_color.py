"""Layers that change colours."""

from __future__ import annotations

from .images import IMAGES

HINTS = {
    "AutoContrast": IMAGES,
    "ContrastLimitedAdaptiveHistogramEqualization": IMAGES,
    "Equalization": IMAGES,
    "Solarization": IMAGES,
    "RandomBrightness": IMAGES,
    "RandomContrast": IMAGES,
    "RandomColorDegeneration": IMAGES,
    "RandomHue": IMAGES,
    "RandomSaturation": IMAGES,
    "RandomSharpness": IMAGES,
    "RandomPosterization": IMAGES,
    "RandomInvert": IMAGES,
    "RandomGrayscale": IMAGES,
    "RandomColorJitter": IMAGES,
}
