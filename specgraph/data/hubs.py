"""Sets from TensorFlow Datasets and from Hugging Face, where their packages are installed.

What they hold is known once they are loaded, so that a spec says it under `columns` if it is to be checked.
"""

from __future__ import annotations

import os
import re
from typing import Annotated, Any

from specgraph.ir.training import Facts
from specgraph.spec.kinds import Bad, Optional, Str
from specgraph.spec.record import Record

from .collecting import collected
from .source import DataError, Loaded, Place, Source
from .stated import Columns, stated_facts

_TFDS_NAME = re.compile(r"[a-z0-9_]+(/[A-Za-z0-9_.-]+)?(:[0-9.*]+)?")
_HUB_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?")
_SPLIT = re.compile(r"[A-Za-z0-9_]+(\[[0-9%:]*\])?")


class TfdsArgs(Record):
    name: Annotated[str, Str(), "The set, such as `mnist` or `mnist:3.0.1`."]
    train: Annotated[str, Str(), "The split to train on, such as `train` or `train[:80%]`."] = "train"
    test: Annotated[str | None, Optional(Str()), "The split that is held out."] = None
    columns: Columns = None

    def agree(self) -> None:
        _check(self, _TFDS_NAME)


class HuggingFaceArgs(Record):
    name: Annotated[str, Str(), "The set, such as `ylecun/mnist`."]
    config: Annotated[str | None, Optional(Str()), "Which of its configurations."] = None
    train: Annotated[str, Str(), "The split to train on, such as `train` or `train[:80%]`."] = "train"
    test: Annotated[str | None, Optional(Str()), "The split that is held out."] = None
    revision: Annotated[str | None, Optional(Str()), "Which version of the set: a tag, or a commit."] = None
    columns: Columns = None

    def agree(self) -> None:
        _check(self, _HUB_NAME)


def _check(args: Any, name: re.Pattern[str]) -> None:
    if name.fullmatch(args.name) is None:
        raise Bad("has a `name` that is no name of a set", ("name",))
    for key in ("train", "test"):
        split = getattr(args, key)
        if split is not None and _SPLIT.fullmatch(split) is None:
            raise Bad(f"has a `{key}` that is no split such as `train` or `train[:80%]`", (key,))


def _facts(args: Any, place: Place) -> Facts | None:
    return stated_facts(args.columns)


def _need(module: str, package: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        help = f"`pip install {package}`"
        raise DataError(f"{package} is not installed, which this source needs", ("name",), help=help)


def _load_tfds(args: TfdsArgs, place: Place) -> Loaded:
    _need("tensorflow_datasets", "tensorflow-datasets")
    import tensorflow_datasets as tfds

    def part(split: str) -> dict[str, Any]:
        try:
            examples = tfds.as_numpy(tfds.load(args.name, split=split))
        except Exception as error:  # from an unknown name to no network
            raise _failed("TensorFlow Datasets", args.name, error) from None
        return collected(examples, place, "name")

    return Loaded(part(args.train), part(args.test) if args.test is not None else None)


def _load_hugging_face(args: HuggingFaceArgs, place: Place) -> Loaded:
    _need("datasets", "datasets")
    import datasets

    if os.path.exists(args.name):
        message = f"'{args.name}' is a file or folder here, and Hugging Face would take that for the set"
        raise DataError(message, ("name",), rule="unsafe-path", help="run it in another folder")

    def part(split: str) -> dict[str, Any]:
        try:
            found = datasets.load_dataset(args.name, args.config, split=split, revision=args.revision)
        except Exception as error:  # from an unknown name to no network
            raise _failed("Hugging Face datasets", args.name, error) from None
        return {name: HubColumn(found, name) for name in found.column_names}

    return Loaded(part(args.train), part(args.test) if args.test is not None else None)


def _failed(where: str, name: str, error: Exception) -> DataError:
    said = str(error).splitlines() or [type(error).__name__]
    return DataError(f"{where} cannot load '{name}': {said[0][:300]}", ("name",))


class HubColumn:
    """A column of a Hugging Face set, which stays in its files."""

    def __init__(self, held: Any, name: str) -> None:
        self.held = held
        self.name = name
        first = self._array(held[0][name])
        self.shape: tuple[int, ...] = (len(held), *first.shape)
        self.dtype = "string" if first.dtype.kind in "US" else str(first.dtype)

    @staticmethod
    def _array(value: Any) -> Any:
        import numpy as np

        return np.asarray(value)

    def read(self, rows: Any) -> Any:
        """Some of its examples."""
        import numpy as np

        values = [self._array(one) for one in self.held.select([int(row) for row in rows])[self.name]]
        odd = next((i for i, one in enumerate(values) if one.shape != self.shape[1:]), None)
        if odd is not None:
            found = f"example {int(rows[odd])} is {values[odd].shape}"
            message = f"column `{self.name}`: {found}, and the first {self.shape[1:]}"
            raise DataError(message, ("name",), help="all examples must have one shape")
        return np.stack(values) if values else np.empty((0, *self.shape[1:]))


SOURCES = (
    Source(
        "tfds",
        TfdsArgs,
        _facts,
        _load_tfds,
        "A set of TensorFlow Datasets, where `tensorflow-datasets` is installed.",
    ),
    Source(
        "huggingface",
        HuggingFaceArgs,
        _facts,
        _load_hugging_face,
        "A set of Hugging Face, where `datasets` is installed.",
    ),
)
