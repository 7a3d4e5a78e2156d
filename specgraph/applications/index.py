"""Which family module has which rows. Generated: `python -m specgraph.codegen`."""

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {
    "vgg": (
        "VGG16",
        "VGG19",
    ),
}
