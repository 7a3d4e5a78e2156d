"""What a run keeps of its data, columns and what steps found in them: models are asked without the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from specgraph.data.index import facts_of, key
from specgraph.data.source import DataError, Place
from specgraph.ir.training import Column, Encoding, Facts, Training
from specgraph.rows.policy import DTYPES

from .steps import Moments

_NUMBER = (int, float)


def told(training: Training, place: Place) -> dict[str, Any]:
    """By source, what it held before any step, as JSON has it; sources of open sizes are left out."""
    found = {}
    for phase in training.phases:
        if phase.feed is not None:
            try:
                facts = facts_of(phase.feed.source, place)
            except DataError:
                continue  # which is told where the data are loaded
            if facts is not None and all(map(_plain, facts.columns.values())):
                found[key(phase.feed.source)] = {
                    "columns": {
                        name: one._replace(node=None)._asdict() for name, one in facts.columns.items()
                    },
                    "examples": facts.examples,
                    "held_out": facts.held_out,
                    "labels": facts.labels,
                }
    return found


def _plain(column: Column) -> bool:
    return column.shape is None or all(isinstance(size, int) for size in column.shape)


def facts_told(settings: Mapping[str, Any]) -> dict[str, Facts]:
    """The same, read from the settings of a run, which may be anyone's."""
    found = {}
    for name, one in _items(settings.get("told")):
        columns = {column: _column(said) for column, said in _items(_get(one, "columns"))}
        counts = [_get(one, "examples"), _get(one, "held_out")]
        labels = _get(one, "labels")
        if columns and None not in columns.values() and isinstance(labels, list):
            whole = {column: said for column, said in columns.items() if said is not None}
            known = tuple(label for label in labels if label in whole)
            examples, held_out = (count if type(count) is int else None for count in counts)
            found[name] = Facts(whole, examples, held_out, known)
    return found


def _column(said: Any) -> Column | None:
    """A column; None where it is not said as `told` says it."""
    shape, dtype, encoding = (_get(said, name) for name in ("shape", "dtype", "encoding"))
    classes, bounds = _get(said, "classes"), _get(said, "range")
    sound = (
        (
            shape is None
            or (isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape))
        )
        and dtype in (None, *DTYPES)
        and encoding in (None, *get_args(Encoding))
        and (classes is None or (type(classes) is int and classes > 0))
        and (bounds is None or (_numbers(bounds) and len(bounds) == 2))
    )
    if not sound:
        return None
    return Column(None if shape is None else tuple(shape), dtype, encoding, classes, bounds and tuple(bounds))


def moments_told(settings: Mapping[str, Any]) -> dict[str, dict[str, list[Moments]]]:
    """By phase and column, what the steps `normalize` found."""
    found = {}
    for phase, columns in _items(settings.get("moments")):
        read = {name: [one for one in _list(pairs) if _is_moments(one)] for name, pairs in _items(columns)}
        if all(len(read[name]) == len(_list(pairs)) for name, pairs in _items(columns)):
            found[phase] = {
                name: [(mean, variance) for mean, variance in pairs] for name, pairs in read.items()
            }
    return found


def _is_moments(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(map(_numbers, one)) and len(one[0]) == len(one[1])


def _numbers(one: Any) -> bool:
    return isinstance(one, list) and all(type(value) in _NUMBER for value in one)


def _items(one: Any) -> list[tuple[str, Any]]:
    return list(one.items()) if isinstance(one, dict) else []


def _list(one: Any) -> list[Any]:
    return one if isinstance(one, list) else [None]


def _get(one: Any, name: str) -> Any:
    return one.get(name) if isinstance(one, dict) else None
