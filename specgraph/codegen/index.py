"""The index of rows: which family module has which keys, so that a spec loads only what it uses.

A row stands in one place, its family's module; the index beside the modules is written from them, and a
test fails when it is stale.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

PACKAGES = ("specgraph.layers", "specgraph.ops", "specgraph.applications")

_HEADER = (
    '"""Which family module has which rows. Generated: `python -m specgraph.codegen`."""\n\n# fmt: off\n'
)


def families(package: str) -> dict[str, tuple[str, ...]]:
    """The family modules of a package with the keys of their rows, read from the modules themselves."""
    found = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(import_module(package).__path__)):
        rows = getattr(import_module(f"{package}.{module}"), "LAYERS", ())
        if rows:
            found[module] = tuple(row.name for row in rows)
    return found


def index(package: str) -> str:
    """The text of a package's `index.py`."""
    lines = [_HEADER, "from __future__ import annotations\n", "FAMILIES: dict[str, tuple[str, ...]] = {"]
    for module, keys in families(package).items():
        lines += [f'    "{module}": (', *(f'        "{key}",' for key in keys), "    ),"]
    return "\n".join([*lines, "}"]) + "\n"


def index_path(package: str) -> Path:
    """Where a package's index stands."""
    return Path(next(iter(import_module(package).__path__))) / "index.py"


def write() -> bool:
    """Writes every package's index; whether one is another than before, which this process has read."""
    changed = False
    for package in PACKAGES:
        path, text = index_path(package), index(package)
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed = True
    return changed
