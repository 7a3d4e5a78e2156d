"""`specgraph layers [NAME]`: what a layer takes, from its row; without a name, all of them.

A name may be that of a data source or of a step too.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.report import layers as report
from specgraph.vocabulary import ALIASES, REFUSED, ROWS

from .run import UsageError
from .streams import say

EXAMPLES = """\
  specgraph layers
  specgraph layers Conv2D
  specgraph layers LSTM --output-format json
  specgraph layers digits
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a layer, such as Conv2D (default: list all)")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")


def run(options: Any) -> int:
    """Prints the list or one layer; 1 for a layer that specs may not have, 2 for a name nothing has."""
    json = options.output_format == "json"
    if options.name is None:
        listed = report.catalogue()
        sys.stdout.write(report.list_as_json(listed) if json else report.list_as_text(listed))
        return 0
    name = ALIASES.get(options.name, options.name)
    if name in REFUSED:
        if json:
            sys.stdout.write(report.refusal_as_json(name))
        say(f"{name} has no place in a spec: {REFUSED[name]}")
        return 1
    if name not in ROWS:
        from specgraph.diagnostics.report import did_you_mean
        from specgraph.report import sources

        found = sources.find(options.name)
        if found is not None:
            sys.stdout.write(sources.as_json(found) if json else sources.as_text(found))
            return 0
        _, help = did_you_mean(options.name, [*ROWS, *ALIASES, *REFUSED, *sources.names()])
        raise UsageError(f"there is no layer '{options.name}'; {help or '`specgraph layers` lists them'}")
    if name != options.name:
        say(f"{options.name} is another name of {name}")
    entry = report.describe(name)
    sys.stdout.write(report.as_json(entry) if json else report.as_text(entry))
    return 0
