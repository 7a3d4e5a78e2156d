"""Faults of specgraph itself are raised in tests, where a user would get one line."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from specgraph.testing.profile import examples

settings.register_profile("quick", derandomize=True)
settings.register_profile("long", derandomize=False)
settings.load_profile("quick" if examples(1) == 1 else "long")  # the same examples each time, or new ones
os.environ["SPECGRAPH_DEBUG"] = "1"


def pytest_runtest_setup(item: pytest.Item) -> None:
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow" and item.get_closest_marker("tensorflow") is not None:
        pytest.skip(f"holds for TensorFlow, not for {backend}")
