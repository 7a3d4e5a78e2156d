"""Where a generator's choices come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Source:
    """Choices, all made from ints within bounds, so that one generator serves `random` and Hypothesis.

    Simple choices stand first: Hypothesis shrinks towards low numbers.
    """

    __slots__ = ("integer",)

    def __init__(self, integer: Callable[[int, int], int]) -> None:
        self.integer = integer
        """An int from the first to the second, both included."""

    def choice(self, options: Sequence[T]) -> T:
        """One of the options; IndexError if there is none."""
        return options[self.integer(0, len(options) - 1)]

    def chance(self, out_of: int) -> bool:
        """True once in so many times."""
        return self.integer(1, out_of) == out_of

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """Up to `most` of the options, each once, in their order."""
        if not options:
            return []
        picked = {self.integer(0, len(options) - 1) for _ in range(self.integer(0, most))}
        return [options[i] for i in sorted(picked)]


def random_source(seed: int | str) -> Source:
    """Choices that depend on the seed alone."""
    return Source(Random(seed).randint)
