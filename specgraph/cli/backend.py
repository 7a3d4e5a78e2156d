"""Keras imported for a command, with the backend that the user has chosen."""

from __future__ import annotations

import os
from importlib import import_module

from .run import UsageError
from .streams import quiet_native


def import_keras(*more: str) -> None:
    """Imports Keras and `more`; UsageError where the backend that is asked for cannot be had.

    A backend writes past Python's streams while it is imported.
    """
    from specgraph.lower.scopes import garbage_kept

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with quiet_native(), garbage_kept():
        try:
            import_module("keras")
        except (ImportError, ValueError) as error:
            asked = os.environ.get("KERAS_BACKEND")
            if asked is None:
                raise
            raise UsageError(f"KERAS_BACKEND is '{asked}', which cannot be had here: {error}") from None
        for name in more:
            import_module(name)
