"""What a `learning_rate` may name in place of a number."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from specgraph.spec.catalog import Catalog, Entry
from specgraph.spec.kinds import Bad, Int, ListOf, Number, Optional
from specgraph.spec.record import Record

Rate: TypeAlias = Annotated[float, Number(minimum=0)]
Steps: TypeAlias = Annotated[int, Int(minimum=1)]


class CosineDecayArgs(Record):
    initial_learning_rate: Rate
    decay_steps: Steps
    alpha: Rate = 0.0
    warmup_target: Annotated[float | None, Optional(Number(minimum=0))] = None
    warmup_steps: Annotated[int, Int(minimum=0)] = 0


class CosineDecayRestartsArgs(Record):
    initial_learning_rate: Rate
    first_decay_steps: Steps
    t_mul: Annotated[float, Number(above=0)] = 2.0
    m_mul: Rate = 1.0
    alpha: Rate = 0.0


class DecayArgs(Record):
    initial_learning_rate: Rate
    decay_steps: Steps
    decay_rate: Rate
    staircase: bool = False


class PiecewiseArgs(Record):
    boundaries: Annotated[tuple[int, ...], ListOf(Int(minimum=0), least=1)]
    values: Annotated[tuple[float, ...], ListOf(Number(minimum=0), least=2)]

    def agree(self) -> None:
        want = len(self.boundaries) + 1
        if len(self.values) != want:
            message = f"{want - 1} boundaries part {want} values, there are {len(self.values)}"
            raise Bad(message, ("values",))


class PolynomialDecayArgs(Record):
    initial_learning_rate: Rate
    decay_steps: Steps
    end_learning_rate: Rate = 0.0001
    power: Annotated[float, Number(above=0)] = 1.0
    cycle: bool = False


SCHEDULES = Catalog(
    "a learning-rate schedule",
    "schedules",
    (
        Entry(
            "CosineDecay", CosineDecayArgs, (), "Falls along half a cosine, after a warm-up if one is set."
        ),
        Entry("CosineDecayRestarts", CosineDecayRestartsArgs, (), "Falls along a cosine, again and again."),
        Entry("ExponentialDecay", DecayArgs, (), "Multiplies by `decay_rate` once every `decay_steps`."),
        Entry("InverseTimeDecay", DecayArgs, (), "Divides by 1 plus `decay_rate` times the time passed."),
        Entry(
            "PiecewiseConstantDecay",
            PiecewiseArgs,
            (),
            "Takes the next of `values` at each of `boundaries`; there is one value more than boundaries.",
        ),
        Entry(
            "PolynomialDecay", PolynomialDecayArgs, (), "Falls to `end_learning_rate` along a power curve."
        ),
    ),
)
