"""Opens files without ever waiting for one, and turns their bytes into text."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from specgraph.limits import DEFAULT, Limits

from .errors import SourceError, UnreadableError
from .nodes import Node
from .text import Source, Span

if TYPE_CHECKING:
    from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def load(path: str | os.PathLike[str], limits: Limits = DEFAULT) -> Source:
    """The text of a regular file, or of standard input for `-`.

    UnreadableError when there is no such file, or it is a pipe, device or directory; these are refused
    without being opened. SourceError when it is too large, or not UTF-8.
    """
    name = os.fspath(path)
    data = read_bytes(name, limits)
    return decode(data, "<stdin>", None, limits) if name == "-" else decode(data, name, name, limits)


def read_bytes(name: str, limits: Limits = DEFAULT) -> bytes:
    """The bytes of the same, one more at most than the limit allows; UnreadableError as above."""
    if name == "-":
        return _read_stdin(limits.file_bytes + 1)
    try:
        _check_regular(os.stat(name), name)
        # O_NONBLOCK: another process may put a pipe there between the check and the opening.
        flags = os.O_RDONLY
        for flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
            flags |= getattr(os, flag, 0)
        with open(os.open(name, flags), "rb") as file:
            _check_regular(os.fstat(file.fileno()), name)
            return file.read(limits.file_bytes + 1) or b""
    except OSError as error:
        raise UnreadableError(f"cannot read {name}: {error.strerror or error}") from None
    except ValueError as error:
        raise UnreadableError(f"cannot read this path: {error}") from None


def _check_regular(status: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = next((words for test, words in _KINDS if test(status.st_mode)), "no regular file")
        raise UnreadableError(f"cannot read {name}: it is {kind}")


def _read_stdin(size: int) -> bytes:
    try:
        return sys.stdin.buffer.read(size)
    except (OSError, ValueError, AttributeError) as error:
        raise UnreadableError(f"cannot read standard input: {error}") from None


def decode(data: bytes, name: str, path: str | Path | None = None, limits: Limits = DEFAULT) -> Source:
    """Bytes as text; they must be UTF-8, with or without a byte order mark, which is dropped.

    SourceError `limit` when there are too many, `encoding` when they are something else.
    """
    if len(data) > limits.file_bytes:
        head = Source(data[:200].decode("utf-8", "replace"), name, path)
        message = f"the file has more than {limits.file_bytes:,} bytes"
        help = "the limit is named `file_bytes`; a trusted file may raise it"
        raise SourceError("limit", message, Span(head, 0, 0), help=help)
    encoding = _wide_encoding(data[:4])
    if encoding:
        head = Source(data[:800].decode(encoding, "replace").lstrip("\ufeff"), name, path)
        message = f"the file is {encoding.upper()} text, not UTF-8"
        raise SourceError("encoding", message, Span(head, 0, 0), help="save it as UTF-8")
    body = data[3:] if data.startswith(b"\xef\xbb\xbf") else data
    try:
        return Source(body.decode("utf-8"), name, path)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        source = Source(before + body[error.start :].decode("utf-8", "replace"), name, path)
        span = Span(source, len(before), len(before) + 1)
        message = f"the byte 0x{body[error.start]:02X} is not UTF-8 here"
        raise SourceError("encoding", message, span, help="save the file as UTF-8") from None


def _wide_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark, or the zeros around the first ASCII character, give away."""
    marks = ((b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"))
    for mark, encoding in (*marks, (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return encoding
    zeros = tuple(byte == 0 for byte in head)
    return {
        (True, True, True, False): "utf-32-be",
        (False, True, True, True): "utf-32-le",
        (True, False, True, False): "utf-16-be",
        (False, True, False, True): "utf-16-le",
        (True, False): "utf-16-be",
        (False, True): "utf-16-le",
    }.get(zeros)


def read(source: Source, limits: Limits = DEFAULT) -> Node:
    """The tree of a source's one document: JSON if the name ends in `.json` or the text is JSON, else YAML.

    SourceError for whatever is wrong with the text, and nothing else, except UnreadableError where
    PyYAML is installed without libyaml. An empty document is null.
    """
    named_json = source.name.lower().endswith(".json")
    # The readers are imported here because a process seldom needs both.
    if named_json or source.text.lstrip("\ufeff \t\r\n").startswith("{"):
        from .json_reader import read_json

        try:
            return read_json(source, limits)
        except SourceError as error:
            if named_json or error.rule != "syntax":
                raise
    from .yaml_reader import read_yaml

    return read_yaml(source, limits)
