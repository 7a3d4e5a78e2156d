"""`specgraph validate specs/cnn.yaml` as a whole process, beside `python -c "import pydantic, yaml"`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
RATIO, WALL = 2.0, 0.3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", default=str(ROOT / "specs" / "cnn.yaml"))
    parser.add_argument("--runs", type=int, default=20, help="of each of the two, alternating")
    parser.add_argument("--as-is", action="store_true", help="do not see to it that bytecode is cached")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar does not hold")
    options = parser.parse_args()
    base = [sys.executable, "-c", "import pydantic, yaml"]
    ours = [*command(), "validate", options.spec]
    with tempfile.TemporaryDirectory() as cache:
        env = dict(os.environ)
        if not options.as_is:
            env.pop("PYTHONDONTWRITEBYTECODE", None)
            env["PYTHONPYCACHEPREFIX"] = cache
        for _ in range(2):
            seconds(base, env), seconds(ours, env)
        pairs = [(seconds(base, env), seconds(ours, env)) for _ in range(options.runs)]
    ratio = median(b / a for a, b in pairs)
    wall = median(b for _, b in pairs)
    show('python -c "import pydantic, yaml"', [a for a, _ in pairs])
    show(f"specgraph validate {os.path.relpath(options.spec)}", [b for _, b in pairs])
    held = [verdict("ratio, median of pairs", f"{ratio:.2f}x", ratio <= RATIO, f"{RATIO}x")]
    held.append(verdict("wall time, median", f"{wall:.3f} s", wall <= WALL, f"{WALL} s"))
    return 1 if options.check and not all(held) else 0


def command() -> list[str]:
    """The console script of this interpreter, or the module where the project is not installed."""
    script = Path(sys.executable).with_name("specgraph")
    return [str(script)] if script.exists() else [sys.executable, "-m", "specgraph"]


def seconds(argv: list[str], env: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, env=env, check=True, capture_output=True)
    return time.perf_counter() - start


def show(what: str, times: list[float]) -> None:
    print(f"{what:<50} median {1000 * median(times):6.1f} ms   least {1000 * min(times):6.1f} ms")


def verdict(what: str, value: str, held: bool, bar: str) -> bool:
    print(f"{what:<50} {value:>10}   bar {bar}: {'holds' if held else 'DOES NOT HOLD'}")
    return held


if __name__ == "__main__":
    sys.exit(main())
