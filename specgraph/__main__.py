"""`python -m specgraph`: like the console script, with the working directory off the path.

Python has found this package by then; in a folder that is not trusted use the console script, or
`python -P -m specgraph`.
"""

import os
import sys


def _leave_working_directory() -> None:
    try:
        here = os.getcwd()
    except OSError:
        here = ""
    if not sys.flags.safe_path and sys.path and sys.path[0] in ("", here):
        del sys.path[0]


if __name__ == "__main__":
    _leave_working_directory()

    from specgraph.cli import main

    sys.exit(main())
