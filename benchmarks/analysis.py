"""Text to types in process: parse with places, resolve, infer. CPU time a layer, by kind and size."""

from __future__ import annotations

import argparse
import sys
import time

import made_specs

from specgraph import analyze
from specgraph.limits import Limits

BAR = 0.2
"""Milliseconds a layer."""
LINEAR = 2.0
"""Times that a layer of the largest spec may cost what one of the smallest does."""
RAISED = Limits(file_bytes=1 << 26, nodes=10_000_000, layers=200_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", default=",".join(made_specs.KINDS), help="of %(default)s")
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--large", action="store_true", help="100,000 layers too")
    parser.add_argument("--runs", type=int, default=3, help="of which the fastest counts")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar does not hold")
    options = parser.parse_args()
    sizes = [int(one) for one in options.sizes.split(",")] + [100_000] * options.large
    print(f"{'ms a layer':<12}" + "".join(f"{size:>12,}" for size in sizes) + "   largest / smallest")
    held = True
    for kind in options.kinds.split(","):
        analyze(made_specs.text(kind, 20))  # imports what the kind needs
        costs = [milliseconds(kind, size, options.runs) / size for size in sizes]
        growth = costs[-1] / costs[0]
        sound = max(costs) <= BAR and growth <= LINEAR
        held = held and sound
        cells = "".join(f"{cost:>12.4f}" for cost in costs)
        print(f"{kind:<12}{cells}   {growth:.2f}x   {'holds' if sound else 'DOES NOT HOLD'}", flush=True)
    print(f"bar: {BAR} ms a layer at every size, and linear: at most {LINEAR}x over all sizes")
    return 1 if options.check and not held else 0


def milliseconds(kind: str, size: int, runs: int) -> float:
    text = made_specs.text(kind, size)
    times = []
    for _ in range(runs):
        start = time.process_time()
        analysis = analyze(text, limits=RAISED)
        times.append(time.process_time() - start)
        assert analysis.ok == (kind not in ("faulty", "misfits")), analysis.diagnostics[:3]
    return 1000 * min(times)


if __name__ == "__main__":
    sys.exit(main())
