from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgraph.diagnostics import suggest
from specgraph.diagnostics.suggest import KERAS_2, closest, closest_argument, distance

LAYERS = [
    "Dense",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Conv2DTranspose",
    "DepthwiseConv2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "AveragePooling2D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Flatten",
    "Reshape",
    "Permute",
    "ZeroPadding2D",
    "Cropping2D",
    "Dropout",
    "GaussianNoise",
    "BatchNormalization",
    "LayerNormalization",
    "Add",
    "Concatenate",
    "Dot",
    "Embedding",
    "SimpleRNN",
    "LSTM",
    "GRU",
    "Bidirectional",
    "TimeDistributed",
    "Rescaling",
    "LeakyReLU",
    "ReLU",
    "VGG16",
    "VGG19",
]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("conv2d", "Conv2D"),
        ("Conv_2D", "Conv2D"),
        ("conv-2d-transpose", "Conv2DTranspose"),
        ("maxpool2d", "MaxPooling2D"),
        ("MaxPool2D", "MaxPooling2D"),
        ("Convolution2D", "Conv2D"),
        ("GlobalAvgPool2D", "GlobalAveragePooling2D"),
        ("BatchNorm", "BatchNormalization"),
        ("LTSM", "LSTM"),
        ("Dnese", "Dense"),
        ("Flaten", "Flatten"),
        ("concat", "Concatenate"),
        ("leaky_relu", "LeakyReLU"),
        ("VGG-16", "VGG16"),
    ],
)
def test_the_name_that_was_meant(word: str, meant: str) -> None:
    assert closest(word, LAYERS) == [meant]


@pytest.mark.parametrize("word", ["", "x", "___", "Transformer", "Lambda", "Dense" * 20, "\ud800"])
def test_nothing_near(word: str) -> None:
    assert closest(word, LAYERS) == []


def test_several_are_ordered_and_unique() -> None:
    assert closest("Conv4D", [*LAYERS, "Conv2D"], limit=3) == ["Conv1D", "Conv2D", "Conv3D"]
    assert closest("Dense", ["Dense", "dense"]) == ["dense"]


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("lr", ["learning_rate", "epsilon"], ["learning_rate"]),
        ("nb_filter", ["units", "filters"], ["filters"]),
        ("border_mode", ["padding"], ["padding"]),
        ("output_dim", ["units", "use_bias"], ["units"]),
        ("W_regularizer", ["kernel_regularizer"], ["kernel_regularizer"]),
        ("subsample", ["strides"], ["strides"]),
        ("nb_row", ["kernel_size"], ["kernel_size"]),
        ("p", ["rate"], ["rate"]),
        ("init", ["kernel_initializer"], ["kernel_initializer"]),
        ("activaton", ["activation"], ["activation"]),
        ("border_mode", ["units"], []),
    ],
)
def test_arguments_of_older_versions(word: str, known: list[str], meant: list[str]) -> None:
    assert closest_argument(word, known) == meant


def test_no_legacy_name_stands_for_itself() -> None:
    assert all(old != new for old, new in KERAS_2.items())


def _plain(a: str, b: str) -> int:
    rows = [[i + j if not i * j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(st.text("abc", max_size=9), st.text("abc", max_size=9), st.integers(0, 3))
def test_the_band_leaves_the_distance_as_it_is(a: str, b: str, cutoff: int) -> None:
    assert distance(a, b, cutoff) == min(_plain(a, b), cutoff + 1)


def test_few_pairs_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(0)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz_", k=rng.randint(4, 20))) for _ in range(300)]
    compared = 0

    def counted(a: str, b: str, cutoff: int) -> int:
        nonlocal compared
        compared += 1
        return distance(a, b, cutoff)

    monkeypatch.setattr(suggest, "distance", counted)
    for word in words[:100]:
        assert closest(f"{word}q"[1:], words) in ([word], [])
    assert compared < 0.1 * 100 * 300
