"""What the applications share: their arguments, what Keras refuses, the row, and the ends of networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

from specgraph.ir.dim import Dim, named, substitute, variables
from specgraph.ir.tensor import TensorType
from specgraph.rows.arguments import Activation, PositiveInt
from specgraph.rows.base import Condition, Layer, Reject, Weight, conditions, known
from specgraph.spec.kinds import Kind, Optional, Schema
from specgraph.spec.record import Record

from .inside import Inner, Inside


class WeightsFile(Kind):
    """The published weights, or a file of one's own."""

    phrase = "imagenet, or a .h5 or .keras file in the spec's folder"

    def check(self, value: Any) -> str:
        if isinstance(value, str) and (value == "imagenet" or value.endswith((".h5", ".keras"))):
            return value
        bad = self.wrong(value)
        if isinstance(value, str):
            bad.name, bad.candidates = value, ("imagenet",)
        raise bad

    def schema(self) -> Schema:
        return {"anyOf": [{"enum": ["imagenet"]}, {"type": "string", "pattern": r"\.(h5|keras)$"}]}


class ApplicationArgs(Record):
    include_top: bool = True
    weights: Annotated[str | None, Optional(WeightsFile())] = "imagenet"
    pooling: Literal["avg", "max"] | None = None
    classes: PositiveInt = 1000
    classifier_activation: Activation = "softmax"


A = TypeVar("A", bound=ApplicationArgs)


class Images(NamedTuple):
    """Which images an application takes."""

    least: int = 32
    """Rows and columns, of the smallest."""
    trained: tuple[int, ...] = (224,)
    """Rows and columns of the squares that the published top is for; empty if for any."""
    open_top: bool = False
    """Whether the top is there for images of unknown size, too; then `least` is for known sizes alone."""


class Outcome(NamedTuple):
    """What an application makes of an image."""

    type: TensorType
    weights: tuple[Weight, ...]
    conditions: tuple[Condition, ...]
    layers: int
    """How many there are inside."""


MOST_ASKED = 256
_SIZES = ("rows", "columns")


class Application(Layer[A], Generic[A]):
    """The row of a network of `keras.applications`.

    `describe(net, args)` calls the network once for each layer inside and returns the last.
    """

    __slots__ = ("_any_size", "_asked", "_inside", "_outcome", "describe", "images")

    def __init__(
        self,
        *,
        name: str,
        args: type[A],
        describe: Callable[[Inside, A], Inner],
        doc: str,
        images: Images = Images(),  # noqa: B008  # immutable
        shapes: str = "(batch, height, width, channels) -> (batch, classes), or features without the top",
    ) -> None:
        super().__init__(
            name=name,
            keras_name=f"applications.{name}",
            rank=4,
            args=args,
            infer=self._infer,
            weights=self._weights,
            work=self._work,
            doc=doc,
            shapes=shapes,
        )
        self.describe = describe
        self.images = images
        self._asked: set[tuple[A, Dim]] = set()
        self._inside = lru_cache(maxsize=2)(self._run)
        self._outcome = lru_cache(maxsize=8)(self._infer_all)
        self._any_size = lru_cache(maxsize=4)(self._infer_any_size)

    def inside(self, args: A, x: TensorType, policy: str | None = None) -> Inside:
        """Every node inside; `Reject` where Keras would not build the application."""
        self._check(args, x.shape)
        return self._inside(args, x.shape, _facts(x), policy)

    def outcome(self, args: A, x: TensorType) -> Outcome:
        """What a walk over a model wants to know; `Reject` as for the inside."""
        return self._outcome(args, x.shape, _facts(x))

    def _check(self, args: A, shape: tuple[Dim, ...]) -> None:
        check_weights(args)
        _check_image(self, args, TensorType(shape))

    def _run(self, args: A, shape: tuple[Dim, ...], facts: Any = None, policy: str | None = None) -> Inside:
        net = Inside(self.name, TensorType(shape), policy)
        net.output = self.describe(net, args)
        return net

    def _infer_all(self, args: A, shape: tuple[Dim, ...], facts: Any) -> Outcome:
        """The second size of image is worked out from names for sizes, if they say it; so are all others."""
        self._check(args, shape)
        batch, *space, channels = shape
        if all(isinstance(size, int) for size in space):
            if (args, channels) in self._asked:
                found = self._any_size(args, channels)
                if found is not None:
                    values = dict(zip(_SIZES, space, strict=True))
                    made = (batch, *(substitute(size, values) for size in found.type.shape[1:]))
                    return found._replace(type=TensorType(made, found.type.dtype))
            elif len(self._asked) < MOST_ASKED:
                self._asked.add((args, channels))
        return _outcome(self._run(args, shape))

    def _work(self, args: A, inputs: Sequence[TensorType], *_: Any) -> Dim:
        """What all layers inside take."""
        total: Dim = 0
        for node in self.inside(args, inputs[0].declared).nodes.values():
            if node.made is not None:
                row, inner = node.made.row, [one.type for one in node.inputs]
                total = total + row.work(node.made.args, inner, [node.type], node.made.weights)
        return total

    def _infer_any_size(self, args: A, channels: Dim) -> Outcome | None:
        """For all images that are large enough; None where what is inside depends on the size."""
        sizes = [named(name, minimum=self.images.least) for name in _SIZES]
        try:
            net = self._run(args, (1, *sizes, channels))
        except Reject:
            return None
        return None if net.by_size or net.conditions else _outcome(net)

    def _infer(self, args: A, x: TensorType) -> TensorType:
        """`(batch, height, width, channels)` -> classes, or features."""
        made = self.outcome(args, x)
        found = conditions.get()
        if found is not None:
            found.extend(made.conditions)
        return made.type

    def _weights(self, args: A, x: TensorType) -> tuple[Weight, ...]:
        return self.outcome(args, x).weights


def _outcome(net: Inside) -> Outcome:
    return Outcome(net.output.type, tuple(net.weights()), tuple(net.conditions), len(net.nodes) - 1)


def _facts(x: TensorType) -> tuple[Any, ...]:
    """What is known of the dims in a shape, which are equal by name alone."""
    return tuple((var.bounds, var.multiple_of, var.origin) for dim in x.shape for var in variables(dim))


def check_weights(args: ApplicationArgs) -> None:
    """Rejects weights that are no file of the spec, or that do not fit the top."""
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


def check_imagenet(args: ApplicationArgs, name: str, value: object, published: tuple[object, ...]) -> None:
    """Rejects an argument for whose value no ImageNet weights were published."""
    if args.weights == "imagenet" and value not in published:
        listed = " or ".join([", ".join(map(str, published[:-1])), str(published[-1])][not published[1:] :])
        raise Reject(
            "bad-param",
            f"ImageNet weights are there for `{name}` {listed}, not {value}",
            argument=name,
            help="set `weights: null` to train the network from the start",
        )


def _check_path(weights: str | None) -> None:
    """Rejects what is no plain path below the spec's folder; links are followed when it is read."""
    if weights is None or weights == "imagenet":
        return
    parts = weights.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in weights or parts[0].startswith("~"):
        message = "`weights` must be a file in the spec's folder"
        raise Reject("unsafe-path", message, argument="weights", help="copy the file beside the spec")


def _check_image(row: Application[Any], args: ApplicationArgs, x: TensorType) -> None:
    space, channels = x.shape[1:3], x.shape[3]
    if args.weights == "imagenet" and channels != 3:
        raise Reject(
            "bad-param",
            f"the ImageNet weights are for 3 channels, the input has {channels}: {x}",
            argument="weights",
            help="set `weights: null`, or give the network an image of 3 channels",
        )
    if args.include_top and not row.images.open_top:
        for axis, size in enumerate(space, 1):
            known(size, f"with its top {row.name} needs to know how large the image is: {x}", axis=axis)
        _check_trained(row, args, x)
    sizes = [size for size in space if isinstance(size, int)]
    if row.images.open_top and len(sizes) < 2:
        return
    if sizes and min(sizes) < row.images.least:
        raise _too_small(row, args, x)


def _check_trained(row: Application[Any], args: ApplicationArgs, x: TensorType) -> None:
    trained = row.images.trained
    if args.weights != "imagenet" or (x.shape[1] == x.shape[2] and x.shape[1] in trained):
        return
    sizes = [f"{size} x {size}" for size in trained]
    listed = " or ".join([", ".join(sizes[:-1]), sizes[-1]][not sizes[1:] :])
    raise Reject(
        "bad-param",
        f"the ImageNet top is for images of {listed}: {x}",
        argument="include_top",
        help="set `include_top: false`, or resize the image",
    )


def _too_small(row: Application[Any], args: Any, x: TensorType) -> Reject:
    """With the place inside where nothing would be left, if there is one."""
    axis = min((0, 1), key=lambda i: size if isinstance(size := x.shape[1 + i], int) else row.images.least)
    try:
        row._run(args, x.shape)
    except Reject as reject:
        return _small(row, x, axis, reject)
    return _small(row, x, axis)


def _small(row: Application[Any], x: TensorType, axis: int, cause: Reject | None = None) -> Reject:
    least = row.images.least
    message = f"{row.name} needs an image of {least} x {least} at least: {x}"
    if cause is not None and "inner" in cause.facts:
        message += f"; inside, at `{cause.facts['inner']}`, {cause.facts['detail']}"
    return Reject(
        "window-too-large", message, input=0, help="give it a larger image",
        axis=1 + axis, size=x.shape[1 + axis], reach=least, space=x.shape[1:3],
    )  # fmt: skip


def equal_or_open(net: Inside, a: Dim, b: Dim) -> bool:
    """Whether Keras sees two sizes as equal: it knows ints only, and all others are None."""
    net.by_size = True
    return a == b if isinstance(a, int) or isinstance(b, int) else True


def padding(net: Inside, x: Inner, kernel: int) -> tuple[tuple[int, int], ...]:
    """The padding before a window that halves an image, by whether its sizes are even.

    Keras takes sizes for even where the rows are not known, and fails where only the columns are not.
    """
    net.by_size = True
    rows, columns = x.type.shape[1:3]
    half = kernel // 2
    if not isinstance(rows, int):
        return ((half - 1, half),) * 2
    if not isinstance(columns, int):
        raise Reject(
            "undefined-features",
            f"Keras builds {net.application} for a known height only if it knows the width, too:"
            f" {net.image.type}",
            input=0,
            help="give the width a size, or leave the height open as well",
            axis=2,
            dim=columns,
        )
    return tuple((half - 1 + size % 2, half) for size in (rows, columns))


def pooled(net: Inside, x: Inner, args: ApplicationArgs, named: bool = True) -> Inner:
    """The end without a top: the features, pooled if they shall be."""
    if args.pooling == "avg":
        return net("GlobalAveragePooling2D", x, name="avg_pool" if named else None)
    if args.pooling == "max":
        return net("GlobalMaxPooling2D", x, name="max_pool" if named else None)
    return x


def classified(net: Inside, x: Inner, args: ApplicationArgs, **dense: Any) -> Inner:
    """The end of most tops: one unit for each class."""
    activation = args.classifier_activation
    return net("Dense", x, name="predictions", units=args.classes, activation=activation, **dense)


def ended(net: Inside, x: Inner, args: ApplicationArgs, named: bool = True) -> Inner:
    """The end of most networks: the mean of each channel and the classes, or the features."""
    if not args.include_top:
        return pooled(net, x, args, named)
    return classified(net, net("GlobalAveragePooling2D", x, name="avg_pool"), args)
