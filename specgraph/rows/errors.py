"""What goes wrong where rows come from elsewhere."""

from __future__ import annotations


class PluginError(Exception):
    """A plugin that is not installed, cannot be imported, or is none; the message says which."""
