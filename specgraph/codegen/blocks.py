"""`docs/blocks.md`: the shipped blocks, from their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specgraph.analysis import analyze
from specgraph.diagnostics.edits import format_value
from specgraph.resolve.blocks import Block
from specgraph.resolve.files import shipped_folder
from specgraph.source.nodes import MapNode, Node

ROOT = Path(__file__).parents[2]
PATH = ROOT / "docs" / "blocks.md"
"""Where the page stands in a checkout."""
HEAD = """\
# Shipped blocks

Generated from `specs/blocks/` by `python -m specgraph.codegen`. A spec imports a file of blocks under a
prefix, `imports: {res: specgraph:residual}`, and uses a block as a layer, `- res.basic: {filters: 64}`. To
change one, write its file beside the spec (`specgraph init blocks/residual`), and import that,
`imports: {res: residual.yaml}`. Tests build each block with Keras, and hold networks of them to the counts of
parameters that are published.
"""


def text() -> str:
    """The whole page."""
    lines = [HEAD]
    for path in sorted((shipped_folder() / "blocks").glob("*.yaml")):
        lines += _library(path)
    return "\n".join(lines)


def _library(path: Path) -> Iterator[str]:
    module = analyze(path).module
    assert module is not None
    yield f"## `specgraph:{path.stem}`\n"
    yield f"{module.doc}\n"
    for name, block in module.home.blocks.items():
        if "." not in name:
            yield from _block(name, block)
    users = _users(path.stem)
    yield f"Used in {', '.join(f'`{one.relative_to(ROOT).as_posix()}`' for one in users)}. The shortest:\n"
    yield f"```yaml\n{_without_modeline(min(users, key=lambda one: len(one.read_text())).read_text())}```\n"


def _users(library: str) -> list[Path]:
    """The shipped specs that import a file of blocks."""
    folder = shipped_folder()
    specs = [*sorted(folder.glob("*.yaml")), *sorted((folder / "blocks" / "examples").glob("*.yaml"))]
    return [one for one in specs if f": specgraph:{library}\n" in one.read_text(encoding="utf-8")]


def _without_modeline(spec: str) -> str:
    return spec.partition("\n")[2]


def _block(name: str, block: Block) -> Iterator[str]:
    yield f"### `{name}`\n"
    reads = ", ".join(f"`{one}`" for one in block.inputs)
    given = block.outputs.data() if block.outputs is not None else []
    gives = f", gives {', '.join(f'`{one}`' for one in given)}" if isinstance(given, list) and given else ""
    said = f" Reads {reads}{gives}." if len(block.inputs) > 1 or gives else ""
    yield f"{block.doc}{said}\n"
    if block.params is not None:
        yield "| param | type | default | what it is |"
        yield "| --- | --- | --- | --- |"
        yield from (_param(str(key.value), node) for key, node in block.params)
        yield ""


def _param(name: str, node: Node) -> str:
    assert isinstance(node, MapNode), "a shipped block's params have a type and a doc"
    found = {str(key.value): value.data() for key, value in node}
    default = f"`{format_value(found['default'])}`" if "default" in found else "needed"
    return f"| `{name}` | {found['type']} | {default} | {found['doc']} |"


def write() -> None:
    """Writes the page of this checkout."""
    PATH.write_text(text(), encoding="utf-8")
