"""Small real sets that need no network."""

from __future__ import annotations

from typing import Any

from specgraph.ir.training import Column, Facts
from specgraph.spec.record import Record

from .source import Loaded, Place, Source


class DigitsArgs(Record):
    """Nothing."""


def _digits_facts(args: DigitsArgs, place: Place) -> Facts:
    columns = {
        "image": Column((8, 8, 1), "float32", "float", None, (0.0, 16.0)),
        "label": Column((), "int64", "index", 10, (0.0, 9.0)),
    }
    return Facts(columns, 1437, 360)


def _digits(args: DigitsArgs, place: Place) -> Loaded:
    from sklearn.datasets import load_digits  # type: ignore[import-untyped]

    found: Any = load_digits()
    image = found.images.astype("float32")[..., None]
    label = found.target.astype("int64")
    return Loaded(
        {"image": image[:1437], "label": label[:1437]}, {"image": image[1437:], "label": label[1437:]}
    )


SOURCES = (
    Source("digits", DigitsArgs, _digits_facts, _digits, "1,797 handwritten digits of 8 x 8 pixels (UCI)."),
)
