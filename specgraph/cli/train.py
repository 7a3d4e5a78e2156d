"""`specgraph train FILE`: what the `train` section says, carried out."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import Any

from specgraph.analysis import Analysis

from .backend import import_keras
from .run import UsageError
from .shared import limits, plugins, read, reading, show, show_beside
from .streams import say

EXAMPLES = """\
  specgraph train cnn.yaml                   writes to runs/cnn-20260131-120000/
  specgraph train cnn.yaml --out runs/first --epochs 20 --seed 1
  specgraph train cnn.yaml --out runs/first --resume
  specgraph train transfer.yaml --dry-run    one batch of each phase, and what it would train
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", help="a spec; - for standard input")
    parser.add_argument(
        "-o", "--out", metavar="DIR",
        help="the folder of the run, new or empty (default: runs/NAME-TIME, in the working folder)",
    )  # fmt: skip
    parser.add_argument(
        "--resume", metavar="DIR", nargs="?", const="",
        help="go on with an earlier run from its last checkpoint: that in DIR, in --out, or the latest",
    )  # fmt: skip
    parser.add_argument("--epochs", metavar="N", type=_positive, help="in place of what each phase says")
    parser.add_argument("--batch-size", metavar="N", type=_positive, help="examples in one step")
    parser.add_argument("--seed", metavar="N", type=_seed, help="what all chance comes from")
    parser.add_argument(
        "--dry-run", action="store_true",
        help="run one batch of each phase, say what would be trained, and write nothing",
    )  # fmt: skip
    parser.add_argument(
        "--distribute", choices=("none", "mirrored", "data_parallel"), help="how devices share the work"
    )
    parser.add_argument("--address", metavar="HOST:PORT", help="where process 0 of several is (JAX)")
    parser.add_argument("--processes", metavar="N", type=_positive, help="how many processes train together")
    parser.add_argument("--process", metavar="I", type=_seed, help="which one this is, counted from 0")
    parser.add_argument(
        "--no-cache-features", action="store_true", help="compute what is frozen again in each epoch"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing but what goes wrong")
    reading(parser)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:18]) < 1 << 31):
        raise argparse.ArgumentTypeError(f"a positive integer, not '{text}'")
    return int(text)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:18]) < 1 << 31):
        raise argparse.ArgumentTypeError(f"an integer from 0 to 2147483647, not '{text}'")
    return int(text)


def run(options: Any) -> int:
    """Trains; 1 where the spec has errors or training fails, 130 where the user has stopped it."""
    _sort_out(options)
    analysis = read(options.file, options)
    if analysis.ok:
        analysis.check_budget(limits(options.limit), list(analysis.models))
    if not analysis.ok:
        show(analysis.diagnostics, options)
        return 1
    if not analysis.models:
        raise UsageError("the file has no model, only blocks for others to import")
    show_beside(analysis.diagnostics, options)
    from specgraph.training.errors import FolderError, TrainError

    try:
        return _train(analysis, options)
    except FolderError as error:
        raise UsageError(str(error)) from None
    except TrainError as error:
        say(str(error))
        return 1


def _sort_out(options: Any) -> None:
    """`--resume` takes the next word, which may be the spec."""
    if options.file is None and options.resume and Path(options.resume).is_file():
        options.file, options.resume = options.resume, ""
    if options.file is None:
        raise UsageError("there is no FILE to train")
    if options.resume and options.out and Path(options.resume) != Path(options.out):
        raise UsageError("--resume DIR and --out DIR name different folders")
    if options.dry_run and (options.resume is not None or options.out is not None):
        raise UsageError("--dry-run writes nothing, and so has no use for --out or --resume")


def _train(analysis: Analysis, options: Any) -> int:
    from specgraph.data.source import Place
    from specgraph.training.distribution import Cluster
    from specgraph.training.plan import Settings
    from specgraph.training.start import start

    folder = None if options.dry_run else _folder(analysis, options)
    settings = Settings(
        epochs=options.epochs,
        batch_size=options.batch_size,
        seed=options.seed,
        resume=options.resume is not None,
        dry_run=options.dry_run,
        quiet=options.quiet,
        distribute=options.distribute,
        cache_features=False if options.no_cache_features else None,
        cluster=Cluster.of(options.address, options.processes, options.process),
    )
    file = None if options.file == "-" else Path(options.file)
    place = Place.of(file, options.root, limits(options.limit), plugins(options.plugin))
    import_keras("tensorflow")  # which gives the batches, whatever the backend
    from specgraph.training.signals import Interrupted

    try:
        made = start(analysis, place, settings, folder)
    except Interrupted as stop:
        _say_resume(options, stop.folder)
        return 128 + stop.number
    except KeyboardInterrupt:
        if folder is not None and (folder / "checkpoint.npz").is_file():
            _say_resume(options, folder)
        raise
    if made.folder is not None and not options.quiet:
        sys.stderr.write(f"trained: {made.folder}\n")
    return 0


def _folder(analysis: Analysis, options: Any) -> Path:
    """Where the run is kept."""
    from specgraph.training.folder import default_folder, latest_folder

    assert analysis.document is not None
    name = analysis.document.name if options.file == "-" else Path(options.file).stem
    if options.resume is None:
        return Path(options.out) if options.out else default_folder(name)
    given = options.resume or options.out
    found = Path(given) if given else latest_folder(name)
    if found is None:
        raise UsageError(f"there is no run of '{name}' in runs/ to resume")
    return found


def _say_resume(options: Any, folder: Path | None) -> None:
    if folder is None:
        return
    words = [options.file]
    for flag, values in (("--set", options.set), ("--plugin", options.plugin), ("--limit", options.limit)):
        words += [word for value in values for word in (flag, value)]
    for flag, value in (
        ("--variant", options.variant), ("--root", options.root), ("--epochs", options.epochs),
        ("--batch-size", options.batch_size), ("--seed", options.seed), ("--distribute", options.distribute),
        ("--address", options.address), ("--processes", options.processes), ("--process", options.process),
    ):  # fmt: skip
        words += [] if value is None else [flag, str(value)]
    words += ["--no-cache-features"] if options.no_cache_features else []
    say(f"saved; go on with: specgraph train {shlex.join(words)} --resume {shlex.quote(str(folder))}")
