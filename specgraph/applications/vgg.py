"""VGG: blocks of 3x3 convolutions, each of which ends by halving the image."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .base import Application, ApplicationArgs, classified, pooled
from .inside import Inner, Inside

HIDDEN = 4096

Blocks: TypeAlias = "tuple[tuple[int, int], ...]"
"""For each block how many convolutions, and of how many filters."""
VGG16: Blocks = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
VGG19: Blocks = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))


def vgg(blocks: Blocks) -> Callable[[Inside, ApplicationArgs], Inner]:
    def describe(net: Inside, args: ApplicationArgs) -> Inner:
        x = net.image
        for block, (count, filters) in enumerate(blocks, 1):
            for i in range(1, count + 1):
                name = f"block{block}_conv{i}"
                x = net(
                    "Conv2D", x, name=name, filters=filters, kernel_size=3, activation="relu", padding="same"
                )
            x = net("MaxPooling2D", x, name=f"block{block}_pool", pool_size=2, strides=2)
        if not args.include_top:
            return pooled(net, x, args, named=False)
        x = net("Flatten", x, name="flatten")
        x = net("Dense", x, name="fc1", units=HIDDEN, activation="relu")
        x = net("Dense", x, name="fc2", units=HIDDEN, activation="relu")
        return classified(net, x, args)

    return describe


_DOC = "The VGG network of {} layers with weights: 3x3 convolutions in five blocks, each halving the image."

LAYERS = (
    Application(name="VGG16", args=ApplicationArgs, describe=vgg(VGG16), doc=_DOC.format(16)),
    Application(name="VGG19", args=ApplicationArgs, describe=vgg(VGG19), doc=_DOC.format(19)),
)
