"""`specgraph validate FILE…`: what is wrong with specs, without Keras."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.diagnostics import Diagnostic
from specgraph.source.errors import UnreadableError

from .shared import read, reading, show
from .streams import say

EXAMPLES = """\
  specgraph validate cnn.yaml
  specgraph validate specs/*.yaml --output-format github
  make-a-spec | specgraph validate - --set width=32
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a spec; - for standard input")
    reading(parser)


def run(options: Any) -> int:
    """0 if no file has an error; warnings do not fail. A file that cannot be read does not stop the rest."""
    found: list[Diagnostic] = []
    clean = readable = True
    for file in options.files:
        try:
            analysis = read(file, options)
        except UnreadableError as error:
            say(str(error))
            readable = False
            continue
        found += analysis.diagnostics
        clean = clean and analysis.ok
    show(found, options)
    if clean and readable and options.output_format == "text":
        count = len(options.files)
        sys.stderr.write(f"{count} spec{'s' if count > 1 else ''} valid\n")
    return 2 if not readable else 0 if clean else 1
