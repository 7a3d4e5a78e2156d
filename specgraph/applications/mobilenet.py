"""MobileNet: each channel convolved on its own, then a 1x1 mix of the channels."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from specgraph.rows.arguments import PositiveInt, Rate
from specgraph.rows.base import Reject
from specgraph.spec.kinds import Number

from .base import Application, ApplicationArgs, Images, check_imagenet, pooled
from .inside import Inner, Inside

WidthFactor: TypeAlias = Annotated[float, Number(above=0, maximum=1000)]

BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1),
    (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
"""Filters of the mix, before `alpha`, and stride."""


class MobileNetArgs(ApplicationArgs):
    alpha: WidthFactor = 1.0
    depth_multiplier: PositiveInt = 1
    dropout: Rate = 0.001


def norm_relu6(net: Inside, x: Inner, norm: str, relu: str, **arguments: float) -> Inner:
    """Normalization, and `relu` that ends at 6."""
    x = net("BatchNormalization", x, name=norm, **arguments)
    return net("ReLU", x, name=relu, max_value=6.0)


def block(net: Inside, x: Inner, args: MobileNetArgs, number: int, filters: int, stride: int) -> Inner:
    if stride > 1:
        x = net("ZeroPadding2D", x, name=f"conv_pad_{number}", padding=((0, 1), (0, 1)))
    x = net(
        "DepthwiseConv2D", x, name=f"conv_dw_{number}", kernel_size=3, strides=stride, use_bias=False,
        padding="valid" if stride > 1 else "same", depth_multiplier=args.depth_multiplier,
    )  # fmt: skip
    x = norm_relu6(net, x, f"conv_dw_{number}_bn", f"conv_dw_{number}_relu")
    name = f"conv_pw_{number}"
    filters = int(filters * args.alpha)
    x = net("Conv2D", x, name=name, filters=filters, kernel_size=1, padding="same", use_bias=False)
    return norm_relu6(net, x, f"{name}_bn", f"{name}_relu")


def describe(net: Inside, args: MobileNetArgs) -> Inner:
    check_imagenet(args, "depth_multiplier", args.depth_multiplier, (1,))
    check_imagenet(args, "alpha", args.alpha, (0.25, 0.5, 0.75, 1.0))
    filters = int(32 * args.alpha)
    if filters == 0:
        message = f"of the 32 filters of `conv1`, `alpha: {args.alpha:g}` leaves none"
        raise Reject("bad-param", message, argument="alpha", help=f"use at least {1 / 32}")
    x = net(
        "Conv2D", net.image, name="conv1", filters=filters, kernel_size=3, strides=2, padding="same",
        use_bias=False,
    )  # fmt: skip
    x = norm_relu6(net, x, "conv1_bn", "conv1_relu")
    for number, (filters, stride) in enumerate(BLOCKS, 1):
        x = block(net, x, args, number, filters, stride)
    if not args.include_top:
        return pooled(net, x, args, named=False)
    x = net("GlobalAveragePooling2D", x, keepdims=True)
    x = net("Dropout", x, name="dropout", rate=args.dropout)
    x = net("Conv2D", x, name="conv_preds", filters=args.classes, kernel_size=1, padding="same")
    x = net("Reshape", x, name="reshape_2", target_shape=(args.classes,))
    return net("Activation", x, name="predictions", activation=args.classifier_activation)


LAYERS = (
    Application(
        name="MobileNet",
        args=MobileNetArgs,
        describe=describe,
        images=Images(trained=(128, 160, 192, 224)),
        doc="A small network that convolves each channel on its own and then mixes them; `alpha` sets its"
        " width.",
    ),
)
