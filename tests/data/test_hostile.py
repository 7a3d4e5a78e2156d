"""Files that want to do harm: each is refused with its name, and costs little."""

from __future__ import annotations

import io
import os
import pickle
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from feeding import analyzed, known, loaded, place_of, refusal

from specgraph.cli import main
from specgraph.data.source import Place
from specgraph.limits import DEFAULT


def npy(values: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, values, allow_pickle=True)
    return file.getvalue()


def header(text: str, version: int = 1, length: int | None = None) -> bytes:
    width = "<H" if version == 1 else "<I"
    return (
        b"\x93NUMPY"
        + bytes([version, 0])
        + struct.pack(width, len(text) if length is None else length)
        + text.encode("latin-1")
    )


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


class Boom:
    def __reduce__(self) -> Any:
        return os.mkdir, ("harmed",)


GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
NPY = {
    "empty": b"",
    "text": b"hello there",
    "pickle": pickle.dumps(Boom()),
    "objects": npy(np.array([Boom()], dtype=object)),
    "records": npy(np.zeros(3, dtype=[("a", "f4")])),
    "dates": npy(np.zeros(3, dtype="M8[s]")),
    "cut": npy(np.zeros(9))[:-3],
    "more": npy(np.zeros(9)) + b"x",
    "huge": header("{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,), }"),
    "long-header": header(GOOD + " " * 60_000),
    "promised-header": header(GOOD, 2, 1 << 31),
    "version": header(GOOD, 9),
    "call": header("{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os').mkdir('harmed'),)}"),
    "deep": header("(" * 9000),
    "minus": header("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "-" * 9000 + "1,)}"),
    "negative": header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"),
    "no-shape": header("{'descr': '<f8', 'fortran_order': False}"),
    "axes": header("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "1," * 40 + ")}"),
    "digits": header("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 5000 + ",)}"),
    "bytes": header("\xff\xfe\x00"),
}


@pytest.mark.parametrize("case", NPY)
def test_npy_files(case: str, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(NPY[case])
    rule, message = refusal("npy", {"files": {"x": "x.npy"}}, place_of(tmp_path))
    assert rule == "data-source" and message.startswith("'x.npy' cannot be used: ") and len(message) < 200
    assert refusal("npy", {"files": {"x": "x.npy"}}, place_of(tmp_path), load=True)[1] == message
    assert not Path("harmed").exists()


def bomb() -> bytes:
    """Half a gigabyte of zeros in half a megabyte."""
    head = npy(np.zeros(1))[:128].replace(b"(1,), }", b"(67108864,), }"[:14]).ljust(128)
    return zipped({"x.npy": head + bytes(1 << 20)})


def many() -> bytes:
    return zipped({f"a{i}.npy": b"" for i in range(1500)})


def overlong_directory() -> bytes:
    made = bytearray(zipped({"x.npy": npy(np.zeros(2))}))
    end = made.rfind(b"PK\x05\x06")
    made[end + 12 : end + 16] = struct.pack("<I", 1 << 30)
    return bytes(made)


NPZ: dict[str, Any] = {
    "empty": lambda: b"",
    "text": lambda: b"hello there" * 100,
    "not-a-npy": lambda: zipped({"x.npy": b"hello"}),
    "other-member": lambda: zipped({"x.txt": b"hello"}),
    "path": lambda: zipped({"../../x.sh": b"echo"}),
    "objects": lambda: zipped({"x.npy": npy(np.array([Boom()], dtype=object))}),
    "bomb": bomb,
    "many": many,
    "directory": overlong_directory,
    "cut": lambda: zipped({"x.npy": npy(np.zeros(99))})[:60],
    "crossed": lambda: zipped({"x.npy": npy(np.zeros(99))}).replace(b"PK\x03\x04", b"PK\x07\x07"),
    "no-arrays": lambda: zipped({}),
}


@pytest.mark.parametrize("case", NPZ)
def test_npz_files(case: str, tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(NPZ[case]())
    rule, message = refusal("npz", {"file": "x.npz"}, place_of(tmp_path), load=True)
    assert rule == "data-source" and len(message) < 200
    assert not Path("harmed").exists()


def test_zeros_that_unpack_to_more_than_is_allowed(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "x.npz", x=np.zeros((1 << 21,), "uint8"))
    place = place_of(tmp_path, DEFAULT._replace(data_bytes=1 << 20))
    assert refusal("npz", {"file": "x.npz"}, place)[0] == "limit"
    assert refusal("npz", {"file": "x.npz"}, place, load=True)[0] == "limit"


def test_a_checksum_that_is_wrong(tmp_path: Path) -> None:
    data = bytearray(npy(np.arange(500.0)))
    packed = bytearray(zipped({"x.npy": bytes(data)}))
    packed[len(packed) // 2] ^= 0xFF
    (tmp_path / "x.npz").write_bytes(bytes(packed))
    rule, _message = refusal("npz", {"file": "x.npz"}, place_of(tmp_path), load=True)
    assert rule == "data-source"


ARGUMENTS: dict[str, Any] = {
    "npz": lambda path: {"file": path},
    "npy": lambda path: {"files": {"x": path}},
    "csv": lambda path: {"file": path},
    "image_folder": lambda path: {"folder": path, "size": [2, 2]},
}


@pytest.mark.parametrize("kind", ARGUMENTS)
@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/passwd", "~/x", "file:x", "a/../../x", "link", "x\0y", "C:\\x", "loop", "deep/" * 2000],
)
def test_paths_that_lead_elsewhere(kind: str, path: str, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link").symlink_to("/etc")
    (inner / "loop").symlink_to("loop")
    rule, message = refusal(kind, ARGUMENTS[kind](path), place_of(inner))
    assert rule in ("unsafe-path", "data-source") and "root:" not in message
    assert rule == "unsafe-path" or path == "loop" or path.startswith("deep")


@pytest.mark.parametrize("kind", ["npz", "csv", "npy"])
def test_what_is_no_regular_file(kind: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "null").symlink_to("/dev/null")
    for name in ("pipe", "folder", "null"):
        assert refusal(kind, ARGUMENTS[kind](name), place_of(tmp_path))[0] == "unsafe-path"
    assert refusal("image_folder", {"folder": "pipe", "size": [2, 2]}, place_of(tmp_path))[0] == "unsafe-path"


def test_a_link_within_the_root_is_followed(tmp_path: Path) -> None:
    (tmp_path / "spec").mkdir()
    (tmp_path / "data").mkdir()
    np.save(tmp_path / "data" / "x.npy", np.zeros(3))
    (tmp_path / "spec" / "x.npy").symlink_to("../data/x.npy")
    arguments = {"files": {"x": "x.npy"}}
    assert refusal("npy", arguments, place_of(tmp_path / "spec"))[0] == "unsafe-path"
    place = Place.of(tmp_path / "spec" / "spec.yaml", tmp_path)
    assert known("npy", arguments, place) and known("npy", {"files": {"x": "../data/x.npy"}}, place)


CSV = {
    "nul": b"a,b\n1,\0\n",
    "latin": "a,b\n1,é\n".encode("latin-1"),
    "wide": b"a\n" + b"9" * 200_000,
    "quote": b'a,b\n"1,2\n' * 3,
    "line": b"x" * 400_000,
    "returns": b"a,b\r1,2,3\r",
}


@pytest.mark.parametrize("case", CSV)
def test_csv_files(case: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(CSV[case])
    rule, message = refusal("csv", {"file": "x.csv"}, place_of(tmp_path), load=True)
    assert rule == "data-source" and len(message) < 200


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (png(60_000, 60_000), "limit"),
        (b"", "data-source"),
        (b"hello", "data-source"),
        (png(9, 9)[:40], "data-source"),
        (b"<svg/>", "data-source"),
    ],
    ids=["large", "empty", "text", "cut", "svg"],
)
def test_image_files(data: bytes, rule: str, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "evil.png").write_bytes(data)
    images = loaded("image_folder", {"folder": "set", "size": [2, 2]}, place_of(tmp_path)).train["image"]
    from specgraph.data.source import DataError

    with pytest.raises(DataError) as caught:
        images.read(np.array([0]))
    assert (
        caught.value.rule == rule and "'evil.png'" in caught.value.message and len(caught.value.message) < 250
    )


def test_folders_that_never_end(tmp_path: Path) -> None:
    inner = tmp_path / "set" / "a"
    inner.mkdir(parents=True)
    (inner / "self").symlink_to("..")
    (inner / "1.png").write_bytes(png(9, 9))
    facts = known("image_folder", {"folder": "set", "size": [2, 2]}, place_of(tmp_path))
    assert facts is not None and facts.examples == 1
    deep = inner
    for i in range(20):
        deep = deep / str(i)
    deep.mkdir(parents=True)
    assert refusal("image_folder", {"folder": "set", "size": [2, 2]}, place_of(tmp_path))[0] == "limit"
    place = place_of(tmp_path, DEFAULT._replace(data_files=10))
    assert refusal("image_folder", {"folder": "set", "size": [2, 2]}, place)[0] == "limit"


def test_a_link_to_an_image_outside_is_refused(tmp_path: Path) -> None:
    inner = tmp_path / "spec" / "set"
    inner.mkdir(parents=True)
    (tmp_path / "1.png").write_bytes(png(9, 9))
    (inner / "1.png").symlink_to(tmp_path / "1.png")
    assert (
        refusal("image_folder", {"folder": "set", "size": [2, 2]}, place_of(tmp_path / "spec"))[0]
        == "unsafe-path"
    )
    (inner / "1.png").unlink()
    (inner / "a").symlink_to(tmp_path)
    assert (
        refusal("image_folder", {"folder": "set", "size": [2, 2]}, place_of(tmp_path / "spec"))[0]
        == "unsafe-path"
    )


@pytest.mark.parametrize("name", ["../x", "/etc", "https://x/y", "a b", "", "x/../y", ".hidden"])
@pytest.mark.parametrize("kind", ["tfds", "huggingface"])
def test_names_of_sets_are_no_paths(kind: str, name: str, tmp_path: Path) -> None:
    [found] = analyzed(tmp_path, {kind: {"name": name}}).diagnostics
    assert (found.code.rule, found.message) == ("bad-param", "`data` has a `name` that is no name of a set")


def test_a_folder_of_the_name_of_a_set_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    monkeypatch.setitem(sys.modules, "datasets", object())  # type: ignore[arg-type]
    Path("mnist").mkdir()
    assert refusal("huggingface", {"name": "mnist"}, place_of(tmp_path), load=True)[0] == "unsafe-path"


def test_nothing_is_printed_raw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.npz").write_bytes(zipped({"\x1b[31m\u202e::error::.npy": b"x"}))
    analyzed(tmp_path, {"npz": {"file": "x.npz"}})
    assert main(["validate", str(tmp_path / "spec.yaml")]) == 1
    said = capsys.readouterr()
    assert "\x1b[31m" not in said.out + said.err and "\u202e" not in said.out + said.err


def test_validate_needs_neither_numpy_nor_network(tmp_path: Path) -> None:
    import subprocess

    np.savez(tmp_path / "a.npz", x=np.zeros((4, 2)), y=np.zeros((4, 1)))
    (tmp_path / "a.csv").write_text("a,b,out\n1,2,3\n")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "1.png").write_bytes(png(9, 9))
    sets: list[Any] = [
        "iris", {"npz": {"file": "a.npz"}}, {"csv": {"file": "a.csv", "labels": "out"}}, {"image_folder": {"folder": "set", "size": [2, 2]}},
        {"keras": {"name": "mnist"}}, {"tfds": {"name": "mnist"}}, {"huggingface": {"name": "mnist"}},
        {"source": "digits", "steps": {"image": ["scale", {"Resizing": {"height": 4, "width": 4}}]}},
    ]  # fmt: skip
    names = []
    for i, data in enumerate(sets):
        analyzed(tmp_path, data)
        names.append(str((tmp_path / "spec.yaml").rename(tmp_path / f"{i}.yaml")))
    heavy = (
        "numpy",
        "keras",
        "tensorflow",
        "sklearn",
        "PIL",
        "mlxtend",
        "datasets",
        "tensorflow_datasets",
        "socket",
        "ssl",
    )
    code = (
        "import sys\nfrom specgraph.cli import main\n"
        f"main(['validate', *{names!r}])\n"
        f"print('loaded', *[name for name in {heavy!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "loaded"
