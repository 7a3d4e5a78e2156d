"""`specgraph summary FILE`: layers, shapes, dtypes and parameters, without Keras."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.report.summary import as_json, as_table, summarize

from .run import UsageError
from .shared import read, reading, show, show_beside

EXAMPLES = """\
  specgraph summary cnn.yaml
  specgraph summary vae.yaml --set latent=2 --output-format json
  specgraph summary gpt.yaml --variants
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a spec; - for standard input")
    parser.add_argument(
        "--variants", action="store_true", help="compare the variants: parameters, FLOPs and memory"
    )
    reading(parser)


def run(options: Any) -> int:
    """The table, or JSON, on stdout, warnings on stderr; faults instead where the spec has some."""
    if options.variants:
        return _variants(options)
    analysis = read(options.file, options)
    if not analysis.ok:
        show(analysis.diagnostics, options)
        return 1
    show_beside(analysis.diagnostics, options)
    summaries = [summarize(model) for model in analysis.models.values()]
    sys.stdout.write(as_json(summaries) if options.output_format == "json" else as_table(summaries))
    return 0


def _variants(options: Any) -> int:
    """One line a variant, the defaults first; each is a spec that may be at fault."""
    from specgraph.infer.cost import cost
    from specgraph.report import variants

    if options.file == "-":
        raise UsageError("--variants reads the file several times, which standard input is not")
    table = {}
    first = read(options.file, options)
    names = [None, *(first.module.variants if first.module is not None else ())]
    for name in [options.variant] if options.variant is not None else names:
        options.variant = name
        analysis = read(options.file, options) if name is not None else first
        if not analysis.ok:
            show(analysis.diagnostics, options)
            return 1
        table[name or "(default)"] = {model: cost(one) for model, one in analysis.models.items()}
    as_json = options.output_format == "json"
    sys.stdout.write(variants.as_json(table) if as_json else variants.as_table(table))
    return 0
