"""Which layers a phase of training trains: `train` and `freeze` held against what the models have.

A layer is named by its path: `probs`, `base/block5_conv1`, `encoder/mean`. A pattern may stand for each part
of it, and a path that ends early stands for all that is within: a network, a model that is called, a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from specgraph.applications import APPLICATIONS
from specgraph.ir.graph import GraphNode
from specgraph.ir.training import Phase
from specgraph.rows.base import Weight

from .walk import ModelTypes

Key: TypeAlias = "tuple[str, str, str]"
"""A layer that has weights of its own: its model, its node, and its name inside a network or ''."""
MOST_PATTERNS = 100
"""Patterns in one selection, each of which is held against every layer."""
WILD = frozenset("*?[")


class Leaf(NamedTuple):
    """A layer as it is met on a walk through the models; one that is shared is met more than once."""

    path: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    """For each part of the path what it may be called: its name, or that of the model it calls."""
    key: Key
    weights: tuple[Weight, ...]
    trainable: bool
    """Whether the spec lets it train, itself and all that it is within."""

    @property
    def name(self) -> str:
        return "/".join(self.path)


class Problem(NamedTuple):
    """A selection at fault: `path` leads into it, to the word if it is one."""

    message: str
    path: tuple[str | int, ...] = ()
    word: str | None = None
    candidates: tuple[str, ...] = ()
    help: str | None = None


class Chosen(NamedTuple):
    """What a phase trains."""

    leaves: tuple[Leaf, ...]
    trained: frozenset[Key]
    asked: frozenset[Key]
    """Those that `train` names, which train even where the spec says `trainable: false`."""
    problems: tuple[tuple[str, Problem], ...]
    """With the setting that is at fault."""

    def unique(self) -> list[Leaf]:
        """Each layer once."""
        return list({one.key: one for one in reversed(self.leaves)}.values())[::-1]

    def counts(self) -> tuple[int, int]:
        """Values in weights that are trained, and in those of frozen layers."""
        train = still = 0
        for leaf in self.unique():
            for weight in leaf.weights:
                size = 1
                for dim in weight.shape:
                    size *= dim
                if leaf.key not in self.trained:
                    still += size
                elif weight.trainable:
                    train += size
        return train, still


def choose(phase: Phase, models: Mapping[str, ModelTypes], walked: Walked | None = None) -> Chosen:
    """What a phase trains, of sound models; `walked` are their layers, if they are known already."""
    walked = walked or walk(phase.models, models)
    choice = _Choice(walked)
    if phase.args.train is not None:
        trained = asked = choice.select("train", phase.args.train)
    else:
        trained, asked = walked.free, set()
    if phase.args.freeze is not None:
        trained = trained - choice.select("freeze", phase.args.freeze)
    return Chosen(walked.leaves, frozenset(trained), frozenset(asked & trained), tuple(choice.problems))


def walk(names: Sequence[str], models: Mapping[str, ModelTypes]) -> Walked:
    """The layers of the models that a phase trains."""
    if len(names) == 1:
        return Walked(_walk(models[names[0]], (), (), True))
    return Walked(leaf for name in names for leaf in _walk(models[name], (name,), ((name,),), True))


def _walk(
    model: ModelTypes, path: tuple[str, ...], names: tuple[tuple[str, ...], ...], trainable: bool
) -> Iterator[Leaf]:
    graph = model.graph
    for name, node in graph.nodes.items():
        if node.kind == "input":
            continue
        here, called, free = (*path, name), (*names, (name,)), trainable and node.trainable
        if node.kind == "model":
            inner = model.layers_weights[node.target]
            yield from _walk(inner, here, (*names, (name, node.target)), free)
            continue
        owner = graph.nodes[node.shares] if node.shares is not None else node
        if owner.target in APPLICATIONS:
            yield from _inside(model, owner, here, (*names, (name, owner.target)), free)
        else:
            held = tuple(model.weights.get(owner.name, ()))
            yield Leaf(here, called, (graph.name, owner.name, ""), held, free)


def _inside(
    model: ModelTypes, node: GraphNode, path: tuple[str, ...], names: tuple[tuple[str, ...], ...], free: bool
) -> Iterator[Leaf]:
    """The layers inside a network, in Keras's order."""
    ref = node.inputs[0]
    net = node.row.inside(node.args, model.types[ref.node][ref.output].declared, node.dtype)
    for inner in net.ordered():
        if inner.made is not None:
            key = (model.graph.name, node.name, inner.name)
            yield Leaf((*path, inner.name), (*names, (inner.name,)), key, inner.made.weights, free)


class Walked:
    """The layers of some models in their order, among which phases select."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self.leaves = tuple(leaves)
        self.patterns: set[str] = set()
        """Those that were held against the layers."""
        self._found: dict[str, list[Leaf]] = {}
        self._orders: dict[str | None, list[Key]] = {}
        self._candidates: dict[int, tuple[str, ...]] = {}

    @cached_property
    def free(self) -> set[Key]:
        """The layers that the spec lets train."""
        still = {one.key for one in self.leaves if not one.trainable}
        return {one.key for one in self.leaves} - still

    def named(self, word: str) -> list[Leaf]:
        """The layers that a name or a pattern means."""
        found = self._found.get(word)
        if found is None:
            parts = word.split("/")
            first = parts[0]
            among = self.leaves if WILD & set(first) else self._by_first.get(first, ())
            found = self._found[word] = [leaf for leaf in among if _matches(parts, leaf)]
        return found

    def weighty(self, of: str | None) -> list[Key]:
        """The layers with weights, each once; those that a word means, if there is one."""
        found = self._orders.get(of)
        if found is None:
            among = self.leaves if of is None else self.named(of)
            found = self._orders[of] = list(dict.fromkeys(leaf.key for leaf in among if leaf.weights))
        return found

    def within(self, word: str) -> Leaf | None:
        """A layer of this name, or that a pattern means, inside another."""
        if not WILD & set(word):
            return self._by_last.get(word)
        return next((one for name, one in reversed(self._by_last.items()) if fnmatchcase(name, word)), None)

    def candidates(self, depth: int) -> tuple[str, ...]:
        """What may be said of so many parts."""
        found = self._candidates.get(depth)
        if found is None:
            names = dict.fromkeys("/".join(one.path[:depth]) for one in self.leaves if len(one.path) >= depth)
            found = tuple(dict.fromkeys(one for name in names for one in _groups(name)))
            self._candidates[depth] = found
        return found

    @cached_property
    def _by_last(self) -> dict[str, Leaf]:
        """The first layer of each name inside another."""
        return {one.path[-1]: one for one in reversed(self.leaves) if len(one.path) > 1}

    @cached_property
    def _by_first(self) -> dict[str, list[Leaf]]:
        """The layers by what the first part of their path may be called, blocks that they are in included."""
        found: dict[str, list[Leaf]] = {}
        for leaf in self.leaves:
            for name in {one for word in leaf.names[0] for one in _groups(word)}:
                found.setdefault(name, []).append(leaf)
        return found


class _Choice:
    """Selections among the same layers."""

    def __init__(self, walked: Walked) -> None:
        self.walked = walked
        self.problems: list[tuple[str, Problem]] = []

    def select(self, setting: str, selection: Any) -> set[Key]:
        """The layers that a selection means; what is at fault in it is kept in `problems`."""
        listed = type(selection) is tuple
        parts = list(enumerate(selection)) if listed else [(None, selection)]
        patterns = [one for _, one in parts if isinstance(one, str) and WILD & set(one)]
        if not self._bounded(setting, patterns):
            return set()
        found: set[Key] = set()
        last: dict[str | None, int] = {}
        seen: set[str] = set()
        for i, one in parts:
            where: tuple[str | int, ...] = () if i is None else (i,)
            if not isinstance(one, str):
                last[one.of] = max(last.get(one.of, 0), self._last(setting, one, where))
            elif one not in seen:
                seen.add(one)
                named = self.walked.named(one)
                if not named:
                    self.problems.append((setting, self._nothing(one, where)))
                found |= {leaf.key for leaf in named}
        for of, count in last.items():
            found |= set(self.walked.weighty(of)[-count:]) if count else set()
        return found

    def _bounded(self, setting: str, patterns: list[str]) -> bool:
        """Whether there are not too many patterns, each of which is held against every layer."""
        if len(patterns) > MOST_PATTERNS:
            message = f"{len(patterns)} patterns are more than the {MOST_PATTERNS} that a selection may have"
            self.problems.append((setting, Problem(message)))
            return False
        self.walked.patterns |= set(patterns)
        if len(self.walked.patterns) > 2 * MOST_PATTERNS:
            message = f"all selections have more than {2 * MOST_PATTERNS} patterns in sum"
            self.problems.append((setting, Problem(message)))
            return False
        return True

    def _last(self, setting: str, wanted: Any, where: tuple[str | int, ...]) -> int:
        """How many of the last layers are wanted; none where there is nothing that they would be of."""
        if wanted.of is not None and not self.walked.named(wanted.of):
            self.problems.append((setting, self._nothing(wanted.of, (*where, "of"))))
            return 0
        order = self.walked.weighty(wanted.of)
        if wanted.last > len(order):
            of = f"`{wanted.of}`" if wanted.of is not None else "the model"
            message = f"{of} has {len(order)} layers with weights, not {wanted.last}"
            self.problems.append((setting, Problem(message, (*where, "last"))))
        return int(wanted.last)

    def _nothing(self, word: str, where: tuple[str | int, ...]) -> Problem:
        """That a name or pattern means no layer, with those that it may have meant."""
        inner = self.walked.within(word)
        help = None
        if inner is not None:
            help = f"it is within another: `{'/'.join((*inner.path[:-1], word))}`"
        near = self.walked.candidates(word.count("/") + 1)
        what = "pattern" if WILD & set(word) else "name"
        return Problem(f"no layer has the {what} `{word}`", where, word, near, help)


def _groups(name: str) -> Iterator[str]:
    """A name, and those of the blocks that it is in: `stage.1.conv`, `stage.1`, `stage`."""
    yield name
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _matches(parts: list[str], leaf: Leaf) -> bool:
    if len(parts) > len(leaf.path):
        return False
    for part, words in zip(parts, leaf.names, strict=False):
        if not any(_same(part, one) for word in words for one in _groups(word)):
            return False
    return True


def _same(part: str, name: str) -> bool:
    return fnmatchcase(name, part) if WILD & set(part) else part == name
