"""What commands do when standard output or error is full, closed, missing, or not UTF-8."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SPECS = Path(__file__).parents[2] / "specs"
CNN = str(SPECS / "cnn.yaml")
COMMANDS = [
    ["--help"],
    ["--version"],
    ["layers", "--help"],
    ["validate", CNN, "--output-format", "json"],
    ["validate", CNN, "--set", "classes=0", "--output-format", "github"],
    ["summary", CNN],
    ["explain", "E09"],
    ["layers"],
    ["layers", "Dense", "--output-format", "json"],
    ["init"],
]
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")


def run(argv: list[str], redirect: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, its streams redirected by a shell."""
    command = f'exec "{sys.executable}" -m specgraph "$@" {redirect}'
    return subprocess.run(
        ["/bin/sh", "-c", command, "sh", *argv],
        capture_output=True, text=True, errors="replace", env={**os.environ, **env}, timeout=60,
    )  # fmt: skip


@FULL
@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_a_full_disk_is_one_line(argv: list[str]) -> None:
    done = run(argv, "> /dev/full")
    assert done.returncode == 2
    assert done.stderr == "specgraph: cannot write the output: No space left on device\n"


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_a_closed_output_is_one_line(argv: list[str]) -> None:
    done = run(argv, ">&-")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "cannot write the output" in done.stderr


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_a_pipe_without_a_reader_is_silent(argv: list[str]) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "specgraph", *argv]
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(write_end)
    assert done.returncode == 2
    assert done.stderr == ""


def test_text_goes_on_without_an_output() -> None:
    done = run(["validate", CNN], ">&-")
    assert (done.returncode, done.stderr) == (0, "1 spec valid\n")


@pytest.mark.parametrize("redirect", ["2>&-", pytest.param("2>/dev/full", marks=FULL)])
def test_the_exit_code_says_it_without_an_error_stream(redirect: str) -> None:
    assert run(["validate", "missing.yaml"], redirect).returncode == 2
    good = run(["summary", CNN], redirect)
    assert good.returncode == 0 and "1,969,738" in good.stdout


@pytest.mark.parametrize("locale", ["ascii", "latin-1", "cp1252"])
def test_any_encoding_can_say_it(locale: str) -> None:
    done = run(["summary", CNN], PYTHONIOENCODING=locale)
    assert done.returncode == 0 and "1,969,738" in done.stdout
    done = run(["explain", "E09"], PYTHONIOENCODING=locale)
    assert done.returncode == 0
    done = run(["validate", CNN, "--set", "classes=ü"], PYTHONIOENCODING=locale)
    assert done.returncode == 1 and "Traceback" not in done.stderr


def test_no_color_without_a_terminal_or_by_wish() -> None:
    assert "\x1b" not in run(["validate", CNN, "--set", "classes=0"]).stderr


def test_ctrl_c_while_reading_says_nothing() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "specgraph", "validate", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"#" * 500_000)  # more than a pipe holds: once it is written, the command reads
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_a_closed_input_is_one_line() -> None:
    done = run(["validate", "-"], "<&-")
    assert done.returncode == 2
    assert done.stderr.startswith("specgraph: cannot read standard input") and done.stderr.count("\n") == 1
