"""The benchmarks run; what they measure is no test's business."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["cold.py", "--runs", "1"], "ratio, median of pairs"),
        (["analysis.py", "--sizes", "20,40", "--runs", "1"], "misfits"),
        (["reader.py", "--sizes", "20", "--runs", "1"], "JSON Schema"),
        (["build.py", "--help"], "by hand in Keras"),
        (["frozen_prefix.py", "--examples", "32", "--epochs", "1"], "head weights apart"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_benchmark_prints_its_figures(command: list[str], says: str) -> None:
    script = ROOT / "benchmarks" / command[0]
    done = subprocess.run([sys.executable, script, *command[1:]], check=True, capture_output=True, text=True)
    assert says in done.stdout
    assert command[0] in (ROOT / "benchmarks" / "README.md").read_text()
