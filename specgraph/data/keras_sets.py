"""The sets of `keras.datasets`, which Keras downloads when a model is first trained on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

from specgraph.ir.training import Column, Facts, label
from specgraph.spec.kinds import Bad, Int, Optional
from specgraph.spec.record import Record

from .source import DataError, Loaded, Place, Source

Name = Literal[
    "mnist", "fashion_mnist", "cifar10", "cifar100", "imdb", "reuters", "california_housing"
]  # fmt: skip
TEXT = ("imdb", "reuters")


class KerasArgs(Record):
    name: Annotated[Name, "Which of the sets."]
    words: Annotated[
        int | None, Optional(Int(minimum=4)), "Of imdb and reuters: how many of the commonest words count."
    ] = None
    length: Annotated[
        int | None,
        Optional(Int(minimum=1)),
        "Of imdb and reuters: to how many words texts are cut or filled.",
    ] = None
    padding: Annotated[
        Literal["pre", "post"], "Of imdb and reuters: where zeros are put, and where texts are cut."
    ] = "pre"
    coarse: Annotated[bool, "Of cifar100: whether the labels are the 20 kinds of the 100 classes."] = False

    def agree(self) -> None:
        for name, owners in (("words", TEXT), ("length", TEXT), ("padding", TEXT), ("coarse", ("cifar100",))):
            if name in self.given and self.name not in owners:
                raise Bad(f"has `{name}`, which is for {' and '.join(owners)}, not for {self.name}", (name,))


class Known(NamedTuple):
    """What a set is known to hold."""

    features: str
    shape: tuple[int, ...]
    dtype: str
    range: tuple[float, float] | None
    classes: int | None
    counts: tuple[int, int]


WORDS, LENGTH = 10_000, 200

KNOWN = {
    "mnist": Known("image", (28, 28, 1), "uint8", (0.0, 255.0), 10, (60_000, 10_000)),
    "fashion_mnist": Known("image", (28, 28, 1), "uint8", (0.0, 255.0), 10, (60_000, 10_000)),
    "cifar10": Known("image", (32, 32, 3), "uint8", (0.0, 255.0), 10, (50_000, 10_000)),
    "cifar100": Known("image", (32, 32, 3), "uint8", (0.0, 255.0), 100, (50_000, 10_000)),
    "imdb": Known("words", (), "int32", None, 2, (25_000, 25_000)),
    "reuters": Known("words", (), "int32", None, 46, (8_982, 2_246)),
    "california_housing": Known("features", (8,), "float32", None, None, (16_512, 4_128)),
}


def _facts(args: KerasArgs, place: Place) -> Facts:
    known = KNOWN[args.name]
    if args.name in TEXT:
        shape: tuple[int, ...] = (args.length or LENGTH,)
        bounds: tuple[float, float] | None = (0.0, (args.words or WORDS) - 1.0)
    else:
        shape, bounds = known.shape, known.range
    features = Column(shape, known.dtype, None if args.name in TEXT else "float", None, bounds)
    if known.classes is None:
        target = Column((), "float32", "float")
    else:
        target = label(20 if args.coarse else known.classes)
    name = "target" if known.classes is None else "label"
    return Facts({known.features: features, name: target}, *known.counts, (name,))


def _load(args: KerasArgs, place: Place) -> Loaded:
    import keras

    known = KNOWN[args.name]
    options: dict[str, Any] = {}
    if args.name in TEXT:
        options["num_words"] = args.words or WORDS
    if args.name == "cifar100":
        options["label_mode"] = "coarse" if args.coarse else "fine"
    if args.name == "california_housing":
        options["version"] = "large"
    load: Callable[..., Any] = getattr(keras.datasets, args.name).load_data
    try:
        parts = load(**options)
    except Exception as error:  # from no network to a file that was cut off
        said = str(error).splitlines() or [type(error).__name__]
        message = f"Keras cannot load {args.name}: {said[0][:300]}"
        help = "it is downloaded once, into ~/.keras/datasets; `digits` and `mnist_5000` need no network"
        raise DataError(message, ("name",), help=help) from None
    name = "target" if known.classes is None else "label"
    made = [{known.features: _features(args, x), name: _label(y, known)} for x, y in parts]
    return Loaded(made[0], made[1])


def _features(args: KerasArgs, x: Any) -> Any:
    if args.name in TEXT:
        import keras

        where = {"padding": args.padding, "truncating": args.padding}
        return keras.utils.pad_sequences(x, maxlen=args.length or LENGTH, dtype="int32", **where)
    known = KNOWN[args.name]
    return x.astype(known.dtype, copy=False).reshape((-1, *known.shape))


def _label(y: Any, known: Known) -> Any:
    return y.astype("int64" if known.classes is not None else "float32").reshape(-1)


SOURCES = (
    Source(
        "keras",
        KerasArgs,
        _facts,
        _load,
        "A set of `keras.datasets`, downloaded by Keras when it is first trained on.",
    ),
)
