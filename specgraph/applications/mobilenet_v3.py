"""MobileNet V3: the blocks of V2, some of which weigh their channels by what is in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from specgraph.rows.arguments import Rate

from .base import Application, ApplicationArgs, Images, check_imagenet, padding, pooled
from .inside import Inner, Inside
from .mobilenet import WidthFactor
from .mobilenet_v2 import NORM, by_eight


class MobileNetV3Args(ApplicationArgs):
    alpha: WidthFactor = 1.0
    minimalistic: bool = False
    dropout_rate: Rate = 0.2
    include_preprocessing: bool = True


class Block(NamedTuple):
    """`large` is a 5x5 kernel, `weigh` the squeeze and excitation, `hard` the activation `hard_swish`; a
    minimalistic network has none of them."""

    expansion: float
    filters: int
    stride: int
    large: bool = False
    weigh: bool = False
    hard: bool = True


SMALL = (
    Block(1, 16, 2, weigh=True, hard=False),
    Block(72 / 16, 24, 2, hard=False),
    Block(88 / 24, 24, 1, hard=False),
    Block(4, 40, 2, large=True, weigh=True),
    *[Block(6, 40, 1, large=True, weigh=True)] * 2,
    *[Block(3, 48, 1, large=True, weigh=True)] * 2,
    Block(6, 96, 2, large=True, weigh=True),
    *[Block(6, 96, 1, large=True, weigh=True)] * 2,
)
LARGE = (
    Block(1, 16, 1, hard=False),
    Block(4, 24, 2, hard=False),
    Block(3, 24, 1, hard=False),
    Block(3, 40, 2, large=True, weigh=True, hard=False),
    *[Block(3, 40, 1, large=True, weigh=True, hard=False)] * 2,
    Block(6, 80, 2),
    Block(2.5, 80, 1),
    *[Block(2.3, 80, 1)] * 2,
    *[Block(6, 112, 1, weigh=True)] * 2,
    Block(6, 160, 2, large=True, weigh=True),
    *[Block(6, 160, 1, large=True, weigh=True)] * 2,
)


def active(net: Inside, x: Inner, hard: bool) -> Inner:
    return net("Activation", x, activation="hard_swish") if hard else net("ReLU", x)


def mix(net: Inside, x: Inner, name: str, norm: str, filters: int) -> Inner:
    """A 1x1 convolution and normalization."""
    x = net("Conv2D", x, name=name, filters=filters, kernel_size=1, padding="same", use_bias=False)
    return net("BatchNormalization", x, name=norm, **NORM)


def weigh(net: Inside, x: Inner, name: str, filters: int) -> Inner:
    """Multiplies each channel by a factor worked out from the means of all."""
    name += "squeeze_excite_"
    factor = net("GlobalAveragePooling2D", x, name=f"{name}avg_pool", keepdims=True)
    few = by_eight(filters * 0.25)
    factor = net("Conv2D", factor, name=f"{name}conv", filters=few, kernel_size=1, padding="same")
    factor = net("ReLU", factor, name=f"{name}relu")
    factor = net("Conv2D", factor, name=f"{name}conv_1", filters=filters, kernel_size=1, padding="same")
    factor = net("ReLU", net("x + c", factor, constant=3.0), max_value=6.0)
    return net("Multiply", x, net("x * c", factor, constant=1 / 6), name=f"{name}mul")


def block(net: Inside, x: Inner, args: MobileNetV3Args, number: int, one: Block) -> Inner:
    start, name = x, f"expanded_conv_{number}_" if number else "expanded_conv_"
    full = not args.minimalistic
    kernel, hard = 5 if one.large and full else 3, one.hard and full
    wide = by_eight(x.channels * one.expansion)
    if number:
        x = active(net, mix(net, x, f"{name}expand", f"{name}expand_bn", wide), hard)
    if one.stride == 2:
        x = net("ZeroPadding2D", x, name=f"{name}depthwise_pad", padding=padding(net, x, kernel))
    x = net(
        "DepthwiseConv2D", x, name=f"{name}depthwise", kernel_size=kernel, strides=one.stride,
        padding="same" if one.stride == 1 else "valid", use_bias=False,
    )  # fmt: skip
    x = active(net, net("BatchNormalization", x, name=f"{name}depthwise_bn", **NORM), hard)
    if one.weigh and full:
        x = weigh(net, x, name, wide)
    filters = by_eight(one.filters * args.alpha)
    x = mix(net, x, f"{name}project", f"{name}project_bn", filters)
    if one.stride == 1 and start.channels == filters:
        x = net("Add", start, x, name=f"{name}add")
    return x


def mobilenet_v3(blocks: tuple[Block, ...], last: int) -> Callable[[Inside, MobileNetV3Args], Inner]:
    """`last` is the number of features before the classes."""

    def describe(net: Inside, args: MobileNetV3Args) -> Inner:
        check_imagenet(args, "alpha", args.alpha, (1.0,) if args.minimalistic else (0.75, 1.0))
        hard = not args.minimalistic
        x = net.image
        if args.include_preprocessing:
            x = net("Rescaling", x, scale=1 / 127.5, offset=-1.0)
        x = net(
            "Conv2D", x, name="conv", filters=16, kernel_size=3, strides=2, padding="same", use_bias=False
        )
        x = active(net, net("BatchNormalization", x, name="conv_bn", **NORM), hard)
        for number, one in enumerate(blocks):
            x = block(net, x, args, number, one)
        x = active(net, mix(net, x, "conv_1", "conv_1_bn", by_eight(x.channels * 6)), hard)
        if not args.include_top:
            return pooled(net, x, args)
        x = net("GlobalAveragePooling2D", x, keepdims=True)
        features = by_eight(last * args.alpha) if args.alpha > 1 else last
        x = net("Conv2D", x, name="conv_2", filters=features, kernel_size=1, padding="same")
        x = active(net, x, hard)
        if args.dropout_rate > 0:
            x = net("Dropout", x, rate=args.dropout_rate)
        x = net("Conv2D", x, name="logits", filters=args.classes, kernel_size=1, padding="same")
        x = net("Flatten", x)
        return net("Activation", x, name="predictions", activation=args.classifier_activation)

    return describe


_IMAGES = Images(trained=(), open_top=True)
_DOC = "A {} network for telephones; `alpha` sets its width, `minimalistic` leaves out what is slow there."

LAYERS = (
    Application(
        name="MobileNetV3Small",
        args=MobileNetV3Args,
        describe=mobilenet_v3(SMALL, 1024),
        images=_IMAGES,
        doc=_DOC.format("very small"),
    ),
    Application(
        name="MobileNetV3Large",
        args=MobileNetV3Args,
        describe=mobilenet_v3(LARGE, 1280),
        images=_IMAGES,
        doc=_DOC.format("small"),
    ),
)
