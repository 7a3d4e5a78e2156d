"""`specgraph predict RUN INPUTS -o OUT`: what a trained model makes of inputs, written to a file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from specgraph.diagnostics.escape import escape

from .backend import import_keras
from .output import check_folder, write_whole
from .run import UsageError
from .shared import reading, show, show_beside
from .streams import say
from .trained import load, naming, open_run

EXAMPLES = """\
  specgraph predict cnn.yaml images.npz -o probs.csv
  specgraph predict runs/cnn-20260131-120000 photos/ -o probs.json
  specgraph predict gan.yaml --model generator noise.npy -o images.npz
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    naming(parser)
    parser.add_argument(
        "inputs", metavar="INPUTS",
        help="a .npz, .npy or .csv file, a folder of images, or a data source such as `digits`",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="OUT", required=True, help="the file to write: .npz, .csv or .json"
    )
    parser.add_argument(
        "--raw",
        action="store_true",
        help="leave out the steps of the spec's data section",
    )
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    reading(parser)


def run(options: Any) -> int:
    """Writes the file, whole or not at all; 1 where the spec is at fault or the inputs do not fit."""
    from specgraph.training.errors import TrainError

    out = Path(options.output)
    _check(out, options.force)
    opening = open_run(options)
    if not opening.analysis.ok:
        show(opening.analysis.diagnostics, options)
        return 1
    show_beside(opening.analysis.diagnostics, options)
    try:
        from specgraph.training.inputs import fed

        feed = fed(
            opening.analysis,
            options.inputs,
            model=options.model,
            raw=options.raw,
            home=opening.place,
        )
        import_keras("tensorflow")
        from specgraph.training.prediction import predict, write

        made = predict(load(opening, options), feed, batch_size=options.batch_size)
    except TrainError as error:
        say(str(error))
        return 1
    write_whole({out: lambda path: write(made, path)})
    shapes = ", ".join(f"{escape(name)} {one.shape}" for name, one in made.items())
    sys.stderr.write(f"predicted {shapes} -> {escape(str(out))}\n")
    return 0


def _check(out: Path, force: bool) -> None:
    if out.suffix not in (".npz", ".csv", ".json"):
        raise UsageError(f"an output file's name ends in .npz, .csv or .json; '{out}' does not")
    check_folder(out)
    if os.path.lexists(out) and not force:
        raise UsageError(f"'{out}' is there; --force replaces it")
