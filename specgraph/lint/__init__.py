"""What a sound spec may still get wrong: rules about models, their training and their data.

Each rule is a module of its name with `check`, which says what it finds.
"""

from __future__ import annotations

from collections.abc import Mapping

from specgraph.diagnostics.report import Report
from specgraph.infer.walk import ModelTypes
from specgraph.ir.training import Training


def lint(models: Mapping[str, ModelTypes], training: Training | None, report: Report) -> None:
    """Run all rules over models without errors."""
