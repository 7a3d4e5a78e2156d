"""Changes to a spec as data that must change nothing, or must be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

_WORDS = re.compile(r"'[^']*'|[A-Za-z_]\w*", re.ASCII)
IN_ORDER = ("branch", "inputs")
"""Keys of mappings whose order counts: a merge reads the ways in their order, a model has its inputs in theirs."""


def renamed(node: Any, names: Mapping[str, str], blocks: frozenset[str]) -> Any:
    """The spec with its params called otherwise, wherever they are defined, given or used."""
    if isinstance(node, list):
        return [renamed(one, names, blocks) for one in node]
    if isinstance(node, str) and node.startswith("${"):
        return _WORDS.sub(lambda match: names.get(match[0], match[0]), node)
    if isinstance(node, str) and node.startswith("$"):
        return f"${names.get(node[1:], node[1:])}"
    if not isinstance(node, dict):
        return node
    made = {}
    for key, value in node.items():
        done = renamed(value, names, blocks)
        if (key in ("params", "for") or key in blocks) and isinstance(done, dict) and "layers" not in done:
            done = {names.get(name, name): one for name, one in done.items()}
        made[key] = done
    return made


def shuffled(node: Any, random: Random, kept: bool = False) -> Any:
    """The spec with the keys of all mappings in another order, where it says nothing."""
    if isinstance(node, list):
        return [shuffled(one, random) for one in node]
    if not isinstance(node, dict):
        return node
    keys = list(node)
    if not kept:
        random.shuffle(keys)
    return {key: shuffled(node[key], random, key in IN_ORDER) for key in keys}


def lists(node: Any) -> Iterator[list[Any]]:
    """All lists of layers in the body of a block or model, outer ones first."""
    if isinstance(node, list):
        for one in node:
            yield from lists(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if (
                key in ("layers", "else", "left", "a")
                and isinstance(value, list)
                and all(isinstance(one, str | dict) for one in value)
            ):
                yield value
            yield from lists(value)


FAULTS: tuple[tuple[Callable[[], Any], str], ...] = (
    (lambda: {"Dense": {"units": 4, "activaton": "relu"}}, "unknown-layer-or-key"),
    (lambda: {"Dens": {"units": 4}}, "unknown-layer-or-key"),
    (lambda: "Flaten", "unknown-layer-or-key"),
    (lambda: {"Dense": {"units": -1}}, "bad-param"),
    (lambda: {"Dense": {"units": 4, "activation": "rleu"}}, "unknown-layer-or-key"),
    (lambda: {"Dense": {"units": "$nothing"}}, "undefined-param"),
    (lambda: {"Dense": {"units": "${width +}"}}, "bad-expression"),
    (lambda: {"Dense": {"units": "${nothing * 2}"}}, "undefined-param"),
    (lambda: {"Dense": {}}, "missing-argument"),
    (lambda: {"Dense": 3}, "malformed-item"),
    (lambda: {"Lambda": {}}, "refused-layer"),
    (lambda: {"repeat": {"time": 2, "layers": ["ReLU"]}}, "unknown-layer-or-key"),
    (lambda: {"inner": {"widht": 4}}, "unknown-layer-or-key"),
    (lambda: {"when": {"if": True, "layers": [{"Dense": {"unit": 4}}]}}, "unknown-layer-or-key"),
)
"""Items that are at fault wherever they stand, whether they are in a model or not."""
ALIVE: tuple[tuple[Callable[[], Any], str], ...] = (
    (lambda: {"Conv2D": {"filters": 3, "kernel_size": 3}}, "rank-mismatch"),
    (lambda: {"Reshape": {"target_shape": [3]}}, "reshape-count"),
    (lambda: {"Dense": {"units": 4, "from": "nowhere"}}, "undefined-ref"),
    (lambda: {"reuse": {"layer": "nowhere"}}, "undefined-ref"),
    (lambda: {"Dense": {"units": 4, "name": "itself", "from": "itself"}}, "cycle"),
    (lambda: {"branch": {"up": [{"Dense": {"units": 4}}], "down": []}}, "dead-layer"),
    (lambda: {"Dense": {"units": "${width - 4}"}}, "bad-param"),
    (lambda: {"repeat": {"times": -1, "layers": ["ReLU"]}}, "bad-param"),
    (lambda: {"inner": {"width": "wide"}}, "param-type"),
)
"""Items that are at fault in a model only."""
