"""Text to nodes that know their places, beside PyYAML's C loader, which keeps none; the schema's size."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

import made_specs
import yaml

from specgraph.limits import Limits
from specgraph.source import Source, read

RAISED = Limits(file_bytes=1 << 26, nodes=10_000_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--runs", type=int, default=3, help="of which the fastest counts")
    options = parser.parse_args()
    print(f"{'layers':>8}{'bytes':>12}{'YAML, ms':>12}{'JSON, ms':>12}{'CSafeLoader, ms':>18}   YAML/loader")
    for size in map(int, options.sizes.split(",")):
        text = made_specs.text("named", size)
        as_json = json.dumps(yaml.load(text, yaml.CSafeLoader))
        ours = least(lambda text=text: read(Source(text), RAISED), options.runs)
        ours_json = least(lambda text=as_json: read(Source(text, "x.json"), RAISED), options.runs)
        theirs = least(lambda text=text: yaml.load(text, yaml.CSafeLoader), options.runs)
        row = f"{size:>8,}{len(text):>12,}{ours:>12.1f}{ours_json:>12.1f}{theirs:>18.1f}"
        print(f"{row}   {ours / theirs:.2f}x", flush=True)
    schema()
    return 0


def schema() -> None:
    from specgraph.codegen.schema import schema

    start = time.process_time()
    made = json.dumps(schema())
    print(f"JSON Schema: {len(made):,} bytes, made in {1000 * (time.process_time() - start):.0f} ms")


def least(run: Callable[[], object], runs: int) -> float:
    """Milliseconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return 1000 * min(times)


if __name__ == "__main__":
    sys.exit(main())
