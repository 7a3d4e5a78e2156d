"""What commands that read a file share."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from specgraph.analysis import Analysis, analyze_file
from specgraph.diagnostics import Diagnostic
from specgraph.limits import Limits

from .run import UsageError

if TYPE_CHECKING:
    from specgraph.data.source import Place

FORMATS = ("text", "json", "github")


def reading(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command that reads a spec."""
    parser.add_argument("--set", action="append", default=[], metavar="PARAM=VALUE", help="set a param")
    parser.add_argument("--variant", metavar="NAME", help="take one of the spec's named sets of params")
    parser.add_argument(
        "--plugin", action="append", default=[], metavar="NAME",
        help="allow the layers of an installed package's entry point, whose code then runs",
    )  # fmt: skip
    parser.add_argument(
        "--root", metavar="DIR", help="where imported files may lie (default: the folder of the spec)"
    )
    parser.add_argument(
        "--output-format", choices=FORMATS, default="text",
        help="how diagnostics are written: text (on stderr), json or github (on stdout)",
    )  # fmt: skip
    limiting(parser)


def limiting(parser: argparse.ArgumentParser) -> None:
    """The argument that raises limits."""
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=N",
        help=f"raise a limit: {', '.join(Limits.names())}",
    )


def read(file: str, options: Any, place: Place | None = None) -> Analysis:
    """The analysis of a file with the params and limits of the command line."""
    return analyze_file(
        file,
        params=pairs(options.set, "--set"),
        variant=options.variant,
        limits=limits(options.limit),
        root=options.root,
        plugins=plugins(options.plugin),
        place=place,
    )


def plugins(given: Sequence[str]) -> list[str]:
    """Those of the command line, and those that the working folder's pyproject.toml allows."""
    try:
        with open("pyproject.toml", "rb") as file:
            text = file.read(1 << 20)
    except OSError:
        return list(given)
    if b"tool.specgraph" not in text:
        return list(given)
    from specgraph.plugins import settings

    return [*given, *settings(text)]


def pairs(given: Sequence[str], flag: str) -> dict[str, str]:
    """`NAME=VALUE` strings as a mapping."""
    found = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"{flag} takes NAME=VALUE, not '{pair}'")
        found[name] = value
    return found


def limits(given: Sequence[str]) -> Limits:
    """The default limits with the changes that the user asked for."""
    changes = {}
    for name, value in pairs(given, "--limit").items():
        if name not in Limits.names():
            raise UsageError(f"there is no limit '{name}'; there are {', '.join(Limits.names())}")
        if not (value.isascii() and value.isdigit() and int(value[:18]) > 0):
            raise UsageError(f"limit {name} is a positive integer, not '{value}'")
        changes[name] = int(value[:18])
    return Limits(**changes)


def show(diagnostics: Sequence[Diagnostic], options: Any) -> None:
    """Print diagnostics: frames for people on stderr, forms for machines on stdout.

    They come in the order of their places, but errors before warnings where not all are shown.
    """
    if options.output_format == "json":
        from specgraph.diagnostics.json import render as as_json

        bound = limits(options.limit).errors
        sys.stdout.write(as_json(_first(diagnostics, bound), limit=bound))
    else:
        show_beside(diagnostics, options)


def show_beside(diagnostics: Sequence[Diagnostic], options: Any) -> None:
    """The same where stdout is for other data: JSON's reader gets frames on stderr."""
    bound = limits(options.limit).errors
    if not diagnostics:
        return
    diagnostics = _first(diagnostics, bound)
    if options.output_format == "github":
        from specgraph.diagnostics.github import render as as_github

        sys.stdout.write(as_github(diagnostics, limit=bound))
    else:
        from specgraph.diagnostics.text import render as as_text

        sys.stderr.write(as_text(diagnostics, limit=bound, color=_color()))


def _first(diagnostics: Sequence[Diagnostic], bound: int) -> Sequence[Diagnostic]:
    if len(diagnostics) <= bound:
        return diagnostics
    return sorted(diagnostics, key=lambda one: one.severity != "error")


def _color() -> bool:
    """Whether stderr's reader sees colours, and has not declined them (https://no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
