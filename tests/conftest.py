"""Faults of specgraph itself are raised in tests, where a user would get one line."""

from __future__ import annotations

import os

import pytest

os.environ["SPECGRAPH_DEBUG"] = "1"


def pytest_runtest_setup(item: pytest.Item) -> None:
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow" and item.get_closest_marker("tensorflow") is not None:
        pytest.skip(f"holds for TensorFlow, not for {backend}")
