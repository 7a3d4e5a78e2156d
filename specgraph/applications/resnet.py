"""ResNet: stacks of bottleneck blocks, each of which adds its input to what it makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .base import Application, ApplicationArgs, ended
from .inside import Inner, Inside

FILTERS = (64, 128, 256, 512)
"""Of the four stacks; a block gives four times as many channels."""
EPSILON = 1.001e-5


def norm_relu(net: Inside, x: Inner, norm: str, relu: str) -> Inner:
    """Normalization and `relu`."""
    x = net("BatchNormalization", x, name=norm, epsilon=EPSILON)
    return net("Activation", x, name=relu, activation="relu")


def stem(net: Inside, **conv: Any) -> Inner:
    """A convolution that halves the image."""
    x = net("ZeroPadding2D", net.image, name="conv1_pad", padding=3)
    return net("Conv2D", x, name="conv1_conv", filters=64, kernel_size=7, strides=2, **conv)


def stem_pool(net: Inside, x: Inner) -> Inner:
    """A pool that halves it again."""
    x = net("ZeroPadding2D", x, name="pool1_pad", padding=1)
    return net("MaxPooling2D", x, name="pool1_pool", pool_size=3, strides=2)


def block(net: Inside, x: Inner, filters: int, name: str, stride: int, project: bool) -> Inner:
    skip = x
    if project:
        skip = net("Conv2D", x, name=f"{name}_0_conv", filters=4 * filters, kernel_size=1, strides=stride)
        skip = net("BatchNormalization", skip, name=f"{name}_0_bn", epsilon=EPSILON)
    x = net("Conv2D", x, name=f"{name}_1_conv", filters=filters, kernel_size=1, strides=stride)
    x = norm_relu(net, x, f"{name}_1_bn", f"{name}_1_relu")
    x = net("Conv2D", x, name=f"{name}_2_conv", filters=filters, kernel_size=3, padding="same")
    x = norm_relu(net, x, f"{name}_2_bn", f"{name}_2_relu")
    x = net("Conv2D", x, name=f"{name}_3_conv", filters=4 * filters, kernel_size=1)
    x = net("BatchNormalization", x, name=f"{name}_3_bn", epsilon=EPSILON)
    x = net("Add", skip, x, name=f"{name}_add")
    return net("Activation", x, name=f"{name}_out", activation="relu")


def resnet(*blocks: int) -> Callable[[Inside, ApplicationArgs], Inner]:
    """With so many blocks in each stack."""

    def describe(net: Inside, args: ApplicationArgs) -> Inner:
        x = norm_relu(net, stem(net), "conv1_bn", "conv1_relu")
        x = stem_pool(net, x)
        for stack, (filters, count) in enumerate(zip(FILTERS, blocks, strict=True), 2):
            for i in range(1, count + 1):
                stride = 2 if stack > 2 and i == 1 else 1
                x = block(net, x, filters, f"conv{stack}_block{i}", stride, project=i == 1)
        return ended(net, x, args)

    return describe


_DOC = "The residual network of {} layers: bottleneck blocks that add their input to what they make."

LAYERS = (
    Application(name="ResNet50", args=ApplicationArgs, describe=resnet(3, 4, 6, 3), doc=_DOC.format(50)),
    Application(name="ResNet101", args=ApplicationArgs, describe=resnet(3, 4, 23, 3), doc=_DOC.format(101)),
    Application(name="ResNet152", args=ApplicationArgs, describe=resnet(3, 8, 36, 3), doc=_DOC.format(152)),
)
