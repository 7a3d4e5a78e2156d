"""`specgraph validate FILE…`: what is wrong with specs, without Keras."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.diagnostics import Diagnostic

from .shared import read, reading, show


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a spec; - for standard input")
    reading(parser)


def run(options: Any) -> int:
    """0 if no file has an error; warnings do not fail."""
    found: list[Diagnostic] = []
    clean = True
    for file in options.files:
        analysis = read(file, options)
        found += analysis.diagnostics
        clean = clean and analysis.ok
    show(found, options)
    if clean and options.output_format == "text":
        count = len(options.files)
        sys.stderr.write(f"{count} spec{'s' if count > 1 else ''} valid\n")
    return 0 if clean else 1
