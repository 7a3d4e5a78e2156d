"""What `.npy` and `.npz` files say of their arrays, read without numpy and without the arrays.

A header is believed only where the file is as long as it says.
"""

from __future__ import annotations

import ast
import re
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import zipfile

HEADER = 10_000
"""Bytes that a header may have, as numpy itself has it."""
DIRECTORY = 1 << 20
"""Bytes that the list of a zip file's members may have."""

ARRAYS = 1_000
"""Arrays that a .npz file may hold."""

_KINDS = {"f": "float", "i": "int", "u": "uint", "b": "bool", "c": "complex"}
_DESCR = re.compile(r"[<>|=]?([fiubcSU])(\d{1,9})")
_PLAIN = re.compile(r"[\s\w'\"{}(),:<>|=.\[\]]*")


class BadFile(Exception):
    """A file that is not what its name says."""


class Header(NamedTuple):
    """An array's dtype as Keras writes it, and its shape."""

    dtype: str
    shape: tuple[int, ...]
    bytes: int
    """What its values take in memory."""


def read_npy(file: IO[bytes], size: int) -> Header:
    """The header of an array that takes `size` bytes with it; `BadFile` where it is none."""
    start = file.read(8)
    if len(start) < 8 or start[:6] != b"\x93NUMPY":
        raise BadFile("it does not begin as a .npy file does")
    if start[6] not in (1, 2, 3):
        raise BadFile(f"its version of the format is {start[6]}, which numpy does not know")
    width = 2 if start[6] == 1 else 4
    length = int.from_bytes(file.read(width), "little")
    if length > HEADER:
        raise BadFile(f"its header has {length:,} bytes, more than {HEADER:,}")
    text = file.read(length)
    if len(text) < length:
        raise BadFile("it ends within its header")
    header = _parsed(text.decode("latin-1"))
    held = size - 8 - width - length
    if header.bytes != held:
        raise BadFile(f"its header promises {header.bytes:,} bytes of values, it has {held:,}")
    return header


def _parsed(text: str) -> Header:
    if _PLAIN.fullmatch(text) is None or text.count("(") > 8 or text.count("[") > 8 or text.count("{") > 1:
        raise BadFile("its header cannot be read")
    try:
        found: Any = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        raise BadFile("its header cannot be read") from None
    if not isinstance(found, dict) or found.keys() != {"descr", "fortran_order", "shape"}:
        raise BadFile("its header cannot be read")
    shape, descr = found["shape"], found["descr"]
    sound = isinstance(shape, tuple) and all(type(one) is int and 0 <= one < 1 << 53 for one in shape)
    if not sound or len(shape) > 32:
        raise BadFile("its header has no shape")
    match = _DESCR.fullmatch(descr) if isinstance(descr, str) else None
    if match is None:
        raise BadFile(
            "it holds Python objects, which are not read"
            if isinstance(descr, str) and "O" in descr
            else "its values are of a dtype that no column has"
        )
    kind, width = match[1], int(match[2])
    count = 1
    for one in shape:
        count *= one
    if kind in "SU":
        return Header("string", shape, count * width * (4 if kind == "U" else 1))
    return Header("bool" if kind == "b" else f"{_KINDS[kind]}{8 * width}", shape, count * width)


def read_npz(file: IO[bytes]) -> dict[str, Header]:
    """The headers of all arrays of a .npz file; `BadFile` where it is none."""
    import zipfile

    _check_directory(file)
    found: dict[str, Header] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            for member in _members(archive):
                if not member.filename.endswith(".npy"):
                    raise BadFile(f"it holds `{member.filename[:60]}`, which is no array")
                name = member.filename.removesuffix(".npy")
                if name in found:
                    raise BadFile(f"it holds `{name[:60]}` twice")
                if member.flag_bits & 1:
                    raise BadFile("it is encrypted")
                with archive.open(member) as array:
                    try:
                        found[name] = read_npy(array, member.file_size)
                    except BadFile as bad:
                        raise BadFile(f"array `{name[:60]}`: {bad}") from None
    except BadFile:
        raise
    except Exception as error:  # what zipfile raises on broken files is no closed list
        raise BadFile(f"it is no .npz file ({type(error).__name__})") from None
    return found


def _check_directory(file: IO[bytes]) -> None:
    """`BadFile` unless the list of members is short: zipfile would read it whole."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_600))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise BadFile("it is no .npz file")
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    if length == 0xFFFFFFFF:
        wide = tail.rfind(b"PK\x06\x06", 0, end)
        length = int.from_bytes(tail[wide + 40 : wide + 48], "little") if wide >= 0 else DIRECTORY + 1
    if length > DIRECTORY:
        raise BadFile("the list of its members is too long")
    file.seek(0)


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    found = archive.infolist()
    if len(found) > ARRAYS:
        raise BadFile(f"it holds {len(found):,} arrays, more than {ARRAYS:,}")
    return found
