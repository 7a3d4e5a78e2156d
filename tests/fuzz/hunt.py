"""`python tests/fuzz/hunt.py FIRST COUNT`: mutants by number, each kind of failure with its shortest text.

Needs the package and this folder on the path. Prints the slowest, too.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections import Counter

from mutants import VALUES, mutant
from pipeline import check

os.environ["SPECGRAPH_DEBUG"] = "1"

PATIENCE = 20
"""Seconds after which a mutant is given up, with the place where it was."""


def _give_up(*_: object) -> None:
    raise RuntimeError("too slow")


def one(seed: int) -> tuple[str, dict[str, str] | None]:
    """The text of a mutant, and what `--set` gives with it."""
    rng = random.Random(seed)
    text = mutant(rng)
    names = ("width", "classes", "latent", "size", "weights", "beta", "nothing")
    params = {rng.choice(names): rng.choice(VALUES)} if rng.random() < 0.1 else None
    return text, params


def main(first: int, count: int) -> None:
    signal.signal(signal.SIGALRM, _give_up)
    kinds: Counter[tuple[str, str]] = Counter()
    shortest: dict[tuple[str, str], tuple[int, int, str]] = {}
    slow: list[tuple[float, int]] = []
    rules: Counter[str] = Counter()
    for seed in range(first, first + count):
        text, params = one(seed)
        start = time.perf_counter()
        signal.alarm(PATIENCE)
        try:
            analysis = check(text, params)
            rules.update({one.code.rule for one in analysis.diagnostics} or {"clean"})
        except Exception as error:
            trace = traceback.extract_tb(error.__traceback__)
            kind = (
                type(error).__name__,
                " < ".join(f"{f.filename.split('/')[-1]}:{f.lineno}" for f in trace[:-4:-1]),
            )
            kinds[kind] += 1
            found = (len(text), seed, f"{text!r} {params} {error}"[:1500])
            shortest[kind] = min(shortest.get(kind, found), found)
        finally:
            signal.alarm(0)
        slow = sorted([*slow, (time.perf_counter() - start, seed)], reverse=True)[:5]
    print(", ".join(f"{rule} {n}" for rule, n in rules.most_common()))
    print("slowest (seconds, number):", *slow)
    for kind, n in kinds.most_common():
        print("\n==", n, *kind, "number", shortest[kind][1], "\n  ", shortest[kind][2])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
