"""`specgraph explain CODE`: the page about a diagnostic's code."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.diagnostics import BY_ID, BY_RULE
from specgraph.diagnostics.explanations import page

from .run import UsageError

EXAMPLES = """\
  specgraph explain E09
  specgraph explain reshape-count
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="such as E09, or reshape-count")


def run(options: Any) -> int:
    """Prints the page; an unknown code is a usage error."""
    word = options.code
    if word.upper() not in BY_ID and word not in BY_RULE:
        from specgraph.diagnostics.report import did_you_mean

        _, help = did_you_mean(word, [*BY_ID, *BY_RULE])
        raise UsageError(f"there is no code '{word}'" + (f"; {help}" if help else ""))
    sys.stdout.write(page(word.upper() if word.upper() in BY_ID else word))
    return 0
