"""DenseNet: blocks whose layers each read all that came before in the block."""

from __future__ import annotations

from collections.abc import Callable

from .base import Application, ApplicationArgs, ended
from .inside import Inner, Inside
from .resnet import norm_relu

GROWTH = 32
"""Channels that each layer of a block adds."""


def grow(net: Inside, x: Inner, name: str) -> Inner:
    made = norm_relu(net, x, f"{name}_0_bn", f"{name}_0_relu")
    made = net("Conv2D", made, name=f"{name}_1_conv", filters=4 * GROWTH, kernel_size=1, use_bias=False)
    made = norm_relu(net, made, f"{name}_1_bn", f"{name}_1_relu")
    made = net(
        "Conv2D", made, name=f"{name}_2_conv", filters=GROWTH, kernel_size=3, padding="same", use_bias=False
    )
    return net("Concatenate", x, made, name=f"{name}_concat", axis=3)


def halve(net: Inside, x: Inner, name: str) -> Inner:
    """Half the channels, and half the image."""
    x = norm_relu(net, x, f"{name}_bn", f"{name}_relu")
    x = net("Conv2D", x, name=f"{name}_conv", filters=x.channels // 2, kernel_size=1, use_bias=False)
    return net("AveragePooling2D", x, name=f"{name}_pool", pool_size=2, strides=2)


def densenet(*blocks: int) -> Callable[[Inside, ApplicationArgs], Inner]:
    """With so many layers in each block."""

    def describe(net: Inside, args: ApplicationArgs) -> Inner:
        x = net("ZeroPadding2D", net.image, padding=3)
        x = net("Conv2D", x, name="conv1_conv", filters=64, kernel_size=7, strides=2, use_bias=False)
        x = norm_relu(net, x, "conv1_bn", "conv1_relu")
        x = net("ZeroPadding2D", x, padding=1)
        x = net("MaxPooling2D", x, name="pool1", pool_size=3, strides=2)
        for block, count in enumerate(blocks, 2):
            if block > 2:
                x = halve(net, x, f"pool{block - 1}")
            for i in range(1, count + 1):
                x = grow(net, x, f"conv{block}_block{i}")
        x = norm_relu(net, x, "bn", "relu")
        return ended(net, x, args)

    return describe


_DOC = "The densely connected network of {} layers: each layer of a block reads all those before it."

LAYERS = (
    Application(
        name="DenseNet121", args=ApplicationArgs, describe=densenet(6, 12, 24, 16), doc=_DOC.format(121)
    ),
    Application(
        name="DenseNet169", args=ApplicationArgs, describe=densenet(6, 12, 32, 32), doc=_DOC.format(169)
    ),
    Application(
        name="DenseNet201", args=ApplicationArgs, describe=densenet(6, 12, 48, 32), doc=_DOC.format(201)
    ),
)
