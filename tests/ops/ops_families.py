"""All strategies, each entered by the module of its family."""

from __future__ import annotations

import ops_algebra  # noqa: F401
import ops_creation  # noqa: F401
import ops_elementwise  # noqa: F401
import ops_images  # noqa: F401
import ops_indexing  # noqa: F401
import ops_linalg  # noqa: F401
import ops_nn  # noqa: F401
import ops_shapes  # noqa: F401
from ops_cases import CASES

__all__ = ("CASES",)
