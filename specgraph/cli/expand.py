"""`specgraph expand FILE`: the flat spec that blocks, repeats, params and imports stand for."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from .run import UsageError
from .shared import read, reading, show, show_beside

EXAMPLES = """\
  specgraph expand resnet50.yaml
  specgraph expand model.yaml --variant tiny --set classes=5
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a spec; - for standard input")
    reading(parser)


def run(options: Any) -> int:
    """The flat spec on stdout; faults instead where the spec has some."""
    analysis = read(options.file, options)
    if not analysis.ok:
        show(analysis.diagnostics, options)
        return 1
    if not analysis.models:
        raise UsageError("the file has no model, only blocks for others to import")
    from specgraph.report.expand import expand

    show_beside(analysis.diagnostics, options)
    sys.stdout.write(expand(analysis))
    return 0
