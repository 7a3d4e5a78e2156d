"""Backends that cannot be had, or cannot train, said in words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(backend: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "specgraph", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, cwd=ROOT)


@pytest.mark.parametrize("command", ["build", "train"])
def test_a_backend_that_there_is_not(command: str, tmp_path: Path) -> None:
    done = run("nope", command, "specs/rnn.yaml", "-o", str(tmp_path / "rnn.keras"))
    assert done.returncode == 2
    assert "KERAS_BACKEND is 'nope', which cannot be had here" in done.stderr
    assert "Traceback" not in done.stderr and not list(tmp_path.iterdir())


def test_a_backend_that_cannot_train() -> None:
    done = run("numpy", "train", "specs/rnn.yaml", "--dry-run")
    assert done.returncode == 1
    assert "Keras has no training on the backend numpy; KERAS_BACKEND=tensorflow or jax has" in done.stderr
