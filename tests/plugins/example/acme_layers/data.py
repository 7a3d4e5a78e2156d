"""Data sources for specgraph: two spirals, with as many points as are wanted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any

from specgraph.data.source import Place, Source
from specgraph.ir.training import Column, Facts
from specgraph.spec.kinds import Int
from specgraph.spec.record import Record


class SpiralsArgs(Record):
    points: Annotated[int, Int(minimum=2)] = 100


def facts(args: SpiralsArgs, place: Place) -> Facts:
    point = Column((2,), "float64", "float", None, (-1.0, 1.0))
    return Facts(
        {"point": point, "spiral": Column((), "int64", "index", 2, (0.0, 1.0))},
        args.points,
        None,
        ("spiral",),
    )


def load(args: SpiralsArgs, place: Place) -> Iterator[dict[str, Any]]:
    for i in range(args.points):
        turn = 10 * i / args.points
        sign = 1 if i % 2 else -1
        yield {
            "point": [sign * turn / 10 * math.cos(turn), sign * turn / 10 * math.sin(turn)],
            "spiral": i % 2,
        }


SOURCES = (Source("spirals", SpiralsArgs, facts, load, "Points on two spirals."),)
