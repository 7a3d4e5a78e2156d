"""NASNet: cells that a search has found, each of which reads the two before it."""

from __future__ import annotations

from collections.abc import Callable

from specgraph.rows.base import Reject, known

from .base import Application, ApplicationArgs, Images, classified, equal_or_open, padding, pooled
from .inside import Inner, Inside

NORM = {"momentum": 0.9997, "epsilon": 1e-3}


def mix(net: Inside, x: Inner, name: str, filters: int) -> Inner:
    """A 1x1 convolution."""
    return net(
        "Conv2D", x, name=name, filters=filters, kernel_size=1, padding="same", use_bias=False,
        kernel_initializer="he_normal",
    )  # fmt: skip


def separable(net: Inside, x: Inner, name: str, filters: int, kernel: int = 3, stride: int = 1) -> Inner:
    """Two separable convolutions, the first of which may halve the image."""
    with net.scope(f"separable_conv_block_{name}"):
        x = net("Activation", x, activation="relu")
        if stride == 2:
            x = net("ZeroPadding2D", x, name=f"separable_conv_1_pad_{name}", padding=padding(net, x, kernel))
        x = net(
            "SeparableConv2D", x, name=f"separable_conv_1_{name}", filters=filters, kernel_size=kernel,
            strides=stride, padding="valid" if stride == 2 else "same", use_bias=False,
        )  # fmt: skip
        x = net("BatchNormalization", x, name=f"separable_conv_1_bn_{name}", **NORM)
        x = net("Activation", x, activation="relu")
        x = net(
            "SeparableConv2D", x, name=f"separable_conv_2_{name}", filters=filters, kernel_size=kernel,
            padding="same", use_bias=False,
        )  # fmt: skip
        return net("BatchNormalization", x, name=f"separable_conv_2_bn_{name}", **NORM)


def adjusted(net: Inside, before: Inner | None, x: Inner, name: str, filters: int) -> Inner:
    """The cell before the last, brought to the last one's size; Keras compares the widths that it knows."""
    if before is None:
        return x
    with net.scope("adjust_block"):
        if not equal_or_open(net, before.type.shape[2], x.type.shape[2]):
            with net.scope(f"adjust_reduction_block_{name}"):
                return _halved(net, before, name, filters)
        if before.channels == filters:
            return before
        with net.scope(f"adjust_projection_block_{name}"):
            made = net("Activation", before, activation="relu")
            made = mix(net, made, f"adjust_conv_projection_{name}", filters)
            return net("BatchNormalization", made, name=f"adjust_bn_{name}", **NORM)


def _halved(net: Inside, x: Inner, name: str, filters: int) -> Inner:
    """Half of the channels from the pixels with even places, half from those beside them."""
    x = net("Activation", x, name=f"adjust_relu_1_{name}", activation="relu")
    even = net("AveragePooling2D", x, name=f"adjust_avg_pool_1_{name}", pool_size=1, strides=2)
    even = mix(net, even, f"adjust_conv_1_{name}", filters // 2)
    odd = net("ZeroPadding2D", x, padding=((0, 1), (0, 1)))
    odd = net("Cropping2D", odd, cropping=((1, 0), (1, 0)))
    odd = net("AveragePooling2D", odd, name=f"adjust_avg_pool_2_{name}", pool_size=1, strides=2)
    odd = mix(net, odd, f"adjust_conv_2_{name}", filters // 2)
    made = net("Concatenate", even, odd, axis=-1)
    return net("BatchNormalization", made, name=f"adjust_bn_{name}", **NORM)


def squeezed(net: Inside, x: Inner, cell: str, name: str, filters: int) -> Inner:
    x = net("Activation", x, activation="relu")
    x = mix(net, x, f"{cell}_conv_1_{name}", filters)
    return net("BatchNormalization", x, name=f"{cell}_bn_1_{name}", **NORM)


def averaged(net: Inside, x: Inner, name: str) -> Inner:
    return net("AveragePooling2D", x, name=name, pool_size=3, strides=1, padding="same")


def normal(net: Inside, x: Inner, before: Inner | None, name: str, filters: int) -> Inner:
    """A cell that keeps the size."""
    with net.scope(f"normal_A_block_{name}"):
        p = adjusted(net, before, x, name, filters)
        h = squeezed(net, x, "normal", name, filters)
        with net.scope("block_1"):
            left = separable(net, h, f"normal_left1_{name}", filters, 5)
            right = separable(net, p, f"normal_right1_{name}", filters)
            x1 = net("Add", left, right, name=f"normal_add_1_{name}")
        with net.scope("block_2"):
            left = separable(net, p, f"normal_left2_{name}", filters, 5)
            right = separable(net, p, f"normal_right2_{name}", filters)
            x2 = net("Add", left, right, name=f"normal_add_2_{name}")
        x3 = net("Add", averaged(net, h, f"normal_left3_{name}"), p, name=f"normal_add_3_{name}")
        left, right = averaged(net, p, f"normal_left4_{name}"), averaged(net, p, f"normal_right4_{name}")
        x4 = net("Add", left, right, name=f"normal_add_4_{name}")
        with net.scope("block_5"):
            x5 = separable(net, h, f"normal_left5_{name}", filters)
            x5 = net("Add", x5, h, name=f"normal_add_5_{name}")
        return net("Concatenate", p, x1, x2, x3, x4, x5, name=f"normal_concat_{name}", axis=-1)


def reduction(net: Inside, x: Inner, before: Inner | None, name: str, filters: int) -> Inner:
    """A cell that halves the size."""
    with net.scope(f"reduction_A_block_{name}"):
        p = adjusted(net, before, x, name, filters)
        h = squeezed(net, x, "reduction", name, filters)
        padded = net("ZeroPadding2D", h, name=f"reduction_pad_1_{name}", padding=padding(net, h, 3))
        with net.scope("block_1"):
            left = separable(net, h, f"reduction_left1_{name}", filters, 5, 2)
            right = separable(net, p, f"reduction_right1_{name}", filters, 7, 2)
            x1 = net("Add", left, right, name=f"reduction_add_1_{name}")
        with net.scope("block_2"):
            left = net("MaxPooling2D", padded, name=f"reduction_left2_{name}", pool_size=3, strides=2)
            right = separable(net, p, f"reduction_right2_{name}", filters, 7, 2)
            x2 = net("Add", left, right, name=f"reduction_add_2_{name}")
        with net.scope("block_3"):
            left = net("AveragePooling2D", padded, name=f"reduction_left3_{name}", pool_size=3, strides=2)
            right = separable(net, p, f"reduction_right3_{name}", filters, 5, 2)
            x3 = net("Add", left, right, name=f"reduction_add3_{name}")
        x4 = net("Add", x2, averaged(net, x1, f"reduction_left4_{name}"))
        with net.scope("block_5"):
            left = separable(net, x1, f"reduction_left4_{name}", filters)
            right = net("MaxPooling2D", padded, name=f"reduction_right5_{name}", pool_size=3, strides=2)
            x5 = net("Add", left, right, name=f"reduction_add4_{name}")
        return net("Concatenate", x2, x3, x4, x5, name=f"reduction_concat_{name}", axis=-1)


def nasnet(
    penultimate: int, count: int, stem: int, skips: bool
) -> Callable[[Inside, ApplicationArgs], Inner]:
    """`count` normal cells between reductions; with `skips` the cell after a reduction reads past it."""
    filters = penultimate // 24

    def describe(net: Inside, args: ApplicationArgs) -> Inner:
        _check_known(net, args)
        x = net(
            "Conv2D", net.image, name="stem_conv1", filters=stem, kernel_size=3, strides=2, use_bias=False,
            kernel_initializer="he_normal",
        )  # fmt: skip
        x = net("BatchNormalization", x, name="stem_bn1", **NORM)
        before: Inner | None = None
        before, x = x, reduction(net, x, before, "stem_1", filters // 4)
        before, x = x, reduction(net, x, before, "stem_2", filters // 2)
        for level in range(3):
            if level:
                start = x
                x = reduction(net, x, before, f"reduce_{level * count}", filters << level)
                before = before if skips else start
            for i in range(count):
                name = f"{level * count + i + (level > 0)}"
                before, x = x, normal(net, x, before, name, filters << level)
        x = net("Activation", x, activation="relu")
        if not args.include_top:
            return pooled(net, x, args, named=False)
        return classified(net, net("GlobalAveragePooling2D", x), args)

    return describe


def _check_known(net: Inside, args: ApplicationArgs) -> None:
    rows, columns = net.image.type.shape[1:3]
    if args.weights == "imagenet":
        for axis, size in enumerate((rows, columns), 1):
            known(size, "with the ImageNet weights Keras wants to know how large the image is", axis=axis)
    if not isinstance(rows, int) and not isinstance(columns, int):
        raise Reject(
            "fails-when-run",
            "Keras halves the earlier of two cells only where it knows the width; without,"
            f" {net.application} builds, but cannot add them",
            help="give the image a size",
        )


LAYERS = (
    Application(
        name="NASNetMobile",
        args=ApplicationArgs,
        describe=nasnet(1056, 4, 32, skips=False),
        doc="The small network of cells that a search has found.",
    ),
    Application(
        name="NASNetLarge",
        args=ApplicationArgs,
        describe=nasnet(4032, 6, 96, skips=True),
        images=Images(trained=(331,)),
        doc="The large network of cells that a search has found.",
    ),
)
