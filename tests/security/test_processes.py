"""Hostile specs against whole processes: the system holds them to what they may cost.

The bar is 2 s and 300 MB on a quiet machine; the limits on time here are generous, for those that are not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import attacks
import pytest

SECONDS = 20
MEGABYTES = 300
WORST = {
    "depth": attacks.PARSE_DEPTH["flow lists"],
    "laughs": attacks.AMPLIFICATION["laughs"],
    "nodes": attacks.AMPLIFICATION["many empty nodes"],
    "param": attacks.AMPLIFICATION["long list of a param"],
    "repeats": attacks.RESOURCES["repeats in repeats"],
    "models": attacks.RESOURCES["models that double, deep"],
    "branches": attacks.RESOURCES["branches that double"],
    "inputs": attacks.GRAPHS["fan-in"],
    "expression": attacks.EXPRESSIONS["expression of tower"],
    "defaults": attacks.EXPRESSIONS["defaults that double"],
    "unused blocks": attacks.GRAPHS["blocks that name each other, unused"],
    "deep blocks": attacks.GRAPHS["deep blocks"],
    "paths": attacks.PATHS["many imports of one file"],
    "typos": attacks.FLOODS["typos in arguments"],
    "bytes": attacks.ENCODINGS["too large"],
}
if attacks.FULL:
    WORST |= {
        name: text
        for flood in (attacks.AMPLIFICATION, attacks.RESOURCES, attacks.GRAPHS, attacks.FLOODS)
        for name, text in flood.items()
    }


@pytest.mark.parametrize("attack", list(WORST.values()), ids=list(WORST))
def test_it_stays_within_time_and_memory(attack: str | bytes, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(attack if isinstance(attack, bytes) else attack.encode("utf-8", "surrogatepass"))
    code = (  # a small process between: a child's peak counts from its fork, and this process may be large
        "import resource, subprocess, sys\n"
        f"resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))\n"
        "done = subprocess.run(sys.argv[2:])\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
        "open(sys.argv[1], 'w').write(str(used))\n"
        "sys.exit(done.returncode)\n"
    )
    peak = tmp_path / "peak"
    command = [
        sys.executable,
        "-c",
        code,
        str(peak),
        sys.executable,
        "-m",
        "specgraph",
        "validate",
        str(file),
    ]
    done = subprocess.run(command, capture_output=True)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert int(peak.read_text()) < MEGABYTES * 1024
    assert b"Traceback" not in said and len(said) < 64_000


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="needs /proc")
def test_nothing_else_is_opened(tmp_path: Path) -> None:
    """With auditing on, `validate` opens the spec, the user's settings and its own modules, and starts nothing."""
    file = tmp_path / "s.yaml"
    items = [
        line for text in attacks.UNSAFE.values() for line in text.splitlines() if line.startswith("  - ")
    ]
    file.write_text(attacks.HEAD + "\n".join(line for line in items if "!" not in line))
    code = (
        "import sys\n"
        "seen = []\n"
        "def watch(event, args):\n"
        "    if event in ('open', 'os.system', 'subprocess.Popen', 'socket.connect', 'os.exec', 'os.posix_spawn',\n"
        "                 'exec', 'pickle.find_class', 'urllib.Request'):\n"
        "        seen.append((event, str(args[0])))\n"
        "from specgraph.cli import main\n"
        "sys.addaudithook(watch)\n"
        f"code = main(['validate', {str(file)!r}])\n"
        "own = tuple(path for path in sys.path if path)\n"
        "bad = [one for one in seen if not (one[0] == 'exec' and 'code object <module>' in one[1])\n"
        f"       and not (one[0] == 'open' and (one[1] in ({str(file)!r}, 'pyproject.toml') or one[1].startswith(own) or one[1].isdigit()))]\n"
        "assert code == 1 and len(seen) > 3, code\n"
        "assert not bad, bad\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-3000:]
