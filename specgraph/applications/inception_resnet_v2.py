"""Inception-ResNet V2: blocks of branches, which are scaled and added to what came in."""

from __future__ import annotations

from typing import TypeAlias

from .base import Application, ApplicationArgs, Images, ended
from .inception_v3 import averaged, chain, conv, halving, joined, pool, stem
from .inside import Inner, Inside

Convs: TypeAlias = "tuple[tuple[int, int, int], ...]"

BLOCK35: tuple[Convs, ...] = (
    ((32, 1, 1),),
    ((32, 1, 1), (32, 3, 3)),
    ((32, 1, 1), (48, 3, 3), (64, 3, 3)),
)
BLOCK17: tuple[Convs, ...] = (((192, 1, 1),), ((128, 1, 1), (160, 1, 7), (192, 7, 1)))
BLOCK8: tuple[Convs, ...] = (((192, 1, 1),), ((192, 1, 1), (224, 1, 3), (256, 3, 1)))
"""The branches of a block, each a chain of convolutions: filters, rows, columns."""


def block(
    net: Inside, x: Inner, branches: tuple[Convs, ...], name: str, scale: float, relu: bool = True
) -> Inner:
    mixed = joined(net, *(chain(net, x, *convs) for convs in branches), name=f"{name}_mixed")
    up = net("Conv2D", mixed, name=f"{name}_conv", filters=x.channels, kernel_size=1, padding="same")
    x = net("CustomScaleLayer", x, up, scale=scale)
    return net("Activation", x, name=f"{name}_ac", activation="relu") if relu else x


def describe(net: Inside, args: ApplicationArgs) -> Inner:
    x = stem(net)
    branches = [chain(net, x, *convs) for convs in ENTRY]
    x = joined(net, *branches, averaged(net, x, 64), name="mixed_5b")
    for i in range(1, 11):
        x = block(net, x, BLOCK35, f"block35_{i}", 0.17)
    three = halving(net, x, 384, 3, 3)
    twice = halving(net, chain(net, x, (256, 1, 1), (256, 3, 3)), 384, 3, 3)
    x = joined(net, three, twice, pool(net, x), name="mixed_6a")
    for i in range(1, 21):
        x = block(net, x, BLOCK17, f"block17_{i}", 0.1)
    one = halving(net, conv(net, x, 256, 1, 1), 384, 3, 3)
    three = halving(net, conv(net, x, 256, 1, 1), 288, 3, 3)
    twice = halving(net, chain(net, x, (256, 1, 1), (288, 3, 3)), 320, 3, 3)
    x = joined(net, one, three, twice, pool(net, x), name="mixed_7a")
    for i in range(1, 10):
        x = block(net, x, BLOCK8, f"block8_{i}", 0.2)
    x = block(net, x, BLOCK8, "block8_10", 1.0, relu=False)
    x = net("Conv2D", x, name="conv_7b", filters=1536, kernel_size=1, padding="same", use_bias=False)
    x = net("BatchNormalization", x, name="conv_7b_bn", scale=False)
    x = net("Activation", x, name="conv_7b_ac", activation="relu")
    return ended(net, x, args, named=False)


ENTRY: tuple[Convs, ...] = (
    ((96, 1, 1),),
    ((48, 1, 1), (64, 5, 5)),
    ((64, 1, 1), (96, 3, 3), (96, 3, 3)),
)

LAYERS = (
    Application(
        name="InceptionResNetV2",
        args=ApplicationArgs,
        describe=describe,
        images=Images(least=75, trained=(299,)),
        doc="Inception blocks of several branches, scaled and added to what came in.",
    ),
)
