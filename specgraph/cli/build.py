"""`specgraph build FILE`: the Keras models of a spec, written as .keras files."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from specgraph.analysis import Analysis

from .output import check_target, write_model
from .run import UsageError
from .shared import limits, read, reading, show


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a spec; - for standard input")
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="where to write (default: FILE's name in this folder)"
    )
    parser.add_argument("--model", metavar="NAME", help="build this model of the file only")
    parser.add_argument("--force", action="store_true", help="replace a file that is no Keras model")
    reading(parser)


def run(options: Any) -> int:
    """Writes one file for each model, whole or not at all."""
    analysis = read(options.file, options)
    names = _chosen(options, analysis) if analysis.ok else []
    analysis.check_budget(limits(options.limit), names)
    show(analysis.diagnostics, options)
    if not analysis.ok:
        return 1
    targets = _targets(options, names, len(analysis.models))
    for target in targets.values():
        check_target(target, options.force)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from specgraph.lower.build import WeightsError, lower

    try:
        models = lower(analysis.models, names)
    except WeightsError as error:
        raise UsageError(str(error)) from None
    for name, target in targets.items():
        write_model(models[name], target)
        count = sum(analysis.models[name].parameters())
        sys.stderr.write(f"built {name}: {count:,} parameters -> {target}\n")
    return 0


def _chosen(options: Any, analysis: Analysis) -> list[str]:
    names = list(analysis.models)
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
