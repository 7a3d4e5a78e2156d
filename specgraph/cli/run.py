"""From arguments to a command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from specgraph.source.errors import UnreadableError

COMMANDS = {
    "validate": "Say what is wrong with specs",
    "build": "Build the Keras models and write .keras files",
    "summary": "Print layers, shapes and parameters, without Keras",
    "explain": "Say what a diagnostic's code means",
}
"""Each command and what it does; its module beside this one has `arguments(parser)` and `run(options)`."""


class UsageError(Exception):
    """A command that cannot be carried out as it was given: exit code 2."""


def run(argv: list[str]) -> int:
    """Carry out one command."""
    command, options = parse(argv)
    try:
        return command(options)
    except (UsageError, UnreadableError) as error:
        from specgraph.diagnostics.escape import show

        sys.stderr.write(f"specgraph: {show(str(error))}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"specgraph: {error.strerror or error}\n")
        return 2


def parse(argv: list[str]) -> tuple[Callable[[Any], int], Any]:
    """The command's `run` and its options, or SystemExit; only the command's own module is imported."""
    if not argv or argv[0] not in COMMANDS:
        _all_commands().parse_args(argv)
        raise UsageError("the command comes first")
    name = argv[0]
    module: Any = import_module(f"specgraph.cli.{name}")
    parser = _parser(f"specgraph {name}", COMMANDS[name])
    module.arguments(parser)
    return module.run, parser.parse_args(argv[1:])


def _all_commands() -> argparse.ArgumentParser:
    """For `--help`, `--version`, and the message about a command that there is not."""
    top = _parser("specgraph", "Compile model specs to Keras 3 models.")
    top.add_argument("--version", action="version", version=_version())
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, help in COMMANDS.items():
        commands.add_parser(name, help=help)
    return top


def _parser(prog: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=prog, description=description, formatter_class=_Help)


class _Help(argparse.HelpFormatter):
    """argparse makes one for each argument; its own way to ask for the width imports much."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except (OSError, ValueError):
            width = 100
        super().__init__(prog, width=width - 2)


def _version() -> str:
    return "specgraph 0.1.0.dev0"
