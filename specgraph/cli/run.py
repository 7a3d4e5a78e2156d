"""From arguments to a command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from specgraph import __version__
from specgraph.rows.errors import PluginError
from specgraph.source.errors import UnreadableError

COMMANDS = {
    "validate": "Say what is wrong with specs, without Keras",
    "build": "Build the Keras models and write .keras files",
    "train": "Train the models as the `train` section says",
    "evaluate": "Measure a trained model on data that it was not trained on",
    "predict": "Write what a trained model makes of inputs",
    "summary": "Print layers, shapes and parameters, without Keras",
    "expand": "Print the flat spec that blocks, repeats and params stand for",
    "fmt": "Write specs in the usual style, comments kept",
    "upgrade": "Bring specs to the newest version of the language, comments kept",
    "layers": "Say what a layer takes, or list all layers",
    "init": "Write a shipped spec to start from, or list them",
    "schema": "Print the JSON Schema of specs, for editors",
    "explain": "Say what a diagnostic's code means, or where a layer's values came from",
}
"""Each command and what it does. Its module beside this one has `arguments(parser)`, `run(options)` and
`EXAMPLES` for its `--help`."""


class UsageError(Exception):
    """A command that cannot be carried out as it was given: exit code 2."""


def run(argv: list[str]) -> int:
    """Carry out one command."""
    command, options = parse(argv)
    try:
        return command(options)
    except (UsageError, UnreadableError, PluginError) as error:
        from .streams import say

        say(str(error))
        return 2


def parse(argv: list[str]) -> tuple[Callable[[Any], int], Any]:
    """The command's `run` and its options, or SystemExit; only the command's own module is imported."""
    if not argv or argv[0] not in COMMANDS:
        _all_commands().parse_args(argv)
        raise UsageError("the command comes first")
    name = argv[0]
    module: Any = import_module(f"specgraph.cli.{name}")
    parser = Parser(f"specgraph {name}", f"{COMMANDS[name]}.", f"examples:\n{module.EXAMPLES}")
    module.arguments(parser)
    return module.run, parser.parse_args(argv[1:])


def _all_commands() -> argparse.ArgumentParser:
    """For `--help`, `--version`, and the message about a command that there is not."""
    top = Parser("specgraph", "Compile model specs to Keras 3 models.", _CODES)
    top.add_argument("--version", action="version", version=f"specgraph {__version__}")
    commands = top.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=argparse.ArgumentParser
    )
    for name, help in COMMANDS.items():
        commands.add_parser(name, help=help)
    return top


_CODES = """\
`specgraph COMMAND --help` says more of one. Exit codes: 0 clean (warnings do not fail),
1 errors in a spec, 2 usage or unreadable input.
"""


class Parser(argparse.ArgumentParser):
    """With words on what follows as they were written, and complaints that are safe to print."""

    def __init__(self, prog: str, description: str, epilog: str) -> None:
        super().__init__(
            prog, description=description, epilog=epilog, formatter_class=_Help, allow_abbrev=False
        )

    def _print_message(self, message: str, file: Any = None) -> None:
        if message:  # argparse's own passes over a disk that is full
            (file or sys.stderr).write(message)

    def error(self, message: str) -> NoReturn:
        from specgraph.diagnostics.escape import show

        super().error(show(message))


class _Help(argparse.RawDescriptionHelpFormatter):
    """argparse makes one for each argument; its own way to ask for the width imports much."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except (OSError, ValueError):
            width = 100
        super().__init__(prog, width=width - 2)
