"""Which column feeds which input, and which is whose target."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

LABELS = ("label", "labels", "target", "targets", "y", "class", "classes")
"""Names of columns that say what is to be predicted, where the source itself does not."""


class Match(NamedTuple):
    """Columns by input and by output, and the inputs and outputs that none could be found for."""

    inputs: dict[str, str]
    targets: dict[str, str]
    open_inputs: tuple[str, ...]
    open_targets: tuple[str, ...]


def match(
    columns: Collection[str],
    labels: Collection[str],
    inputs: Sequence[str],
    outputs: Sequence[str],
    given_inputs: Mapping[str, str],
    given_targets: Mapping[str, str],
) -> Match:
    """Equal names belong together; so do an input and a feature that are alone, an output and a label."""
    labels = labels or [name for name in columns if name in LABELS]
    feeds = {name: name for name in inputs if name in columns} | dict(given_inputs)
    goals = {name: name for name in outputs if name in columns} | dict(given_targets)
    open_inputs = [name for name in inputs if name not in feeds]
    open_targets = [name for name in outputs if name not in goals]
    used = {*feeds.values(), *goals.values()}
    features = [name for name in columns if name not in labels and name not in used]
    if len(open_inputs) == len(features) == 1:
        feeds[open_inputs.pop()] = features[0]
        used.add(features[0])
    rest = [name for name in labels if name not in used] or [name for name in columns if name not in used]
    if len(open_targets) == len(rest) == 1:
        goals[open_targets.pop()] = rest[0]
    return Match(feeds, goals, tuple(open_inputs), tuple(open_targets))
