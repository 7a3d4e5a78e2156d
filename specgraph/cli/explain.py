"""`specgraph explain`: the page about a diagnostic's code, or where a node's values came from."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.diagnostics import BY_ID, BY_RULE
from specgraph.diagnostics.explanations import page

from .run import UsageError
from .shared import read, reading, show

EXAMPLES = """\
  specgraph explain E09
  specgraph explain reshape-count
  specgraph explain stage.1.conv net.yaml --variant tiny
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="CODE|NODE", help="a code such as E09, or a layer of FILE")
    parser.add_argument("file", nargs="?", metavar="FILE", help="a spec; - for standard input")
    reading(parser)


def run(options: Any) -> int:
    """Prints the page, or where a node's values came from; an unknown word is a usage error."""
    if options.file is not None:
        return _node(options)
    word = options.what
    if word.upper() not in BY_ID and word not in BY_RULE:
        from specgraph.diagnostics.report import did_you_mean

        _, help = did_you_mean(word, [*BY_ID, *BY_RULE])
        raise UsageError(f"there is no code '{word}'" + (f"; {help}" if help else ""))
    sys.stdout.write(page(word.upper() if word.upper() in BY_ID else word))
    return 0


def _node(options: Any) -> int:
    """A node of a spec that need not be sound: as much as is known of it."""
    from specgraph.report.provenance import provenance

    analysis = read(options.file, options)
    if not analysis.ok:
        show(analysis.diagnostics, options)
    named = {name: model for name, model in analysis.all_models.items() if options.what in model.graph.nodes}
    for name, model in named.items():
        if len(named) > 1:
            sys.stdout.write(f"in model {name}:\n")
        sys.stdout.write(provenance(model, options.what))
    if not named:
        from specgraph.diagnostics.report import did_you_mean

        nodes = [name for model in analysis.all_models.values() for name in model.graph.nodes]
        _, help = did_you_mean(options.what, nodes)
        raise UsageError(f"the spec has no layer '{options.what}'" + (f"; {help}" if help else ""))
    return 0 if analysis.ok else 1
