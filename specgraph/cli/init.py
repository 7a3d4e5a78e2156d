"""`specgraph init [NAME]`: a shipped spec to start from; without a name, which there are."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import Any

from specgraph.resolve.files import shipped_folder

from .output import check_folder, write_whole
from .run import UsageError

EXAMPLES = """\
  specgraph init                             lists the specs
  specgraph init cnn                         writes cnn.yaml
  specgraph init vae -o my-model.yaml
  specgraph init blocks/residual             writes residual.yaml, for specs to import
"""
SCHEMA = "specgraph.schema.json"
_MODELINE = re.compile(r"# yaml-language-server: \$schema=.*\n")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a shipped spec (default: list them)")
    parser.add_argument("-o", "--output", metavar="OUT", help="a .yaml file or a folder (default: NAME.yaml)")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def run(options: Any) -> int:
    """Writes the spec, whole, to a file that is not there yet; or prints the list."""
    specs = shipped()
    if options.name is None:
        width = max(map(len, specs))
        for name, file in specs.items():
            sys.stdout.write(f"{name:<{width}}  {_doc(file)}\n")
        return 0
    if options.name not in specs:
        from specgraph.diagnostics.report import did_you_mean

        _, help = did_you_mean(options.name, list(specs))
        raise UsageError(f"no spec '{options.name}' is shipped; {help or 'there are ' + ', '.join(specs)}")
    target = _target(options)
    check_folder(target)
    schema = _schema_near(target.parent)
    text = with_modeline(specs[options.name].read_text(encoding="utf-8"), schema)
    try:
        write_whole({target: lambda path: path.write_text(text, encoding="utf-8")}, replace=options.force)
    except FileExistsError:
        raise UsageError(f"'{target}' is there; --force replaces it") from None
    _say(target, schema, options.name.startswith("blocks/"))
    return 0


def shipped() -> dict[str, Path]:
    """The specs by name; files of blocks are `blocks/NAME`, networks made of them `examples/NAME`."""
    folder = shipped_folder()
    found = {}
    for prefix, place in (("", "."), ("examples/", "blocks/examples"), ("blocks/", "blocks")):
        found.update({prefix + file.stem: file for file in sorted((folder / place).glob("*.yaml"))})
    return found


def with_modeline(text: str, schema: str | None) -> str:
    """The spec with its editors' line pointing to `schema`, or without that line."""
    line = "" if schema is None else f"# yaml-language-server: $schema={schema}\n"
    return line + _MODELINE.sub("", text, count=1)


def _schema_near(folder: Path) -> str | None:
    """The schema as the new file can name it, where one lies in its folder or in `schemas/` near by."""
    for place in (SCHEMA, f"schemas/{SCHEMA}", f"../schemas/{SCHEMA}"):
        if (folder / place).is_file():
            return place
    return None


def _target(options: Any) -> Path:
    if options.output is None:
        return Path(f"{Path(options.name).name}.yaml")
    out = Path(options.output)
    if out.is_dir() or options.output.endswith(("/", os.sep)):
        return out / f"{Path(options.name).name}.yaml"
    if out.suffix not in (".yaml", ".yml"):
        raise UsageError(f"a spec's name ends in .yaml, or is a folder; '{out}' does neither")
    return out


def _doc(file: Path) -> str:
    from specgraph.source import MapNode, load, read

    root = read(load(file))
    doc = root.get("doc") if isinstance(root, MapNode) else None
    return str(doc.data()) if doc is not None else ""


def _say(target: Path, schema: str | None, blocks: bool) -> None:
    from specgraph.diagnostics.escape import escape

    where = escape(str(target))
    lines = [f"wrote {where}", f"  specgraph validate {where}"]
    if not blocks:
        lines.append(f"  specgraph build {where}")
    if schema is None:
        lines += [
            f"for completion in editors: specgraph schema > {SCHEMA}, and as the first line of the spec",
            f"  # yaml-language-server: $schema={SCHEMA}",
        ]
    sys.stderr.write("\n".join(lines) + "\n")
