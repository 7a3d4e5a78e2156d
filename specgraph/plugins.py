"""Layers that installed packages bring, for whoever names the package; a spec alone never can.

A package has an entry point in the group `specgraph.layers`, which leads to a module with a tuple `LAYERS` of
rows, or to the tuple itself:

    [project.entry-points."specgraph.layers"]
    acme = "acme_layers.rows"

Whoever allows `acme`, with `--plugin acme`, `plugins=["acme"]`, or `plugins = ["acme"]` under
`[tool.specgraph]` in the pyproject.toml of the folder they work in, lets its code run: importing a package
runs it.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from typing import Any

from specgraph.rows.base import Layer
from specgraph.rows.errors import PluginError
from specgraph.vocabulary import ALIASES, REFUSED, ROWS

__all__ = ("DATA", "GROUP", "PluginError", "load", "settings", "vocabulary")

GROUP = "specgraph.layers"
DATA = "specgraph.data"
"""The group of plugins that bring data sources (`specgraph.data.plugin`)."""


def vocabulary(names: Iterable[str]) -> Mapping[str, Layer[Any]]:
    """Our own rows and those of some plugins; `PluginError` if one cannot be had."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return ROWS
    found: dict[str, Layer[Any]] = {}
    for name in wanted:
        for row in _rows(name):
            if row.name in found:
                raise PluginError(f"two plugins bring a layer `{row.name}`")
            found[row.name] = row
    return ChainMap(found, ROWS)  # type: ignore[arg-type]  # of which only the first is written to


def load(name: str, group: str, attribute: str, others: tuple[str, ...] = ()) -> Any:
    """What an entry point leads to, or its attribute of that name; `PluginError` if it cannot be had.

    None where the plugin has an entry point in one of the other groups alone.
    """
    from importlib.metadata import entry_points

    installed = entry_points(group=group)
    matching = [one for one in installed if one.name == name]
    if not matching:
        rest = [one for other in others for one in entry_points(group=other)]
        if name in [one.name for one in rest]:
            return None
        known = ", ".join(sorted({one.name for one in (*installed, *rest)}))
        raise PluginError(f"no plugin '{name}' is installed" + (f"; there are {known}" if known else ""))
    if len(matching) > 1:
        packages = ", ".join(str(one.dist.name) for one in matching if one.dist is not None)
        raise PluginError(f"several packages bring a plugin '{name}': {packages}")
    try:
        loaded = matching[0].load()
    except Exception as error:
        raise PluginError(f"plugin '{name}' cannot be imported: {error}") from error
    return getattr(loaded, attribute, loaded)


def _rows(name: str) -> list[Layer[Any]]:
    rows = load(name, GROUP, "LAYERS", (DATA,))
    if rows is None:
        return []
    if not isinstance(rows, tuple | list) or not all(isinstance(row, Layer) for row in rows):
        raise PluginError(f"plugin '{name}' is no tuple of rows, and has no `LAYERS` that is one")
    for row in rows:
        if row.name in ROWS or row.name in ALIASES or row.name in REFUSED:
            raise PluginError(f"plugin '{name}' brings a layer `{row.name}`, which there is already")
        if row.keras_class is None:
            raise PluginError(f"the row `{row.name}` of plugin '{name}' has no `keras_class`")
    return list(rows)


def settings(text: bytes) -> list[str]:
    """The plugins that a pyproject.toml allows under `[tool.specgraph]`; `PluginError` if it is at fault."""
    if b"specgraph" not in text:
        return []
    import tomllib

    try:
        table = tomllib.loads(text.decode("utf-8")).get("tool", {}).get("specgraph", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise PluginError(f"pyproject.toml cannot be read: {error}") from None
    names = table.get("plugins", []) if isinstance(table, dict) else None
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise PluginError("`plugins` under [tool.specgraph] is a list of names")
    return names
