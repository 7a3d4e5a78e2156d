"""Weights from a file, into a model of our own making; no code and no structure is taken from the file."""

from __future__ import annotations

import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgraph.limits import DEFAULT, Limits

from .errors import TrainError

if TYPE_CHECKING:
    import keras

SUFFIXES = (".weights.h5", ".keras")
_INSIDE = "model.weights.h5"
"""Where a `.keras` archive has its weights."""
_CHUNK = 1 << 20
MOST_PARTS = 1_000_000
"""Groups and arrays that a file may hold."""


def load_weights(model: keras.Model, path: Path, limits: Limits = DEFAULT) -> None:
    """Sets all weights of the model; `TrainError` where the file is not to be used, or does not fit.

    A `.keras` file gives its weights alone. A file that refers to others, or whose arrays would take more
    than `limits.weight_bytes`, is refused before any of it is read into memory.
    """
    if not path.name.endswith(SUFFIXES):
        raise TrainError(f"'{path}' is no file of weights: its name ends in {' or '.join(SUFFIXES)}")
    if not path.is_file():
        raise TrainError(f"'{path}' is not there" if not path.exists() else f"'{path}' is no regular file")
    if path.name.endswith(".keras"):
        with tempfile.TemporaryDirectory(prefix=".weights.") as folder:
            _load(model, _taken_out(path, Path(folder), limits), path, limits)
    else:
        _load(model, path, path, limits)


def _load(model: keras.Model, file: Path, said: Path, limits: Limits) -> None:
    try:
        check(file, limits)
        skipped = [one for one in [getattr(model, "optimizer", None)] if one is not None]
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # Keras's where it leaves weights as they are
            model.load_weights(file, objects_to_skip=skipped)
    except TrainError as error:
        raise TrainError(f"'{said}' cannot be used: {error}") from None
    except (ValueError, KeyError, OSError, TypeError, RuntimeError, UserWarning) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)[:300]
        help = "they are loaded into the model that the spec describes"
        raise TrainError(f"the weights in '{said}' do not fit the model: {reason}", help=help) from None


def _taken_out(archive: Path, folder: Path, limits: Limits) -> Path:
    """The weights of a `.keras` file as a file of their own."""
    target = folder / _INSIDE
    most = 2 * limits.weight_bytes
    try:
        with zipfile.ZipFile(archive) as held, held.open(_INSIDE) as source, open(target, "wb") as out:
            while chunk := source.read(_CHUNK):
                most -= len(chunk)
                if most < 0:
                    raise TrainError(f"'{archive}' holds more than `weight_bytes` allows")
                out.write(chunk)
    except KeyError:
        raise TrainError(f"'{archive}' holds no weights") from None
    except (OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile) as error:
        raise TrainError(f"'{archive}' cannot be read: {error}") from None
    return target


def check(path: Path, limits: Limits = DEFAULT) -> None:
    """`TrainError` for an HDF5 file that holds something else than arrays of numbers of its own."""
    import h5py  # type: ignore[import-untyped]

    try:
        with h5py.File(path, "r") as file:
            size = 0
            for count, one in enumerate(_datasets(file, h5py)):
                size += _bytes(one)
                if size > limits.weight_bytes or count > MOST_PARTS:
                    help = "the limit is named `weight_bytes`"
                    raise TrainError(f"its arrays take more than {limits.weight_bytes:,} bytes", help=help)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise TrainError(f"it is no sound HDF5 file ({type(error).__name__})") from None


def _datasets(file: Any, h5py: Any) -> Iterator[Any]:
    """All arrays, each once; nothing is followed out of the file, nor round in a circle."""
    waiting, seen = [file], {_address(file, h5py)}
    while waiting:
        group = waiting.pop()
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise TrainError(f"`{name[:80]}` in it is a link")
            one = group[name]
            where = _address(one, h5py)
            if where in seen:
                continue
            seen.add(where)
            if len(seen) > MOST_PARTS:
                raise TrainError(f"it has more than {MOST_PARTS:,} parts")
            if isinstance(one, h5py.Group):
                waiting.append(one)
            elif isinstance(one, h5py.Dataset):
                yield one


def _address(one: Any, h5py: Any) -> Any:
    info = h5py.h5o.get_info(one.id)
    return info.fileno, info.addr


def _bytes(dataset: Any) -> int:
    """What an array takes in memory; `TrainError` where its values lie in another file or are no numbers."""
    if dataset.external or dataset.is_virtual:
        raise TrainError("its arrays lie in other files")
    if dataset.dtype.kind not in "biufV" or dataset.dtype.hasobject:
        raise TrainError("it holds something else than numbers")
    return int(dataset.size) * int(dataset.dtype.itemsize)
