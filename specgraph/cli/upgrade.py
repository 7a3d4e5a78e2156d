"""`specgraph upgrade FILE…`: specs in the newest version of the language, comments kept."""

from __future__ import annotations

import argparse
from typing import Any

from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.source import Source
from specgraph.versions import VERSION, StepError, upgrade

from .rewriting import rewrite, rewriting
from .run import UsageError
from .streams import say

EXAMPLES = """\
  specgraph upgrade cnn.yaml
  specgraph upgrade specs/*.yaml --diff
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    rewriting(parser)


def run(options: Any) -> int:
    """0 when all files are of the newest version now, or 1 with `--check` if one was not."""

    def change(source: Source, limits: Limits, report: Report) -> str | None:
        try:
            text = upgrade(source, report, limits)
        except StepError as error:
            what = f"{source.name} cannot be upgraded: {error}"
            raise UsageError(f"a fault of specgraph itself, please report it: {what}") from None
        if text == source.text:
            say(f"{source.name} is of the newest version already, {VERSION}")
        return text

    return rewrite(options, change)
