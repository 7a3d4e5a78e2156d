"""Rows by their key, a family at a time: a module is imported when a spec first names one of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from .base import Layer


class Rows(Mapping[str, Layer[Any]]):
    """The rows of some modules, each with a tuple `LAYERS`, by key.

    `homes` maps each key to its module. Asking whether a key is there, or listing the keys, imports
    nothing.
    """

    def __init__(self, homes: Mapping[str, str]) -> None:
        self.homes = homes
        self._loaded: dict[str, Layer[Any]] = {}

    @classmethod
    def of(cls, package: str, families: Mapping[str, tuple[str, ...]]) -> Rows:
        """From an index of family modules of `package` to their keys."""
        return cls({key: f"{package}.{family}" for family, keys in families.items() for key in keys})

    def __getitem__(self, key: str) -> Layer[Any]:
        row = self._loaded.get(key)
        if row is None:
            for one in import_module(self.homes[key]).LAYERS:
                self._loaded[one.name] = one
            row = self._loaded[key]
        return row

    def __contains__(self, key: object) -> bool:
        return key in self.homes

    def __iter__(self) -> Iterator[str]:
        return iter(self.homes)

    def __len__(self) -> int:
        return len(self.homes)


NETWORKS = Rows({})
"""The networks of `keras.applications`, which their package puts here for layers that may hold them."""
