"""Xception: separable convolutions all the way, with residual connections."""

from __future__ import annotations

from .base import Application, ApplicationArgs, Images, ended
from .inside import Inner, Inside


def conv(net: Inside, x: Inner, name: str, filters: int, strides: int = 1) -> Inner:
    x = net("Conv2D", x, name=name, filters=filters, kernel_size=3, strides=strides, use_bias=False)
    x = net("BatchNormalization", x, name=f"{name}_bn")
    return net("Activation", x, name=f"{name}_act", activation="relu")


def separable(net: Inside, x: Inner, name: str, filters: int) -> Inner:
    x = net("SeparableConv2D", x, name=name, filters=filters, kernel_size=3, padding="same", use_bias=False)
    return net("BatchNormalization", x, name=f"{name}_bn")


def halving(net: Inside, x: Inner, name: str, filters: tuple[int, int], relu: bool = True) -> Inner:
    """A block that halves the image; the first has no activation before its first convolution."""
    skip = net("Conv2D", x, filters=filters[1], kernel_size=1, strides=2, padding="same", use_bias=False)
    skip = net("BatchNormalization", skip)
    if relu:
        x = net("Activation", x, name=f"{name}_sepconv1_act", activation="relu")
    x = separable(net, x, f"{name}_sepconv1", filters[0])
    x = net("Activation", x, name=f"{name}_sepconv2_act", activation="relu")
    x = separable(net, x, f"{name}_sepconv2", filters[1])
    x = net("MaxPooling2D", x, name=f"{name}_pool", pool_size=3, strides=2, padding="same")
    return net("Add", x, skip)


def middle(net: Inside, x: Inner, name: str) -> Inner:
    skip = x
    for i in range(1, 4):
        x = net("Activation", x, name=f"{name}_sepconv{i}_act", activation="relu")
        x = separable(net, x, f"{name}_sepconv{i}", 728)
    return net("Add", x, skip)


def describe(net: Inside, args: ApplicationArgs) -> Inner:
    x = conv(net, net.image, "block1_conv1", 32, strides=2)
    x = conv(net, x, "block1_conv2", 64)
    x = halving(net, x, "block2", (128, 128), relu=False)
    x = halving(net, x, "block3", (256, 256))
    x = halving(net, x, "block4", (728, 728))
    for i in range(5, 13):
        x = middle(net, x, f"block{i}")
    x = halving(net, x, "block13", (728, 1024))
    for i, filters in enumerate((1536, 2048), 1):
        x = separable(net, x, f"block14_sepconv{i}", filters)
        x = net("Activation", x, name=f"block14_sepconv{i}_act", activation="relu")
    return ended(net, x, args, named=False)


LAYERS = (
    Application(
        name="Xception",
        args=ApplicationArgs,
        describe=describe,
        images=Images(least=71, trained=(299,)),
        doc="A network of separable convolutions, which convolve each channel on its own and then mix them.",
    ),
)
