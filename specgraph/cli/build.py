"""`specgraph build FILE`: the Keras models of a spec, written as .keras files."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import Any

from specgraph.analysis import Analysis
from specgraph.diagnostics import Diagnostic, code
from specgraph.diagnostics.escape import escape
from specgraph.infer.walk import ModelTypes

from .backend import import_keras
from .output import check_model, write_whole
from .run import UsageError
from .shared import limits, read, reading, show, show_beside
from .streams import say

EXAMPLES = """\
  specgraph build cnn.yaml                   writes cnn.keras
  specgraph build cnn.yaml -o models/        writes models/cnn.keras
  specgraph build gan.yaml                   writes gan.generator.keras and gan.discriminator.keras
  specgraph build gan.yaml --model generator -o g.keras --set latent=64
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a spec; - for standard input")
    parser.add_argument(
        "-o", "--output", metavar="OUT",
        help="a .keras file or a folder (default: FILE's name, in the working folder)",
    )  # fmt: skip
    parser.add_argument("--model", metavar="NAME", help="build only this model of the file")
    parser.add_argument("--force", action="store_true", help="replace a file that is no Keras model")
    reading(parser)


def run(options: Any) -> int:
    """Writes one file for each model: all of them, whole, or none."""
    analysis = read(options.file, options)
    names = _chosen(options, analysis) if analysis.ok else []
    analysis.check_budget(limits(options.limit), names)
    analysis.refuse_pending(names)
    if not analysis.ok:
        show(analysis.diagnostics, options)
        return 1
    show_beside(analysis.diagnostics, options)
    targets = _targets(options, names, len(analysis.models))
    for target in targets.values():
        check_model(target, options.force)
    models = _lower(analysis, names, options)
    if models is None:
        return 1
    write_whole({target: models[name].save for name, target in targets.items()})
    for name, target in targets.items():
        count = sum(analysis.models[name].parameters())
        sys.stderr.write(f"built {escape(name)}: {count:,} parameters -> {escape(str(target))}\n")
        _say_deep(analysis.models[name])
    return 0


def _say_deep(model: ModelTypes) -> None:
    """Keras recurses into a chain of layers when it loads a file, and Python stops it at 1,000."""
    from specgraph.lower.scopes import DEEP, longest_chain, recursion_limit

    depth = longest_chain(model.graph)
    if depth > DEEP:
        needed = f"sys.setrecursionlimit({recursion_limit([model])})"
        sys.stderr.write(f"note: {depth:,} layers follow each other; to load the file, call {needed} first\n")


def _lower(analysis: Analysis, names: list[str], options: Any) -> dict[str, Any] | None:
    """The Keras models; None, after saying why, where weights are not to be had or Keras refuses."""
    sys.stderr.write("building with Keras …\n")
    sys.stderr.flush()
    from specgraph.lower.build import WeightsError, lower

    import_keras()
    gc.freeze()  # its modules stay to the end; not even the interpreter's last search needs to see them
    try:
        return lower(analysis.all_models, names)
    except WeightsError as error:
        place = error.node.argument("weights") or error.node.key
        show([Diagnostic(code("unsafe-path"), str(error), place.span, layer=error.node.name)], options)
        return None
    except Exception as error:
        if os.environ.get("SPECGRAPH_DEBUG"):
            raise
        say(f"Keras does not build this: {type(error).__name__}: {error}")
        return None


def _chosen(options: Any, analysis: Analysis) -> list[str]:
    names = list(analysis.models)
    if not names:
        raise UsageError("the file has no model, only blocks for others to import")
    if options.model is None:
        return names
    if options.model not in names:
        raise UsageError(f"the file has no model '{options.model}'; it has {', '.join(names)}")
    return [options.model]


def _targets(options: Any, names: list[str], count: int) -> dict[str, Path]:
    stem = "model" if options.file == "-" else Path(options.file).stem
    if options.output is None:
        return {name: Path(f"{stem}.keras" if count == 1 else f"{stem}.{name}.keras") for name in names}
    out = Path(options.output)
    if out.is_dir() or str(options.output).endswith("/"):
        return {name: out / (f"{stem}.keras" if count == 1 else f"{name}.keras") for name in names}
    if out.suffix != ".keras":
        raise UsageError(f"an output file's name ends in .keras, or is a folder; '{out}' does neither")
    if len(names) > 1:
        raise UsageError(f"the file has {len(names)} models: choose one with --model, or give a folder")
    return {names[0]: out}
