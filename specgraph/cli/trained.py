"""What `evaluate` and `predict` share: which spec is meant, and which weights."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.analysis import Analysis

from .run import UsageError
from .shared import limits, plugins, read

if TYPE_CHECKING:
    from specgraph.data.source import Place
    from specgraph.training.trained import Trained, Where


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


class Opening(NamedTuple):
    """A spec that was read, and where its weights are."""

    analysis: Analysis
    place: Place
    run: Path | None

    def load(self, options: Any) -> Trained:
        """The models with their weights."""
        from specgraph.training.trained import trained

        weights = Path(options.weights) if options.weights else None
        return trained(
            self.analysis, self.place, run=self.run, weights=weights, last=options.last, model=options.model
        )


def opened(options: Any) -> Opening:
    """The spec that is meant; UsageError where there is none, or no weights for it."""
    from specgraph.training.errors import TrainError
    from specgraph.training.trained import find_run, own_spec

    if options.weights and options.last:
        raise UsageError("--weights names the weights, and --last chooses among those of a run")
    try:
        weights = Path(options.weights) if options.weights else None
        where = find_run(Path(options.file), weights, root=options.root)
    except TrainError as error:
        raise UsageError(str(error)) from None
    place = _place(where, options)
    analysis = read(str(where.spec), options, place)
    if analysis.ok and (own := own_spec(analysis, where)) != where:
        where, options.set, options.variant = own, [], None  # the run's spec has no params any more
        place = _place(where, options)
        analysis = read(str(where.spec), options, place)
    if analysis.ok and not analysis.models:
        raise UsageError("the file has no model, only blocks for others to import")
    if analysis.ok:
        analysis.check_budget(limits(options.limit), list(analysis.models))
        analysis.check_adapted()
    return Opening(analysis, place, where.run)


def _place(where: Where, options: Any) -> Place:
    from specgraph.training.trained import place_of

    return place_of(where, options.root, limits(options.limit), plugins(options.plugin))
