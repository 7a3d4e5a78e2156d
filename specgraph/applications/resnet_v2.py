"""ResNet V2: residual blocks that normalize before they convolve."""

from __future__ import annotations

from collections.abc import Callable

from .base import Application, ApplicationArgs, ended
from .inside import Inner, Inside
from .resnet import FILTERS, norm_relu, stem, stem_pool


def block(net: Inside, x: Inner, filters: int, name: str, stride: int, project: bool) -> Inner:
    active = norm_relu(net, x, f"{name}_preact_bn", f"{name}_preact_relu")
    skip = x
    if project:
        skip = net(
            "Conv2D", active, name=f"{name}_0_conv", filters=4 * filters, kernel_size=1, strides=stride
        )
    elif stride > 1:
        skip = net("MaxPooling2D", x, pool_size=1, strides=stride)
    x = net("Conv2D", active, name=f"{name}_1_conv", filters=filters, kernel_size=1, use_bias=False)
    x = norm_relu(net, x, f"{name}_1_bn", f"{name}_1_relu")
    x = net("ZeroPadding2D", x, name=f"{name}_2_pad", padding=1)
    x = net(
        "Conv2D", x, name=f"{name}_2_conv", filters=filters, kernel_size=3, strides=stride, use_bias=False
    )
    x = norm_relu(net, x, f"{name}_2_bn", f"{name}_2_relu")
    x = net("Conv2D", x, name=f"{name}_3_conv", filters=4 * filters, kernel_size=1)
    return net("Add", skip, x, name=f"{name}_out")


def resnet_v2(*blocks: int) -> Callable[[Inside, ApplicationArgs], Inner]:
    """With so many blocks in each stack; the last of a stack halves the image, but for the last stack."""

    def describe(net: Inside, args: ApplicationArgs) -> Inner:
        x = stem_pool(net, stem(net))
        for stack, (filters, count) in enumerate(zip(FILTERS, blocks, strict=True), 2):
            for i in range(1, count + 1):
                stride = 2 if i == count and stack < 5 else 1
                x = block(net, x, filters, f"conv{stack}_block{i}", stride, project=i == 1)
        x = norm_relu(net, x, "post_bn", "post_relu")
        return ended(net, x, args)

    return describe


_DOC = "The residual network of {} layers in its second version, which normalizes before it convolves."

LAYERS = (
    Application(name="ResNet50V2", args=ApplicationArgs, describe=resnet_v2(3, 4, 6, 3), doc=_DOC.format(50)),
    Application(
        name="ResNet101V2", args=ApplicationArgs, describe=resnet_v2(3, 4, 23, 3), doc=_DOC.format(101)
    ),
    Application(
        name="ResNet152V2", args=ApplicationArgs, describe=resnet_v2(3, 8, 36, 3), doc=_DOC.format(152)
    ),
)
