"""`specgraph summary FILE`: layers, shapes, dtypes and parameters, without Keras."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.report.summary import as_json, as_table, summarize

from .shared import read, reading, show, show_beside

EXAMPLES = """\
  specgraph summary cnn.yaml
  specgraph summary vae.yaml --set latent=2 --output-format json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a spec; - for standard input")
    reading(parser)


def run(options: Any) -> int:
    """The table, or JSON, on stdout, warnings on stderr; faults instead where the spec has some."""
    analysis = read(options.file, options)
    if not analysis.ok:
        show(analysis.diagnostics, options)
        return 1
    show_beside(analysis.diagnostics, options)
    summaries = [summarize(model) for model in analysis.models.values()]
    sys.stdout.write(as_json(summaries) if options.output_format == "json" else as_table(summaries))
    return 0
