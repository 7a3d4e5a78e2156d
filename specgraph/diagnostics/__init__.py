"""What a finding is, and its codes.

The renderers (`text`, `json`, `github`), `suggest`, `edits` and `explanations` are imported by those who
use them, so that a clean run does not pay for them.
"""

from __future__ import annotations

from .codes import BY_ID, BY_RULE, Code, code
from .diagnostic import Diagnostic, Edit, Fix, Label, Severity, rename

__all__ = ["BY_ID", "BY_RULE", "Code", "Diagnostic", "Edit", "Fix", "Label", "Severity", "code", "rename"]
