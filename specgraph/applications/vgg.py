"""Whole networks of `keras.applications`, each a layer of the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from specgraph.ir.compare import at_least, equal
from specgraph.ir.tensor import TensorType
from specgraph.layers.conv import ConvArgs, conv, conv_weights, feature_count
from specgraph.layers.pooling import GlobalPoolingArgs, pool_globally
from specgraph.layers.windows import join, slide, split
from specgraph.rows.arguments import Activation, PositiveInt, initializer
from specgraph.rows.base import Layer, Reject, Weight, known, require
from specgraph.spec.record import Record

LEAST = 32
"""Rows and columns; of a smaller image nothing is left after five halvings."""
TRAINED = 224
"""Rows and columns of the images that the published top is for."""
HIDDEN = 4096

Blocks: TypeAlias = "tuple[tuple[int, int], ...]"
"""For each block how many convolutions, and of how many filters; a halving follows."""
VGG16: Blocks = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
VGG19: Blocks = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))


class VGGArgs(Record):
    include_top: bool = True
    weights: str | None = "imagenet"
    pooling: Literal["avg", "max"] | None = None
    classes: PositiveInt = 1000
    classifier_activation: Activation = "softmax"


def _infer(blocks: Blocks) -> Callable[[VGGArgs, TensorType], TensorType]:
    def infer(args: VGGArgs, x: TensorType) -> TensorType:
        """`(batch, height, width, channels)` -> classes, or features."""
        _check_arguments(args)
        _check_image(args, x)
        if args.include_top:
            return x.with_shape(x.batch, args.classes)
        *_, (_, features) = _steps(blocks, x)
        return features if args.pooling is None else pool_globally(GlobalPoolingArgs(), features)

    return infer


def _weights(blocks: Blocks) -> Callable[[VGGArgs, TensorType], Iterator[Weight]]:
    def weights(args: VGGArgs, x: TensorType) -> Iterator[Weight]:
        for layer, made in _steps(blocks, x):
            if layer is not None:
                yield from conv_weights(layer, x)
            x = made
        if args.include_top:
            yield from _top_weights(args, x)

    return weights


def _steps(blocks: Blocks, x: TensorType) -> Iterator[tuple[ConvArgs | None, TensorType]]:
    """Each convolution, or None for a halving, with the type it makes; the last is a halving."""
    for count, filters in blocks:
        layer = ConvArgs(filters=filters, kernel_size=3, padding="same", activation="relu")
        for _ in range(count):
            x = conv(layer, x)
            yield layer, x
        space, channels = split(x, None)
        x = join(x, slide(space, (2, 2), (2, 2), (1, 1), "valid"), channels, None)
        yield None, x


def _top_weights(args: VGGArgs, x: TensorType) -> Iterator[Weight]:
    features = 1
    for axis, size in enumerate(x.shape[1:], 1):
        features *= known(size, "the top needs to know how large the image is", axis=axis)
    for units in (HIDDEN, HIDDEN, args.classes):
        yield Weight("kernel", (features, units), initializer=initializer("glorot_uniform"))
        yield Weight("bias", (units,))
        features = units


def _check_path(weights: str | None) -> None:
    """Rejects what is no plain path below the spec's folder; links are followed when it is read."""
    if weights is None or weights == "imagenet":
        return
    parts = weights.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in weights or parts[0].startswith("~"):
        message = "`weights` must be a file in the spec's folder"
        raise Reject("unsafe-path", message, argument="weights", help="copy the file beside the spec")
    if not weights.endswith((".h5", ".keras")):
        message = f"`weights` must be imagenet, null, or a .h5 or .keras file, not '{weights}'"
        raise Reject("bad-param", message, argument="weights")


def _check_arguments(args: VGGArgs) -> None:
    _check_path(args.weights)
    if not args.include_top or args.weights is None:
        return
    if args.weights == "imagenet" and args.classes != 1000:
        raise Reject(
            "bad-param",
            f"the ImageNet top has 1000 classes, not {args.classes}",
            argument="classes",
            help="set `include_top: false` and add a Dense layer, or `weights: null`",
        )
    if args.classifier_activation not in (None, "linear", "softmax"):
        raise Reject(
            "bad-param",
            f"a trained top ends in softmax or null, not {args.classifier_activation}",
            argument="classifier_activation",
            help="set `weights: null` to train the top with another activation",
        )


def _check_image(args: VGGArgs, x: TensorType) -> None:
    space, channels = split(x, None)
    count = feature_count(channels, None)
    if args.weights == "imagenet" and count != 3:
        raise Reject(
            "bad-param",
            f"the ImageNet weights are for 3 channels, the input has {count}: {x}",
            argument="weights",
            help="set `weights: null`, or give the network an image of 3 channels",
        )
    for axis, size in enumerate(space, 1):
        if args.include_top:
            known(size, "with `include_top` the network needs to know how large the image is", axis=axis)
        if args.include_top and args.weights == "imagenet":
            require(
                equal(size, TRAINED),
                Reject(
                    "bad-param",
                    f"the ImageNet top is for images of {TRAINED} x {TRAINED}: {x}",
                    argument="include_top",
                    help="set `include_top: false`, or resize the image",
                ),
            )
        if isinstance(size, int) and size >= LEAST:
            continue
        require(
            at_least(size, LEAST),
            Reject(
                "window-too-large",
                f"the network halves its image five times, so it needs {LEAST} x {LEAST}: {x}",
                axis=axis - 1,
                size=size,
                reach=LEAST,
                space=tuple(space),
            ),
        )


_DOC = "The VGG network of {} layers with weights: 3x3 convolutions in five blocks, each halving the image."
_SHAPES = "(batch, height, width, channels) -> (batch, classes), or (batch, height // 32, width // 32, 512)"

LAYERS = (
    Layer(
        name="VGG16",
        keras_name="applications.VGG16",
        rank=4,
        args=VGGArgs,
        infer=_infer(VGG16),
        weights=_weights(VGG16),
        floats_only=True,
        doc=_DOC.format(16),
        shapes=_SHAPES,
    ),
    Layer(
        name="VGG19",
        keras_name="applications.VGG19",
        rank=4,
        args=VGGArgs,
        infer=_infer(VGG19),
        weights=_weights(VGG19),
        floats_only=True,
        doc=_DOC.format(19),
        shapes=_SHAPES,
    ),
)
