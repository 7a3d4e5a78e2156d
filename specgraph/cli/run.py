"""Arguments to commands."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from specgraph.limits import Limits
from specgraph.source.errors import UnreadableError

FORMATS = ("text", "json", "github")


class UsageError(Exception):
    """A command that cannot be carried out as it was given: exit code 2."""


def run(argv: list[str]) -> int:
    """Carry out one command."""
    options = parser().parse_args(argv)
    try:
        return int(_command(options.command)(options))
    except (UsageError, UnreadableError) as error:
        from specgraph.diagnostics.escape import show

        sys.stderr.write(f"specgraph: {show(str(error))}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"specgraph: {error.strerror or error}\n")
        return 2


def _command(name: str) -> Any:
    from importlib import import_module

    return import_module(f"specgraph.cli.{name}").run


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(prog="specgraph", description="Compile model specs to Keras 3 models.")
    top.add_argument("--version", action="version", version=_version())
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("validate", help="say what is wrong with specs")
    one.add_argument("files", nargs="+", metavar="FILE", help="a spec; - for standard input")
    _reading(one)
    one = commands.add_parser("build", help="build the Keras models and write .keras files")
    one.add_argument("file", metavar="FILE")
    one.add_argument(
        "-o", "--output", metavar="OUT", help="where to write (default: FILE's name in this folder)"
    )
    one.add_argument("--model", metavar="NAME", help="build this model of the file only")
    one.add_argument("--force", action="store_true", help="replace a file that is no Keras model")
    _reading(one)
    one = commands.add_parser("summary", help="layers, shapes and parameters, without Keras")
    one.add_argument("file", metavar="FILE")
    _reading(one)
    one = commands.add_parser("explain", help="what a diagnostic's code means")
    one.add_argument("code", metavar="CODE")
    return top


def _reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--set", action="append", default=[], metavar="PARAM=VALUE", help="set a param")
    command.add_argument("--output-format", choices=FORMATS, default="text")
    command.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=N",
        help=f"raise a limit: {', '.join(Limits.names())}",
    )


def _version() -> str:
    return "specgraph 0.1.0.dev0"
