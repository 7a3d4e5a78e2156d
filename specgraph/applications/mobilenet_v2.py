"""MobileNet V2: blocks that widen, convolve each channel on its own, and narrow again."""

from __future__ import annotations

from .base import Application, ApplicationArgs, Images, check_imagenet, classified, padding, pooled
from .inside import Inner, Inside
from .mobilenet import WidthFactor, norm_relu6

EXPANSION = 6
BLOCKS = (
    (16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1), (64, 1), (96, 1),
    (96, 1), (96, 1), (160, 2), (160, 1), (160, 1), (320, 1),
)  # fmt: skip
"""Filters, before `alpha`, and stride; the first block does not widen."""
LAST = 1280
NORM = {"epsilon": 1e-3, "momentum": 0.999}


class MobileNetV2Args(ApplicationArgs):
    alpha: WidthFactor = 1.0


def by_eight(value: float) -> int:
    """The nearest multiple of 8, and the next if that is less by more than a tenth; at least 8."""
    near = max(8, int(value + 4) // 8 * 8)
    return near + 8 if near < 0.9 * value else near


def block(net: Inside, x: Inner, alpha: float, number: int, filters: int, stride: int) -> Inner:
    start, name = x, f"block_{number}_" if number else "expanded_conv_"
    if number:
        x = net(
            "Conv2D", x, name=f"{name}expand", filters=EXPANSION * x.channels, kernel_size=1, padding="same",
            use_bias=False,
        )  # fmt: skip
        x = norm_relu6(net, x, f"{name}expand_BN", f"{name}expand_relu", **NORM)
    if stride == 2:
        x = net("ZeroPadding2D", x, name=f"{name}pad", padding=padding(net, x, 3))
    x = net(
        "DepthwiseConv2D", x, name=f"{name}depthwise", kernel_size=3, strides=stride, use_bias=False,
        padding="same" if stride == 1 else "valid",
    )  # fmt: skip
    x = norm_relu6(net, x, f"{name}depthwise_BN", f"{name}depthwise_relu", **NORM)
    made = by_eight(int(filters * alpha))
    x = net("Conv2D", x, name=f"{name}project", filters=made, kernel_size=1, padding="same", use_bias=False)
    x = net("BatchNormalization", x, name=f"{name}project_BN", **NORM)
    if start.channels == made and stride == 1:
        x = net("Add", start, x, name=f"{name}add")
    return x


def describe(net: Inside, args: MobileNetV2Args) -> Inner:
    check_imagenet(args, "alpha", args.alpha, (0.35, 0.5, 0.75, 1.0, 1.3, 1.4))
    x = net(
        "Conv2D", net.image, name="Conv1", filters=by_eight(32 * args.alpha), kernel_size=3, strides=2,
        padding="same", use_bias=False,
    )  # fmt: skip
    x = norm_relu6(net, x, "bn_Conv1", "Conv1_relu", **NORM)
    for number, (filters, stride) in enumerate(BLOCKS):
        x = block(net, x, args.alpha, number, filters, stride)
    last = by_eight(LAST * args.alpha) if args.alpha > 1 else LAST
    x = net("Conv2D", x, name="Conv_1", filters=last, kernel_size=1, use_bias=False)
    x = norm_relu6(net, x, "Conv_1_bn", "out_relu", **NORM)
    if not args.include_top:
        return pooled(net, x, args, named=False)
    return classified(net, net("GlobalAveragePooling2D", x), args)


LAYERS = (
    Application(
        name="MobileNetV2",
        args=MobileNetV2Args,
        describe=describe,
        images=Images(trained=(96, 128, 160, 192, 224)),
        doc="A small network of blocks that widen, convolve each channel on its own, and narrow again;"
        " `alpha` sets its width.",
    ),
)
