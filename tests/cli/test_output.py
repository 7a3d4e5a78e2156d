"""Files that commands write: whole or not at all, and never over what is not theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from specgraph.cli import main
from specgraph.cli.output import check_model, write_whole
from specgraph.cli.run import UsageError

SPECS = Path(__file__).parents[2] / "specs"
CNN, GAN = str(SPECS / "cnn.yaml"), str(SPECS / "gan.yaml")


def test_all_or_none_are_written(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("no")

    first = tmp_path / "a.keras"
    first.write_text("before")
    contents = {first: lambda path: path.write_text("after"), tmp_path / "b.keras": fail}
    with pytest.raises(OSError, match="no"):
        write_whole(contents)
    assert [file.name for file in tmp_path.iterdir()] == ["a.keras"]
    assert first.read_text() == "before"


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write_whole({tmp_path / "a": lambda path: path.write_text("")})
    finally:
        os.umask(umask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_file_that_comes_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.yaml"

    def write(path: Path) -> None:
        target.write_text("theirs")
        path.write_text("ours")

    with pytest.raises(FileExistsError):
        write_whole({target: write}, replace=False)
    assert target.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    target = tmp_path / "a.yaml"
    write_whole({target: lambda path: path.write_text("x")}, replace=False)
    with pytest.raises(FileExistsError):
        write_whole({target: lambda path: path.write_text("y")}, replace=False)
    assert target.read_text() == "x"


def keras_file(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("metadata.json", "{}")


def test_only_an_earlier_model_is_replaced(tmp_path: Path) -> None:
    earlier, other, broken, fifo = (
        tmp_path / f"{name}.keras" for name in ("earlier", "other", "broken", "fifo")
    )
    keras_file(earlier)
    other.write_text("PK\x03\x04 nothing")
    broken.symlink_to("nowhere")
    os.mkfifo(fifo)
    check_model(earlier, force=False)
    check_model(tmp_path / "new.keras", force=False)
    for path in (other, broken, fifo):
        with pytest.raises(UsageError, match="is no Keras model; --force"):
            check_model(path, force=False)
        check_model(path, force=True)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["-o", "no/x.keras", "--model", "generator"], "there is no folder 'no'"),
        (["-o", "no/"], "there is no folder 'no'"),
        (["-o", "x.h5"], "ends in .keras"),
        (["-o", "/dev/stdout"], "ends in .keras"),
        (["-o", "x\x1b.h5"], "x\\u001b.h5"),
        (["--model", "critic"], "has no model 'critic'; it has generator, discriminator"),
        (["-o", "x.keras"], "2 models: choose one with --model"),
        (["-o", "file/x.keras", "--model", "generator"], "there is no folder 'file'"),
    ],
)
def test_a_target_that_cannot_be_is_known_before_keras(
    argv: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("specgraph.cli.build._lower", None)
    assert main(["build", GAN, *argv]) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o500)
    assert main(["build", CNN, "-o", str(tmp_path)]) == 2
    tmp_path.chmod(0o700)
    assert "cannot be written to" in capsys.readouterr().err


def build(*argv: str, cwd: Path, before: str = "") -> subprocess.Popen[str]:
    """The command as a process of its own, after some shell command, for `kill` without a shell between."""
    command = [
        "/bin/sh",
        "-c",
        f'{before} exec "$@"',
        "sh",
        sys.executable,
        "-m",
        "specgraph",
        "build",
        *argv,
    ]
    env = dict(os.environ)
    return subprocess.Popen(command, cwd=cwd, env=env, text=True, stderr=subprocess.PIPE)


def test_a_full_disk_leaves_the_earlier_file(tmp_path: Path) -> None:
    """The kernel's limit on the size of files stands for a disk that is full."""
    keras_file(tmp_path / "cnn.keras")
    before = (tmp_path / "cnn.keras").read_bytes()
    process = build(CNN, cwd=tmp_path, before="ulimit -f 2000;")
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "File too large" in said and "Traceback" not in said
    assert [file.name for file in tmp_path.iterdir()] == ["cnn.keras"]
    assert (tmp_path / "cnn.keras").read_bytes() == before


def test_a_killed_build_leaves_no_torn_file(tmp_path: Path) -> None:
    process = build(CNN, cwd=tmp_path)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None and not any(tmp_path.iterdir()):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    for file in tmp_path.iterdir():
        if not file.name.startswith("."):
            with zipfile.ZipFile(file) as archive:
                assert archive.testzip() is None
    again = build(CNN, cwd=tmp_path)
    again.communicate(timeout=120)
    assert again.returncode == 0 and zipfile.is_zipfile(tmp_path / "cnn.keras")
