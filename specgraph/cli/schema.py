"""`specgraph schema`: the JSON Schema of specs, for editors."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.codegen.schema import text

EXAMPLES = """\
  specgraph schema > specgraph.schema.json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: Any) -> int:
    """Prints the schema."""
    sys.stdout.write(text())
    return 0
