"""Who is called what: the paths of layers, and what a reference means where it stands.

A layer `conv` in the second round of a repeat called `stage` has the path `stage.1.conv`. In the round it is
`conv`; outside, `stage.1.conv`, and `stage` stands for what the last round gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from specgraph.applications import APPLICATIONS
from specgraph.diagnostics import Label
from specgraph.rows.naming import snake
from specgraph.source.text import Span

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
"""Names of inputs, layers, models and dims."""
PATH = re.compile(rf"{NAME.pattern}(?:\.(?:{NAME.pattern}|[0-9]+(?=\.)))*", re.ASCII)
"""Names of layers and models as the flat form of a spec has them: `stage.0.conv`."""
MAX_HOPS = 200
"""From a composite to the composite that it ends in, and so on."""
MAX_TARGETS = 200_000
"""What all references of a model may stand for; branches in a row double it."""


class Target(NamedTuple):
    """One output of a layer, by its path; `output` is None where none was chosen."""

    path: str
    output: int | None = None


class Scope:
    """The names that a list of items can use.

    `prefix` stands before the paths of what is in it. A block has no `outer` scope: it sees its inputs and
    its own layers only.
    """

    __slots__ = ("counts", "names", "outer", "prefix", "way")

    def __init__(self, prefix: str = "", outer: Scope | None = None, way: str | None = None) -> None:
        self.prefix = prefix
        self.outer = outer
        self.way = way
        """The name that a way of a branch has in the scope around it; within, it means something else."""
        self.names: dict[str, tuple[str, ...]] = {}
        """First part of a reference -> the paths, or references, that it stands for."""
        self.counts: dict[str, int] = {}

    def full(self, reference: str) -> tuple[str, ...]:
        """A reference as it stands here, in paths of the whole model; as it is, if nothing has its name."""
        first, dot, rest = reference.partition(".")
        scope: Scope | None = self
        hidden: str | None = None
        while scope is not None:
            found = scope.names.get(first) if first != hidden else None
            if found is not None and len(found) == 1:
                return (found[0] + dot + rest,)
            if found is not None and not dot:
                return found
            if found is not None:
                chosen = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 5 else len(found)
                return (found[chosen],) if chosen < len(found) else (reference,)
            hidden, scope = scope.way, scope.outer
        return (reference,)

    def free(self, base: str) -> str:
        """`base`, or with the first number behind it that no item of this scope has."""
        while True:
            count = self.counts.get(base, 0)
            self.counts[base] = count + 1
            name = f"{base}_{count}" if count else base
            if name not in self.names:
                return name


class Composite(NamedTuple):
    """What a block, a repeat or a branch gives: references, by paths of the whole model."""

    outputs: tuple[str, ...]
    spreads: bool = False
    """Whether its bare name stands for all of its outputs."""


class Stated(NamedTuple):
    """A reference that a block, a repeat or a branch is given, which hands it on to what stands in it."""

    path: str
    written: str
    span: Span
    scope: Scope
    via: tuple[Label, ...]


class Names:
    """All paths of one model."""

    def __init__(self) -> None:
        self.layers: set[str] = set()
        self.composites: dict[str, Composite] = {}
        self.last_rounds: dict[str, str] = {}
        """`stage.last` -> `stage.2`, the last round that a repeat has."""
        self.stated: list[Stated] = []
        self.lost: set[str] = set()
        """Of these, the paths that lead nowhere, which has been reported."""
        self.broken: set[str] = set()
        """What items are called that cannot be called so, which has been reported."""
        self.root = Scope()
        self.tangled = False
        """Whether a reference was given up because it passed one of the limits above."""
        self._left = MAX_TARGETS

    def as_composite(self, above: tuple[str, ...]) -> Composite:
        """What a list of items gives, its last item's outputs told apart."""
        spreads = len(above) > 1
        for _ in range(MAX_HOPS):
            if len(above) != 1 or above[0] not in self.composites:
                break
            above, spreads = self.composites[above[0]]
        return Composite(above, spreads)

    def numbered(self, path: str) -> str:
        """A path in which every `last` that stands for a round is that round's number."""
        if ".last." not in path:
            return path
        done = ""
        for part in path.split("."):
            done = f"{done}.{part}" if done else part
            done = self.last_rounds.get(done, done)
        return done

    def known(self, path: str) -> bool:
        """Whether something has this path, or the path before its last number."""
        path = self.numbered(path)
        head, _, output = path.rpartition(".")
        heads = (path, head) if output.isdigit() else (path,)
        return any(one in self.layers or one in self.composites for one in heads)

    def look_up(self, references: Iterable[str]) -> list[Target] | None:
        """What references by paths mean; None if nothing has one of the names.

        Several targets for one stand for all outputs of a branch. A target whose path is a composite chose
        an output that it has not, or none of several.
        """
        found: list[Target] = []
        for reference in references:
            targets = self._path(reference, 0)
            if targets is None:
                return None
            found += targets
        return found

    def _path(self, path: str, hops: int) -> list[Target] | None:
        self._left -= 1
        if hops > MAX_HOPS or self._left < 0:
            self.tangled = True
            return None
        if path not in self.composites:
            path = self.numbered(path)
        if path in self.layers:
            return [Target(path)]
        if path in self.composites:
            return self._composite(path, hops)
        if path in self.lost:
            return [Target(path)]
        head, _, output = path.rpartition(".")
        if not (output.isascii() and output.isdigit() and len(output) <= 4):
            return None
        if head in self.layers or head in self.lost:
            return [Target(head, int(output))]
        if head not in self.composites:
            return None
        outputs = self.composites[head].outputs
        if int(output) >= len(outputs):
            return [Target(head, int(output))]
        return self._path(outputs[int(output)], hops + 1)

    def _composite(self, path: str, hops: int) -> list[Target] | None:
        outputs, spreads = self.composites[path]
        if len(outputs) != 1 and not spreads:
            return [Target(path)]
        found: list[Target] = []
        for output in outputs:
            targets = self._path(output, hops + 1)
            if targets is None:
                return None
            found += targets
        return found


def automatic(target: str) -> str:
    """What an unnamed item is called: as Keras calls the layer, or the network, `vgg16`."""
    return target.lower() if target in APPLICATIONS else snake(target)
