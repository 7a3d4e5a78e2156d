"""The command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

_SELDOM = 50_000, 20, 100
"""How seldom to look for garbage in cycles, of which a compiler makes little: at 100,000 layers, looking as
often as Python does by default takes longer than the analysis itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0 (clean), 1 (findings) or 2 (usage, unreadable input)."""
    import gc

    from .run import run

    thresholds = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        code = run(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        gc.set_threshold(*thresholds)
