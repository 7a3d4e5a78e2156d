"""EfficientNet: one network made wider and deeper by fixed factors."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from specgraph.objects.initializers import INITIALIZERS
from specgraph.rows.arguments import Initializer
from specgraph.spec.catalog import Named, OneOf

from .base import Application, ApplicationArgs, Images, classified, padding, pooled
from .inside import Inner, Inside
from .mobilenet_v2 import by_eight

DROP_CONNECT = 0.2
DEVIATIONS = (0.229, 0.224, 0.225)
"""Of the channels of ImageNet's pictures, in shares of 255."""


class Block(NamedTuple):
    kernel: int
    repeats: int
    entering: int
    filters: int
    expansion: int
    stride: int


BLOCKS = (
    Block(3, 1, 32, 16, 1, 1),
    Block(3, 2, 16, 24, 6, 2),
    Block(5, 2, 24, 40, 6, 2),
    Block(3, 3, 40, 80, 6, 2),
    Block(5, 3, 80, 112, 6, 1),
    Block(5, 4, 112, 192, 6, 2),
    Block(3, 1, 192, 320, 6, 1),
)


@lru_cache(maxsize=8)
def scaled(scale: float, distribution: str) -> Named:
    """An initializer by the number of values that leave."""
    kind = OneOf("an initializer", lambda: INITIALIZERS)
    return kind.check({"VarianceScaling": {"scale": scale, "mode": "fan_out", "distribution": distribution}})


def kernel() -> Named:
    """The initializer of convolutions."""
    return scaled(2.0, "truncated_normal")


def units() -> Named:
    """The initializer of the classes' units."""
    return scaled(1 / 3, "uniform")


def norm_active(net: Inside, x: Inner, norm: str, activation: str, **arguments: float) -> Inner:
    x = net("BatchNormalization", x, name=norm, **arguments)
    return net("Activation", x, name=activation, activation="swish")


def excite(net: Inside, x: Inner, name: str, few: int) -> Inner:
    """Multiplies each channel by a factor worked out from the means of all."""
    filters = x.channels
    factor = net("GlobalAveragePooling2D", x, name=f"{name}se_squeeze")
    factor = net("Reshape", factor, name=f"{name}se_reshape", target_shape=(1, 1, filters))
    for part, count, activation in (("reduce", few, "swish"), ("expand", filters, "sigmoid")):
        factor = net(
            "Conv2D", factor, name=f"{name}se_{part}", filters=count, kernel_size=1, padding="same",
            activation=activation, kernel_initializer=kernel(),
        )  # fmt: skip
    return net("Multiply", x, factor, name=f"{name}se_excite")


def mix(net: Inside, x: Inner, name: str, filters: int) -> Inner:
    """A 1x1 convolution."""
    return net(
        "Conv2D", x, name=name, filters=filters, kernel_size=1, padding="same", use_bias=False,
        kernel_initializer=kernel(),
    )  # fmt: skip


def skip(net: Inside, start: Inner, x: Inner, name: str, drop: float) -> Inner:
    """Adds the start of a block; in training, a share of the blocks is left out."""
    if drop > 0:
        x = net("Dropout", x, name=f"{name}drop", rate=drop, noise_shape=(None, 1, 1, 1))
    return net("Add", x, start, name=f"{name}add")


def block(net: Inside, x: Inner, name: str, one: Block, drop: float) -> Inner:
    start, filters = x, one.entering * one.expansion
    if one.expansion != 1:
        x = mix(net, x, f"{name}expand_conv", filters)
        x = norm_active(net, x, f"{name}expand_bn", f"{name}expand_activation")
    if one.stride == 2:
        x = net("ZeroPadding2D", x, name=f"{name}dwconv_pad", padding=padding(net, x, one.kernel))
    x = net(
        "DepthwiseConv2D", x, name=f"{name}dwconv", kernel_size=one.kernel, strides=one.stride,
        padding="valid" if one.stride == 2 else "same", use_bias=False, depthwise_initializer=kernel(),
    )  # fmt: skip
    x = norm_active(net, x, f"{name}bn", f"{name}activation")
    x = excite(net, x, name, max(1, one.entering // 4))
    x = mix(net, x, f"{name}project_conv", one.filters)
    x = net("BatchNormalization", x, name=f"{name}project_bn")
    if one.stride == 1 and one.entering == one.filters:
        x = skip(net, start, x, name, drop)
    return x


def stem(net: Inside, args: ApplicationArgs) -> Inner:
    """The statistics of ImageNet's pictures, as the published weights want them."""
    x = net("Normalization", net("Rescaling", net.image, scale=1 / 255))
    if args.weights == "imagenet":
        x = net("Rescaling", x, scale=tuple(1 / math.sqrt(one) for one in DEVIATIONS))
    return net("ZeroPadding2D", x, name="stem_conv_pad", padding=padding(net, x, 3))


def efficientnet(width: float, depth: float, dropout: float) -> Callable[[Inside, ApplicationArgs], Inner]:
    """Channels times `width`, blocks times `depth`."""

    def describe(net: Inside, args: ApplicationArgs) -> Inner:
        x = net(
            "Conv2D", stem(net, args), name="stem_conv", filters=by_eight(32 * width), kernel_size=3,
            strides=2, use_bias=False, kernel_initializer=kernel(),
        )  # fmt: skip
        x = norm_active(net, x, "stem_bn", "stem_activation")
        counts = [math.ceil(depth * one.repeats) for one in BLOCKS]
        done = 0
        for i, (one, count) in enumerate(zip(BLOCKS, counts, strict=True), 1):
            one = one._replace(entering=by_eight(one.entering * width), filters=by_eight(one.filters * width))
            for j in range(count):
                x = block(net, x, f"block{i}{chr(97 + j)}_", one, DROP_CONNECT * done / sum(counts))
                one = one._replace(entering=one.filters, stride=1)
                done += 1
        x = mix(net, x, "top_conv", by_eight(1280 * width))
        x = norm_active(net, x, "top_bn", "top_activation")
        return ended(net, x, args, dropout)

    return describe


def ended(net: Inside, x: Inner, args: ApplicationArgs, dropout: float, **dense: Initializer) -> Inner:
    if not args.include_top:
        return pooled(net, x, args)
    x = net("GlobalAveragePooling2D", x, name="avg_pool")
    x = net("Dropout", x, name="top_dropout", rate=dropout)
    return classified(net, x, args, kernel_initializer=units(), **dense)


def _row(name: str, width: float, depth: float, size: int, dropout: float) -> Application[ApplicationArgs]:
    return Application(
        name=name,
        args=ApplicationArgs,
        describe=efficientnet(width, depth, dropout),
        images=Images(trained=(size,)),
        doc=f"The network of the EfficientNet family for images of {size} x {size}, {width:g} times as wide"
        f" and {depth:g} times as deep as the smallest.",
    )


LAYERS = (
    _row("EfficientNetB0", 1.0, 1.0, 224, 0.2),
    _row("EfficientNetB1", 1.0, 1.1, 240, 0.2),
    _row("EfficientNetB2", 1.1, 1.2, 260, 0.3),
    _row("EfficientNetB3", 1.2, 1.4, 300, 0.3),
    _row("EfficientNetB4", 1.4, 1.8, 380, 0.4),
    _row("EfficientNetB5", 1.6, 2.2, 456, 0.4),
    _row("EfficientNetB6", 1.8, 2.6, 528, 0.5),
    _row("EfficientNetB7", 2.0, 3.1, 600, 0.5),
)
