"""Inception V3: blocks of several branches, whose channels are put together."""

from __future__ import annotations

from typing import Any

from .base import Application, ApplicationArgs, Images, ended
from .inside import Inner, Inside


def conv(net: Inside, x: Inner, filters: int, *kernel: int, **arguments: Any) -> Inner:
    """A convolution, of a kernel of so many rows and columns, with normalization and `relu`."""
    given = {"padding": "same", **arguments}
    x = net("Conv2D", x, filters=filters, kernel_size=kernel, use_bias=False, **given)
    x = net("BatchNormalization", x, scale=False)
    return net("Activation", x, activation="relu")


def halving(net: Inside, x: Inner, filters: int, *kernel: int) -> Inner:
    return conv(net, x, filters, *kernel, strides=2, padding="valid")


def chain(net: Inside, x: Inner, *convs: tuple[int, int, int]) -> Inner:
    """Convolutions one after the other: filters, rows, columns."""
    for one in convs:
        x = conv(net, x, *one)
    return x


def averaged(net: Inside, x: Inner, filters: int) -> Inner:
    x = net("AveragePooling2D", x, pool_size=3, strides=1, padding="same")
    return conv(net, x, filters, 1, 1)


def pool(net: Inside, x: Inner) -> Inner:
    return net("MaxPooling2D", x, pool_size=3, strides=2)


def joined(net: Inside, *branches: Inner, name: str | None = None) -> Inner:
    return net("Concatenate", *branches, name=name, axis=3)


def stem(net: Inside) -> Inner:
    x = halving(net, net.image, 32, 3, 3)
    x = conv(net, x, 32, 3, 3, padding="valid")
    x = conv(net, x, 64, 3, 3)
    x = pool(net, x)
    x = conv(net, x, 80, 1, 1, padding="valid")
    x = conv(net, x, 192, 3, 3, padding="valid")
    return pool(net, x)


def first(net: Inside, x: Inner, name: str, last: int) -> Inner:
    """Of the blocks on the large images."""
    one = conv(net, x, 64, 1, 1)
    five = chain(net, x, (48, 1, 1), (64, 5, 5))
    three = chain(net, x, (64, 1, 1), (96, 3, 3), (96, 3, 3))
    return joined(net, one, five, three, averaged(net, x, last), name=name)


def second(net: Inside, x: Inner, name: str, width: int) -> Inner:
    """Of the blocks on the middle images, whose kernels are one row and one column in turn."""
    one = conv(net, x, 192, 1, 1)
    seven = chain(net, x, (width, 1, 1), (width, 1, 7), (192, 7, 1))
    twice = chain(net, x, (width, 1, 1), (width, 7, 1), (width, 1, 7), (width, 7, 1), (192, 1, 7))
    return joined(net, one, seven, twice, averaged(net, x, 192), name=name)


def third(net: Inside, x: Inner, number: int) -> Inner:
    """Of the blocks on the small images, whose branches fork."""
    one = conv(net, x, 320, 1, 1)
    three = conv(net, x, 384, 1, 1)
    forks = conv(net, three, 384, 1, 3), conv(net, three, 384, 3, 1)
    three = joined(net, *forks, name=f"mixed9_{number}")
    twice = chain(net, x, (448, 1, 1), (384, 3, 3))
    forks = conv(net, twice, 384, 1, 3), conv(net, twice, 384, 3, 1)
    twice = joined(net, *forks)
    return joined(net, one, three, twice, averaged(net, x, 192), name=f"mixed{9 + number}")


def describe(net: Inside, args: ApplicationArgs) -> Inner:
    x = stem(net)
    for i, last in enumerate((32, 64, 64)):
        x = first(net, x, f"mixed{i}", last)
    three = halving(net, x, 384, 3, 3)
    twice = halving(net, chain(net, x, (64, 1, 1), (96, 3, 3)), 96, 3, 3)
    x = joined(net, three, twice, pool(net, x), name="mixed3")
    for i, width in enumerate((128, 160, 160, 192), 4):
        x = second(net, x, f"mixed{i}", width)
    three = halving(net, conv(net, x, 192, 1, 1), 320, 3, 3)
    seven = halving(net, chain(net, x, (192, 1, 1), (192, 1, 7), (192, 7, 1)), 192, 3, 3)
    x = joined(net, three, seven, pool(net, x), name="mixed8")
    for i in range(2):
        x = third(net, x, i)
    return ended(net, x, args, named=False)


LAYERS = (
    Application(
        name="InceptionV3",
        args=ApplicationArgs,
        describe=describe,
        images=Images(least=75, trained=(299,)),
        doc="The third Inception network: blocks of several branches with kernels of different sizes.",
    ),
)
