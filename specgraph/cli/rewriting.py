"""What commands that write a spec anew share: `--check`, `--diff`, and the file written whole."""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from specgraph.diagnostics import Diagnostic
from specgraph.diagnostics.escape import escape
from specgraph.diagnostics.report import Report
from specgraph.limits import Limits
from specgraph.source import Source, SourceError, UnreadableError, decode
from specgraph.source.load import read_bytes

from .output import check_folder, write_whole
from .run import UsageError
from .shared import limiting, limits, show
from .streams import say

Change = Callable[[Source, Limits, Report], str | None]
MARK = b"\xef\xbb\xbf"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def rewriting(parser: argparse.ArgumentParser) -> None:
    """The arguments of these commands."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a spec; - for standard input, the result on standard output"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; list what would change (exit code 1 if any)"
    )
    parser.add_argument("--diff", action="store_true", help="write nothing; print what would change")
    limiting(parser)
    parser.set_defaults(output_format="text")


def rewrite(options: Any, change: Change) -> int:
    """Put the text that `change` gives in place of each file's; it gives None where it has reported why not.

    Exit code 0 when all are as they should be, 1 when one has faults (or, with `--check`, would change),
    2 when one cannot be read. What is wrong with a file does not stop the rest.
    """
    codes = {0}
    found: list[Diagnostic] = []
    bound = limits(options.limit)
    for file in options.files:
        report = Report()
        try:
            codes.add(_one(file, options, bound, report, change))
        except (UnreadableError, UsageError) as error:
            say(str(error))
            codes.add(2)
        found += report.sorted()
    show(found, options)
    return max(codes)


def _one(file: str, options: Any, bound: Limits, report: Report, change: Change) -> int:
    data = read_bytes(file, bound)
    try:
        name, path = ("<stdin>", None) if file == "-" else (file, file)
        source = decode(data, name, path, bound)
        new = change(source, bound, report)
    except SourceError as error:
        report.refuse(error)
        return 1
    if new is None:
        return 1
    mark = MARK if data.startswith(MARK) else b""
    changed = new != source.text
    if options.diff:
        _print("".join(_diff(source, new)).encode())
    elif options.check:
        if changed:
            sys.stdout.write(f"{escape(source.name)}\n")
    elif file == "-":
        _print(mark + new.encode())
    elif changed:
        _replace(file, mark + new.encode())
    return int(changed and options.check)


def _diff(source: Source, new: str) -> list[str]:
    """A unified diff, as `patch` reads it."""
    name = escape(source.name)
    lines = difflib.unified_diff(_LINE.findall(source.text), _LINE.findall(new), name, name)
    note = "\n\\ No newline at end of file\n"
    return [line if line.endswith(("\n", "\r")) else line + note for line in lines]


def _print(data: bytes) -> None:
    """Bytes as they are on standard output, whatever its encoding and its line ends."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def _replace(file: str, data: bytes) -> None:
    """Write the file that `file` is, or leads to."""
    target = Path(os.path.realpath(file))
    check_folder(target)
    if not os.access(target, os.W_OK):
        raise UsageError(f"'{file}' cannot be written to")
    write_whole({target: lambda path: path.write_bytes(data)}, keep_mode=True)
