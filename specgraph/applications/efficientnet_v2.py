"""EfficientNet V2: the early blocks convolve and mix at once, the later ones as in EfficientNet."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from specgraph.objects.initializers import INITIALIZERS
from specgraph.spec.catalog import Named, OneOf

from .base import Application, ApplicationArgs, Images
from .efficientnet import DEVIATIONS, DROP_CONNECT, ended, excite, kernel, mix, norm_active, skip
from .inside import Inner, Inside

DROPOUT = 0.2
NORM = {"momentum": 0.9}
MEANS = (0.485, 0.456, 0.406)
"""Of the channels of ImageNet's pictures, in shares of 255."""


class EfficientNetV2Args(ApplicationArgs):
    include_preprocessing: bool = True


class Block(NamedTuple):
    """`fused` blocks have one 3x3 convolution where others have a mix and one for each channel; only the
    others weigh their channels."""

    fused: bool
    repeats: int
    entering: int
    filters: int
    expansion: int
    stride: int


BASE = (
    Block(True, 1, 32, 16, 1, 1),
    Block(True, 2, 16, 32, 4, 2),
    Block(True, 2, 32, 48, 4, 2),
    Block(False, 3, 48, 96, 4, 2),
    Block(False, 5, 96, 112, 6, 1),
    Block(False, 8, 112, 192, 6, 2),
)
SMALL = (
    Block(True, 2, 24, 24, 1, 1),
    Block(True, 4, 24, 48, 4, 2),
    Block(True, 4, 48, 64, 4, 2),
    Block(False, 6, 64, 128, 4, 2),
    Block(False, 9, 128, 160, 6, 1),
    Block(False, 15, 160, 256, 6, 2),
)
MEDIUM = (
    Block(True, 3, 24, 24, 1, 1),
    Block(True, 5, 24, 48, 4, 2),
    Block(True, 5, 48, 80, 4, 2),
    Block(False, 7, 80, 160, 4, 2),
    Block(False, 14, 160, 176, 6, 1),
    Block(False, 18, 176, 304, 6, 2),
    Block(False, 5, 304, 512, 6, 1),
)
LARGE = (
    Block(True, 4, 32, 32, 1, 1),
    Block(True, 7, 32, 64, 4, 2),
    Block(True, 7, 64, 96, 4, 2),
    Block(False, 10, 96, 192, 4, 2),
    Block(False, 19, 192, 224, 6, 1),
    Block(False, 25, 224, 384, 6, 2),
    Block(False, 7, 384, 640, 6, 1),
)


def by_eight(value: float) -> int:
    """The nearest multiple of 8; at least 8."""
    return max(8, int(value + 4) // 8 * 8)


def convolve(net: Inside, x: Inner, name: str, filters: int, stride: int) -> Inner:
    return net(
        "Conv2D", x, name=name, filters=filters, kernel_size=3, strides=stride, padding="same",
        use_bias=False, kernel_initializer=kernel(),
    )  # fmt: skip


def fused(net: Inside, x: Inner, name: str, one: Block) -> Inner:
    if one.expansion == 1:
        x = convolve(net, x, f"{name}project_conv", one.filters, one.stride)
        return norm_active(net, x, f"{name}project_bn", f"{name}project_activation", **NORM)
    x = convolve(net, x, f"{name}expand_conv", one.entering * one.expansion, one.stride)
    x = norm_active(net, x, f"{name}expand_bn", f"{name}expand_activation", **NORM)
    x = mix(net, x, f"{name}project_conv", one.filters)
    return net("BatchNormalization", x, name=f"{name}project_bn", **NORM)


def parted(net: Inside, x: Inner, name: str, one: Block) -> Inner:
    x = mix(net, x, f"{name}expand_conv", one.entering * one.expansion)
    x = norm_active(net, x, f"{name}expand_bn", f"{name}expand_activation", **NORM)
    x = net(
        "DepthwiseConv2D", x, name=f"{name}dwconv2", kernel_size=3, strides=one.stride, padding="same",
        use_bias=False, depthwise_initializer=kernel(),
    )  # fmt: skip
    x = norm_active(net, x, f"{name}bn", f"{name}activation", **NORM)
    x = excite(net, x, name, max(1, one.entering // 4))
    x = mix(net, x, f"{name}project_conv", one.filters)
    return net("BatchNormalization", x, name=f"{name}project_bn", **NORM)


def preprocessed(net: Inside, base: bool) -> Inner:
    """The base networks take ImageNet's statistics, the others scale to -1..1."""
    if not base or net.image.type.shape[3] != 3:
        return net("Rescaling", net.image, scale=1 / 128, offset=-1.0)
    x = net("Rescaling", net.image, scale=1 / 255)
    return net("Normalization", x, mean=MEANS, variance=tuple(one**2 for one in DEVIATIONS))


def efficientnet_v2(
    blocks: tuple[Block, ...], width: float = 1.0, depth: float = 1.0
) -> Callable[[Inside, EfficientNetV2Args], Inner]:
    """Channels times `width`, blocks times `depth`."""

    def describe(net: Inside, args: EfficientNetV2Args) -> Inner:
        x = preprocessed(net, blocks is BASE) if args.include_preprocessing else net.image
        x = convolve(net, x, "stem_conv", by_eight(blocks[0].entering * width), 2)
        x = norm_active(net, x, "stem_bn", "stem_activation", **NORM)
        done, total = 0, sum(one.repeats for one in blocks)
        for i, one in enumerate(blocks, 1):
            one = one._replace(entering=by_eight(one.entering * width), filters=by_eight(one.filters * width))
            for j in range(math.ceil(depth * one.repeats)):
                start, name = x, f"block{i}{chr(97 + j)}_"
                x = fused(net, x, name, one) if one.fused else parted(net, x, name, one)
                if one.stride == 1 and one.entering == one.filters:
                    x = skip(net, start, x, name, DROP_CONNECT * done / total)
                one = one._replace(entering=one.filters, stride=1)
                done += 1
        x = mix(net, x, "top_conv", by_eight(1280 * width))
        x = norm_active(net, x, "top_bn", "top_activation", **NORM)
        return ended(net, x, args, DROPOUT, bias_initializer=_zero())

    return describe


def _zero() -> Named:
    return OneOf("an initializer", lambda: INITIALIZERS).check({"Constant": {"value": 0.0}})


def _row(name: str, size: int, blocks: tuple[Block, ...], *factors: float) -> Application[EfficientNetV2Args]:
    return Application(
        name=name,
        args=EfficientNetV2Args,
        describe=efficientnet_v2(blocks, *factors),
        images=Images(trained=(size,)),
        doc=f"The network of the second EfficientNet family for images of {size} x {size}.",
    )


LAYERS = (
    _row("EfficientNetV2B0", 224, BASE),
    _row("EfficientNetV2B1", 240, BASE, 1.0, 1.1),
    _row("EfficientNetV2B2", 260, BASE, 1.1, 1.2),
    _row("EfficientNetV2B3", 300, BASE, 1.2, 1.4),
    _row("EfficientNetV2S", 384, SMALL),
    _row("EfficientNetV2M", 480, MEDIUM),
    _row("EfficientNetV2L", 480, LARGE),
)
