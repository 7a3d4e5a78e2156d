"""ConvNeXt: a residual network with the large kernels and the dense layers of transformers."""

from __future__ import annotations

from collections.abc import Callable

from .base import Application, ApplicationArgs, pooled
from .inside import Inner, Inside

EPSILON = 1e-6
SCALE = 1e-6
"""What the learnt factors of a block's channels start from."""
MEANS = tuple(255 * one for one in (0.485, 0.456, 0.406))
VARIANCES = tuple((255 * one) ** 2 for one in (0.229, 0.224, 0.225))
"""Of the channels of ImageNet's pictures."""


class ConvNeXtArgs(ApplicationArgs):
    include_preprocessing: bool = True


def block(net: Inside, x: Inner, name: str) -> Inner:
    start, width = x, x.channels
    x = net(
        "Conv2D", x, name=f"{name}_depthwise_conv", filters=width, kernel_size=7, padding="same", groups=width
    )
    x = net("LayerNormalization", x, name=f"{name}_layernorm", epsilon=EPSILON)
    x = net("Dense", x, name=f"{name}_pointwise_conv_1", units=4 * width)
    x = net("Activation", x, name=f"{name}_gelu", activation="gelu")
    x = net("Dense", x, name=f"{name}_pointwise_conv_2", units=width)
    x = net("LayerScale", x, name=f"{name}_layer_scale", init_values=SCALE, projection_dim=width)
    x = net("Activation", x, name=f"{name}_identity", activation="linear")
    return net("x + y", start, x)


def shrink(net: Inside, x: Inner, name: str, stage: int, width: int) -> Inner:
    """Between two stages: to a quarter before the first, to half before the others."""
    if stage == 0:
        with net.scope(f"{name}_stem"):
            x = net("Conv2D", x, name=f"{name}_stem_conv", filters=width, kernel_size=4, strides=4)
            return net("LayerNormalization", x, name=f"{name}_stem_layernorm", epsilon=EPSILON)
    i = stage - 1
    with net.scope(f"{name}_downsampling_block_{i}"):
        x = net("LayerNormalization", x, name=f"{name}_downsampling_layernorm_{i}", epsilon=EPSILON)
        return net("Conv2D", x, name=f"{name}_downsampling_conv_{i}", filters=width, kernel_size=2, strides=2)


def convnext(
    name: str, depths: tuple[int, ...], widths: tuple[int, ...]
) -> Callable[[Inside, ConvNeXtArgs], Inner]:
    """Keras's own name starts the name of each layer."""

    def describe(net: Inside, args: ConvNeXtArgs) -> Inner:
        x = net.image
        if args.include_preprocessing and x.type.shape[3] == 3:
            x = net("Normalization", x, name=f"{name}_prestem_normalization", mean=MEANS, variance=VARIANCES)
        for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
            x = shrink(net, x, name, stage, width)
            for i in range(depth):
                x = block(net, x, f"{name}_stage_{stage}_block_{i}")
        if not args.include_top:
            return net("LayerNormalization", pooled(net, x, args, named=False), epsilon=EPSILON)
        x = net("GlobalAveragePooling2D", x, name=f"{name}_head_gap")
        x = net("LayerNormalization", x, name=f"{name}_head_layernorm", epsilon=EPSILON)
        activation = args.classifier_activation
        return net("Dense", x, name=f"{name}_head_dense", units=args.classes, activation=activation)

    return describe


def _row(size: str, third: int, width: int) -> Application[ConvNeXtArgs]:
    depths, widths = (3, 3, third, 3), tuple(width * 2**i for i in range(4))
    return Application(
        name=f"ConvNeXt{'XLarge' if size == 'xlarge' else size.capitalize()}",
        args=ConvNeXtArgs,
        describe=convnext(f"convnext_{size}", depths, widths),
        doc=f"The {size} ConvNeXt: residual blocks of large kernels and dense layers.",
    )


LAYERS = (
    _row("tiny", 9, 96),
    _row("small", 27, 96),
    _row("base", 27, 128),
    _row("large", 27, 192),
    _row("xlarge", 27, 256),
)
