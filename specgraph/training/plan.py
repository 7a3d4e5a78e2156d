"""What a run is to do: the `train` section, with what the user says besides; and whether two are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from specgraph.analysis import Analysis
from specgraph.ir.training import Training

from .distribution import Cluster
from .errors import TrainError
from .objective import replaced

CHANGES = ("epochs", "batch_size", "seed", "distribute", "cache_features")
"""Settings of `train` that a user may change for a run."""
OWN = ("epochs", "batch_size")
"""Those that each phase has besides."""
SHOWN = 3
"""Differences of two runs that are told one by one."""


class Settings(NamedTuple):
    """What the user has to say besides the spec; None stands for what the spec says."""

    epochs: int | None = None
    """Of each phase."""
    batch_size: int | None = None
    seed: int | None = None
    resume: bool = False
    dry_run: bool = False
    quiet: bool = False
    data: Any = None
    """Data that Python code passes, in place of the spec's (`specgraph.training.given`)."""
    distribute: str | None = None
    cache_features: bool | None = None
    cluster: Cluster | None = None
    """The processes that train together, where there are several."""

    def check(self) -> None:
        """ValueError for numbers that make no sense."""
        for name, least in (("epochs", 1), ("batch_size", 1), ("seed", 0)):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
                raise ValueError(f"{name} is an integer of at least {least}, not {value!r}")


def settled(analysis: Analysis, settings: Settings) -> Training:
    """The `train` section with the user's changes; `TrainError` where there is none."""
    training = analysis.document.training if analysis.document is not None else None
    if training is None:
        raise TrainError("the spec has no `train` section", help="`train: {data: digits}` is the least")
    wanted = {name: getattr(settings, name) for name in CHANGES}
    changes = {name: value for name, value in wanted.items() if value is not None}
    own = {name: value for name, value in changes.items() if name in OWN}
    phases = tuple(one._replace(args=replaced(one.args, **own)) for one in training.phases)
    return training._replace(args=replaced(training.args, **changes), phases=phases)


def identity(analysis: Analysis, training: Training) -> dict[str, Any]:
    """All that the figures of a run depend on, but for the data itself and how many epochs there are."""
    import keras

    from specgraph.report.expand import expand

    assert analysis.document is not None
    plain = analysis.document._replace(training=None)
    phases = {
        one.name: {"batch_size": one.args.batch_size, **_without_epochs(one.node.data())}
        for one in training.phases
    }
    return {
        "spec": expand(analysis, plain),
        "train": _without_epochs(training.node.data()) | {"seed": training.args.seed},
        "phases": phases,
        "backend": keras.backend.backend(),
    }


def _without_epochs(said: Any) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in ("epochs", "phases", "batch_size")}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What is not as it was, each in words."""
    found = list(_lines(str(old.get("spec")), str(new.get("spec"))))
    found += _values(old, new, "", ("spec",))
    return found


def _lines(old: str, new: str) -> Iterator[str]:
    a, b = old.splitlines(), new.splitlines()
    for tag, i, j, k, end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes() if a != b else ():
        if tag != "equal":
            before = " / ".join(line.strip() for line in a[i:j][:2]) or "nothing"
            after = " / ".join(line.strip() for line in b[k:end][:2]) or "nothing"
            yield f"`{before}` is now `{after}`"


def _values(
    old: Mapping[str, Any], new: Mapping[str, Any], prefix: str, skip: tuple[str, ...] = ()
) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        was, now = old.get(name), new.get(name)
        if name in skip or was == now:
            continue
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _values(was, now, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name} was {_word(was)} and is {_word(now)}"


def _word(value: Any) -> str:
    return "not set" if value is None else f"{value}"[:80]
