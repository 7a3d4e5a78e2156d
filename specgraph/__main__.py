"""`python -m specgraph`: like the console script, with the working directory off the path."""

import os
import sys

if sys.path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from specgraph.cli import main

sys.exit(main())
