"""Faults of specgraph itself are raised in tests, where a user would get one line."""

from __future__ import annotations

import os

os.environ["SPECGRAPH_DEBUG"] = "1"
