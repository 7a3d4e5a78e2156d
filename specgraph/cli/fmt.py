"""`specgraph fmt FILE…`: specs in the usual style, comments kept."""

from __future__ import annotations

import argparse
from typing import Any

from specgraph.diagnostics.report import Report
from specgraph.format import FormatError, format_source
from specgraph.limits import Limits
from specgraph.source import Source

from .rewriting import rewrite, rewriting
from .run import UsageError

EXAMPLES = """\
  specgraph fmt cnn.yaml
  specgraph fmt specs/*.yaml --check
  specgraph fmt - < cnn.yaml > neat.yaml
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    rewriting(parser)


def run(options: Any) -> int:
    """0 when all files are in style now, or 1 with `--check` if one was not."""
    return rewrite(options, _format)


def _format(source: Source, limits: Limits, report: Report) -> str:
    """The same text where the result would not be the same spec, which is a fault of ours."""
    try:
        return format_source(source, limits)
    except FormatError as error:
        message = f"a fault of specgraph itself, please report it: {source.name} cannot be formatted: {error}"
        raise UsageError(message) from None
