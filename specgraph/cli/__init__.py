"""The command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_SELDOM = 50_000, 20, 100
"""How seldom to look for garbage in cycles, of which a compiler makes little: at 100,000 layers, looking as
often as Python does by default takes longer than the analysis itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 (clean), 1 (findings) or 2 (usage, unreadable input).

    130 after Ctrl-C. Whatever happens, no traceback is printed, unless SPECGRAPH_DEBUG is set.
    """
    from . import streams

    try:
        streams.prepare()
        code = _run(sys.argv[1:] if argv is None else list(argv))
        streams.flush()
        return code
    except KeyboardInterrupt:
        streams.discard()
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        streams.discard()
        return 2
    except OSError as error:
        streams.discard(sys.stdout)
        what = error.filename if isinstance(error.filename, str) else "cannot write the output"
        streams.say(f"{what}: {error.strerror or error}")
        return 2


def _run(argv: list[str]) -> int:
    import gc

    from .run import run

    thresholds = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        return run(argv)
    except SystemExit as end:  # argparse's --help, and its complaints about usage
        return end.code if isinstance(end.code, int) else 0
    except OSError:
        raise
    except Exception as error:
        import os

        from .streams import say

        if os.environ.get("SPECGRAPH_DEBUG"):
            raise
        say(f"a fault of specgraph itself, please report it: {_place(error)}")
        return 2
    finally:
        gc.set_threshold(*thresholds)


def _place(error: Exception) -> str:
    """`KeyError: 'x' at graph/build.py:12`, the innermost line of ours."""
    from pathlib import Path

    root = Path(__file__).parents[1]
    place, trace = "", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(root):
            place = f" at {file.relative_to(root)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}: {error}{place}"
