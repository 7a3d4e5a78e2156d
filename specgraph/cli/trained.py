"""What `evaluate` and `predict` share: which spec is meant, and which weights."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .run import UsageError
from .shared import limits, pairs, plugins

if TYPE_CHECKING:
    from specgraph.training.trained import Opening, Trained


def naming(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which model with which weights."""
    parser.add_argument("file", metavar="RUN", help="the folder of a run, or a spec: then its latest run")
    parser.add_argument(
        "--weights", metavar="FILE", help="take the weights of this .weights.h5 or .keras file, and no others"
    )
    parser.add_argument("--last", action="store_true", help="take a run's last weights, not its best")
    parser.add_argument("--model", metavar="NAME", help="which model, where there are several")
    parser.add_argument("--batch-size", metavar="N", type=_positive, help="examples at once")


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:18]) < 1 << 31):
        raise argparse.ArgumentTypeError(f"a positive integer, not '{text}'")
    return int(text)


def open_run(options: Any) -> Opening:
    """The spec that is meant; UsageError where there is none, or no weights for it."""
    from specgraph.training.errors import TrainError
    from specgraph.training.trained import opened

    if options.weights and options.last:
        raise UsageError("--weights names the weights, and --last chooses among those of a run")
    try:
        found = opened(
            Path(options.file),
            weights=_weights(options),
            params=pairs(options.set, "--set"),
            variant=options.variant,
            limits=limits(options.limit),
            root=options.root,
            plugins=plugins(options.plugin),
        )
    except TrainError as error:
        raise UsageError(str(error)) from None
    if found.analysis.ok and not found.analysis.models:
        raise UsageError("the file has no model, only blocks for others to import")
    return found


def load(found: Opening, options: Any) -> Trained:
    """The models with their weights."""
    from specgraph.training.trained import trained

    return trained(
        found.analysis,
        found.place,
        run=found.run,
        weights=_weights(options),
        last=options.last,
        model=options.model,
    )


def _weights(options: Any) -> Path | None:
    return Path(options.weights) if options.weights else None
