"""`specgraph train FILE`: what the `train` section says, carried out."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from .run import UsageError
from .shared import limits, read, reading, show, show_beside
from .streams import quiet_native, say

EXAMPLES = """\
  specgraph train cnn.yaml
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a spec; - for standard input")
    reading(parser)


def run(options: Any) -> int:
    """Trains; 1 where the spec has errors or training fails."""
    analysis = read(options.file, options)
    if analysis.ok:
        analysis.check_budget(limits(options.limit), list(analysis.models))
    if not analysis.ok:
        show(analysis.diagnostics, options)
        return 1
    if not analysis.models:
        raise UsageError("the file has no model, only blocks for others to import")
    show_beside(analysis.diagnostics, options)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with quiet_native():
        import keras  # noqa: F401
    from specgraph.data.source import Place
    from specgraph.training.errors import TrainError
    from specgraph.training.run import run as train

    file = None if options.file == "-" else Path(options.file)
    place = Place.of(file, options.root, limits(options.limit), options.plugin)
    try:
        made = train(analysis, place)
    except TrainError as error:
        say(str(error))
        return 1
    figures = "  ".join(f"{name} {value:.4g}" for name, value in made.metrics.items())
    sys.stderr.write(f"{figures}\n")
    return 0
