"""`specgraph evaluate RUN`: the figures of a trained model on data that it was not trained on."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from .backend import import_keras
from .shared import reading, show, show_beside
from .streams import say
from .trained import load, naming, open_run

EXAMPLES = """\
  specgraph evaluate runs/cnn-20260131-120000          its best weights, on what it held out
  specgraph evaluate cnn.yaml                          those of the latest run in runs/
  specgraph evaluate cnn.yaml --last --data test.npz   its last weights, on other data
  specgraph evaluate cnn.yaml --weights cnn.keras --output-format json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    naming(parser)
    parser.add_argument(
        "--data", metavar="DATA",
        help="measure on this: a .npz, .npy or .csv file, a folder of images, or a data source",
    )  # fmt: skip
    reading(parser)


def run(options: Any) -> int:
    """Prints the figures, as a table or as JSON; 1 where the spec is at fault or nothing can be measured."""
    opening = open_run(options)
    if not opening.analysis.ok:
        show(opening.analysis.diagnostics, options)
        return 1
    show_beside(opening.analysis.diagnostics, options)
    from specgraph.training.errors import TrainError

    try:
        import_keras("tensorflow")
        from specgraph.training.evaluation import as_table, evaluate

        made = load(opening, options)
        found = evaluate(made, data=options.data, model=options.model, batch_size=options.batch_size)
    except TrainError as error:
        say(str(error))
        return 1
    if options.output_format == "json":
        sys.stdout.write(json.dumps(found.as_dict()) + "\n")
    else:
        sys.stdout.write(as_table(found))
    return 0
