"""Files, pipes, devices, and encodings."""

from __future__ import annotations

import io
import os
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from specgraph.limits import Limits
from specgraph.source import SourceError, UnreadableError, decode, load, read


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: ü\r\n".encode())
    source = load(path)
    assert source.text == "a: ü\r\n"
    assert source.name == str(path)
    assert source.path == path


def test_the_name_is_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    monkeypatch.chdir(tmp_path)
    assert load("./a.yaml").name == "./a.yaml"


def test_a_symlink_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    assert load(tmp_path / "b.yaml").text == "a: 1"


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: 1")))
    source = load("-")
    assert (source.name, source.text, source.path) == ("<stdin>", "a: 1", None)


def test_no_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UnreadableError):
        load("-")


def test_endless_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/zero") as zeros:
        monkeypatch.setattr(sys, "stdin", zeros)
        with pytest.raises(SourceError) as caught:
            load("-")
    assert caught.value.rule == "limit"


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    fifo, loop = tmp_path / "fifo", tmp_path / "loop"
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    paths: list[str | Path] = [
        fifo,
        loop,
        tmp_path,
        tmp_path / "missing",
        "/dev/zero",
        "/dev/tty",
        "a\0b",
        "",
        "x" * 5000,
    ]
    link = tmp_path / "link"
    link.symlink_to(fifo)
    for path in [*paths, link]:
        with pytest.raises(UnreadableError, match="cannot read"):
            load(path)


def test_a_socket() -> None:
    # Paths of sockets have to be short.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/s")
        with pytest.raises(UnreadableError, match="socket"):
            load(f"{folder}/s")


def test_a_fifo_that_comes_between_check_and_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    regular = os.stat(__file__)
    monkeypatch.setattr(os, "stat", lambda *_, **__: regular)
    with pytest.raises(UnreadableError, match="named pipe"):
        load(fifo)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    path.chmod(0)
    with pytest.raises(UnreadableError):
        load(path)


def test_file_size(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: b\n" * 2)
    assert load(path, Limits(file_bytes=10)).text
    with pytest.raises(SourceError) as caught:
        load(path, Limits(file_bytes=9))
    assert caught.value.rule == "limit"
    assert caught.value.span.source.name == str(path)
    with open(path, "wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SourceError):
        load(path)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["a: 1\n", "ab"])
def test_other_unicode_encodings_are_named(codec: str, text: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode(text.encode(codec), "a.yaml")
    assert caught.value.rule == "encoding"
    assert codec[:6].upper() in caught.value.message
    assert caught.value.span.source.text.startswith(text)


@pytest.mark.parametrize(
    ("data", "place", "byte"),
    [
        (b"a: 1\nb: caf\xe9\n", (2, 7), "0xE9"),
        ("ü: ".encode() + b"\xff", (1, 4), "0xFF"),
        (b"\xc0\x80", (1, 1), "0xC0"),
        (b"\xed\xa0\x80", (1, 1), "0xED"),
        (b"\xf4\x90\x80\x80", (1, 1), "0xF4"),
        (b"\xef\xbb\xbfa\n\x80", (2, 1), "0x80"),
        (b"a: \xe2\x82", (1, 4), "0xE2"),
    ],
)
def test_bytes_that_are_not_utf8(data: bytes, place: tuple[int, int], byte: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode(data, "a.yaml")
    span = caught.value.span
    assert caught.value.rule == "encoding"
    assert span.source.position(span.start) == place
    assert byte in caught.value.message


def test_empty() -> None:
    assert read(decode(b"", "a.yaml")).data() is None
    assert read(decode(b"\xef\xbb\xbf", "a.yaml")).data() is None
