"""Shipped specs, their blocks expanded: lines, analysis for each layer they come to, and whole processes."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from specgraph import analyze

SPECS = Path(__file__).parents[1] / "specs"
BAR = 0.25
"""Milliseconds for each expanded layer of ResNet-50."""
LINES = {"resnet50": 60, "unet": 45, "gpt": 50}
"""How long these specs may be."""
SECONDS = 0.4
"""A whole process of `validate` for ResNet-50, the U-Net and GPT."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=sorted(one.stem for one in SPECS.glob("*.yaml")))
    parser.add_argument("--runs", type=int, default=7, help="of which the fastest counts")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar does not hold")
    options = parser.parse_args()
    held = True
    for name in options.names:
        spec = SPECS / f"{name}.yaml"
        layers, each = in_process(spec, options.runs)
        whole = min(process(spec) for _ in range(options.runs))
        lines = len(spec.read_text(encoding="utf-8").splitlines())
        held = held and (name != "resnet50" or each <= BAR) and lines <= LINES.get(name, lines)
        held = held and (name not in LINES or whole <= SECONDS)
        print(f"{name:<16}{lines:>4} lines {layers:>5} layers {each:7.3f} ms a layer", end="")
        print(f"   validate {whole:.2f} s")
    listed = ", ".join(f"{most} lines for {name}" for name, most in LINES.items())
    print(f"bars: {BAR} ms a layer for resnet50; {SECONDS} s a process for {', '.join(LINES)}; {listed}")
    return 0 if held or not options.check else 1


def in_process(spec: Path, runs: int) -> tuple[int, float]:
    """How many layers a spec comes to, and the CPU milliseconds that each takes."""
    found = analyze(spec)
    layers = sum(len(model.graph.nodes) for model in found.all_models.values())
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        analyze(spec)
        best = min(best, time.process_time() - start)
    return layers, best * 1000 / layers


def process(spec: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "specgraph", "validate", str(spec)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
