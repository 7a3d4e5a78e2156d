"""Other files that a spec names: found inside its root folder, or among the shipped blocks."""

from __future__ import annotations

import os
from pathlib import Path

from specgraph.limits import Limits
from specgraph.source import Source, SourceError, load, read
from specgraph.source.errors import UnreadableError
from specgraph.source.nodes import MapNode, Node

SHIPPED = "specgraph:"
"""`specgraph:residual` is `blocks/residual.yaml` among the shipped specs."""


class FileError(Exception):
    """A file that cannot be used; `source` is set where its own text is at fault."""

    def __init__(self, message: str, help: str | None = None, source: SourceError | None = None) -> None:
        super().__init__(message)
        self.help = help
        self.source = source


def shipped_folder() -> Path:
    """Where the shipped specs are: a wheel has them inside the package, a checkout beside it."""
    package = Path(__file__).parents[1]
    inside = package / "specs"
    return inside if inside.is_dir() else package.parent / "specs"


class Files:
    """Reads each file once; `root` is the folder that none may lead out of, links followed."""

    def __init__(self, root: str | os.PathLike[str] | None, limits: Limits) -> None:
        self.root = Path(root).resolve() if root is not None else None
        self.limits = limits
        self._read: dict[Path, MapNode] = {}

    def document(self, written: str, node: Node) -> MapNode:
        """The document of the file that a path in a spec means; `FileError` if there is none."""
        if written.startswith(SHIPPED):
            return self._read_once(self._shipped(written.removeprefix(SHIPPED)), written)
        shown = os.path.normpath(os.path.join(os.path.dirname(node.source.name), written))
        return self._read_once(self._find(written, node), shown)

    def _find(self, written: str, node: Node) -> Path:
        """The file of a path, from the folder of the file that has it."""
        parts = written.replace("\\", "/").split("/")
        if parts[0] == "" or parts[0].startswith("~") or ":" in written or "\0" in written:
            raise FileError("a file is named by its path from here", "such as `blocks/residual.yaml`")
        path = node.source.path
        if path is None:
            raise FileError("text that is no file has no folder to look into", f"or `{SHIPPED}NAME`")
        found = (Path(path).resolve().parent / written).resolve()
        root = self.root or Path(path).resolve().parent
        if not found.is_relative_to(root) and not found.is_relative_to(shipped_folder()):
            raise FileError(
                f"'{written}' leads out of the root folder", "the root is the folder of the spec, or --root"
            )
        return found

    def _shipped(self, name: str) -> Path:
        folder = shipped_folder() / "blocks"
        names = sorted(file.stem for file in folder.glob("*.yaml"))
        if name not in names:
            raise FileError(f"no blocks '{name}' are shipped", f"there are {', '.join(names)}")
        return folder / f"{name}.yaml"

    def _read_once(self, path: Path, shown: str) -> MapNode:
        if path not in self._read:
            try:
                found = read(Source(load(path, self.limits).text, shown, path), self.limits)
            except SourceError as error:
                raise FileError(error.message, error.help, error) from None
            except UnreadableError as error:
                raise FileError(str(error)) from None
            if not isinstance(found, MapNode):
                raise FileError(f"'{path.name}' is no spec: a spec is a mapping of keys")
            self._read[path] = found
        return self._read[path]
