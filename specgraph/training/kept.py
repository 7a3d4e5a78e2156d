"""What a run keeps of its data, columns and what steps found in them: models are asked without the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from specgraph.data.index import key
from specgraph.data.stated import STATED, stated_facts
from specgraph.ir.training import Column, Facts, Training
from specgraph.spec.catalog import RecordOf
from specgraph.spec.kinds import Bad, Int, Kind, ListOf, MapOf, Number, Optional, Str
from specgraph.spec.record import Record

from .steps import Moments


class HeldArgs(Record):
    """What a source held, in the words of a spec."""

    columns: Annotated[Any, STATED]
    examples: Annotated[int | None, Optional(Int(0))] = None
    held_out: Annotated[int | None, Optional(Int(0))] = None
    labels: Annotated[tuple[str, ...], ListOf(Str())] = ()


_TOLD = MapOf(RecordOf(lambda: HeldArgs, "what a source held", "held"))
_MOMENTS = MapOf(MapOf(ListOf(ListOf(ListOf(Number()), least=2, most=2))))


def told(training: Training) -> dict[str, Any]:
    """By source, what it held before any step, as JSON has it; sources of open sizes are left out."""
    found = {}
    for phase in training.phases:
        facts = phase.feed.source_facts if phase.feed is not None else None
        if phase.feed is not None and facts is not None and all(map(_is_plain, facts.columns.values())):
            found[key(phase.feed.source)] = {
                "columns": {name: _said(one) for name, one in facts.columns.items()},
                "examples": facts.examples,
                "held_out": facts.held_out,
                "labels": facts.labels,
            }
    return found


def _is_plain(column: Column) -> bool:
    return column.shape is None or all(isinstance(size, int) for size in column.shape)


def _said(column: Column) -> dict[str, Any]:
    named = column._replace(node=None)._asdict()
    return {name: value for name, value in named.items() if value is not None}


def facts_told(settings: Mapping[str, Any]) -> dict[str, Facts]:
    """The same, read from the settings of a run, which may be anyone's: nothing, where they are at fault."""
    return {
        name: Facts((stated_facts(one.columns) or Facts({})).columns, one.examples, one.held_out, one.labels)
        for name, one in _read(_TOLD, settings.get("told")).items()
    }


def moments_told(settings: Mapping[str, Any]) -> dict[str, dict[str, list[Moments]]]:
    """By phase and column, what the steps `normalize` found, read in the same way."""
    return {
        phase: {
            name: [(list(mean), list(variance)) for mean, variance in one] for name, one in columns.items()
        }
        for phase, columns in _read(_MOMENTS, settings.get("moments")).items()
    }


def _read(kind: Kind, value: Any) -> dict[str, Any]:
    try:
        read: dict[str, Any] = kind.check(value)
    except Bad:
        return {}
    return read
