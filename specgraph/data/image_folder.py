"""Images in a folder, which has a folder for each class.

data: {image_folder: {folder: flowers, size: [64, 64]}}
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from specgraph.ir.training import Column, Facts, label
from specgraph.spec.kinds import Int, ListOf, Optional, Str
from specgraph.spec.record import Record

from .paths import Where, find, inside, open_regular
from .source import DataError, Loaded, Place, Source

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
"""Of the files that are images, as Keras has them."""
CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
"""What Pillow calls them."""
DEPTH = 16
"""How deep folders may lie in each other."""

Size: TypeAlias = Annotated[tuple[int, ...], ListOf(Int(minimum=1, maximum=1 << 14), least=2, most=2)]


class ImageFolderArgs(Record):
    folder: Annotated[str, Str(), "Its path from the spec's folder."]
    size: Annotated[Size, "Height and width that all images are brought to."]
    color: Annotated[Literal["rgb", "grayscale", "rgba"], "What the channels are."] = "rgb"
    test: Annotated[str | None, "A folder with the same classes, whose images are held out."] = None
    classes: Annotated[
        tuple[str, ...] | None,
        Optional(ListOf(Str(), least=1)),
        "The folders that are classes, in the order of their numbers; by default all, by name.",
    ] = None
    crop_to_aspect_ratio: Annotated[bool, "Whether images are cropped in place of being distorted."] = False
    interpolation: Annotated[
        Literal[
            "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"
        ],
        "How values between pixels are found.",
    ] = "bilinear"


class Listing(NamedTuple):
    """The images of a folder."""

    folder: Path
    files: list[str]
    """By their paths from the folder, in order."""
    labels: list[int] | None
    """The class of each; None where the folder has no folders of classes."""
    classes: tuple[str, ...]


def _listing(place: Place, written: str, where: Where, classes: Any) -> Listing:
    folder = find(place, written, where, folder=True)
    walk = _Walk(place, written, where)
    folders = sorted(entry.name for entry in walk.entries(folder) if entry.is_dir())
    if not folders:
        files = sorted(walk.images(folder, ""))
        if not files:
            raise DataError(f"'{written}' has no images: {', '.join(SUFFIXES)}", where)
        return Listing(folder, files, None, ())
    for i, name in enumerate(classes or ()):
        if name not in folders:
            listed = f"there are {', '.join(folders[:20])}"
            raise DataError(f"'{written}' has no folder `{name}`", ("classes", i), help=listed)
    chosen = tuple(classes or folders)
    files, labels = [], []
    for number, name in enumerate(chosen):
        inner = folder / name
        if not inside(place, inner.resolve()):
            raise DataError(f"'{name}' leads out of the root folder", where, rule="unsafe-path")
        found = sorted(walk.images(inner, name))
        if not found:
            raise DataError(f"class `{name}` of '{written}' has no images", where)
        files += found
        labels += [number] * len(found)
    return Listing(folder, files, labels, chosen)


class _Walk:
    """Looks at files and folders, of which there may be so many."""

    def __init__(self, place: Place, written: str, where: Where) -> None:
        self.place = place
        self.written = written
        self.where = where
        self.left = place.limits.data_files

    def entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        """What a folder holds, hidden things left out."""
        try:
            with os.scandir(folder) as listed:
                for entry in listed:
                    self.left -= 1
                    if self.left < 0:
                        message = f"'{self.written}' has more than {self.place.limits.data_files:,} files"
                        help = "the limit is named `data_files`; a trusted spec may raise it"
                        raise DataError(message, self.where, rule="limit", help=help)
                    if not entry.name.startswith("."):
                        yield entry
        except OSError as error:
            message = f"cannot read '{folder.name}': {(error.strerror or 'it fails').lower()}"
            raise DataError(message, self.where) from None

    def images(self, folder: Path, shown: str, depth: int = 0) -> Iterator[str]:
        """The images below a folder, links to folders not followed."""
        if depth > DEPTH:
            raise DataError(
                f"folders lie more than {DEPTH} deep in '{self.written}'", self.where, rule="limit"
            )
        inner = []
        for entry in self.entries(folder):
            name = f"{shown}/{entry.name}" if shown else entry.name
            if entry.is_dir(follow_symlinks=False):
                inner.append((folder / entry.name, name))
            elif entry.name.lower().endswith(SUFFIXES):
                if entry.is_symlink() and not inside(self.place, (folder / entry.name).resolve()):
                    message = f"'{name}' leads out of the root folder"
                    raise DataError(message, self.where, rule="unsafe-path")
                yield name
        for path, name in inner:
            yield from self.images(path, name, depth + 1)


def _listings(args: ImageFolderArgs, place: Place) -> tuple[Listing, Listing | None]:
    train = _listing(place, args.folder, ("folder",), args.classes)
    if args.test is None:
        return train, None
    test = _listing(place, args.test, ("test",), train.classes)
    if (train.labels is None) != (test.labels is None):
        raise DataError("only one of the two folders has classes", ("test",))
    return train, test


def _facts(args: ImageFolderArgs, place: Place) -> Facts:
    train, test = _listings(args, place)
    sharp = args.interpolation in ("bilinear", "nearest", "area")
    bounds = (0.0, 255.0) if sharp else None
    shape = (*args.size, CHANNELS[args.color])
    columns = {"image": Column(shape, "float32", "float", None, bounds)}
    if train.labels is not None:
        columns["label"] = label(len(train.classes))
    return Facts(
        columns, len(train.files), len(test.files) if test else None, ("label",) if train.labels else ()
    )


def _load(args: ImageFolderArgs, place: Place) -> Loaded:
    train, test = _listings(args, place)
    return Loaded(_columns(args, place, train), _columns(args, place, test) if test else None)


def _columns(args: ImageFolderArgs, place: Place, listing: Listing) -> dict[str, Any]:
    import numpy as np

    found: dict[str, Any] = {"image": Images(args, place, listing)}
    if listing.labels is not None:
        found["label"] = np.array(listing.labels, dtype="int64")
    return found


class Images:
    """A column of image files, decoded when they are wanted."""

    dtype = "float32"

    def __init__(self, args: ImageFolderArgs, place: Place, listing: Listing) -> None:
        self.args = args
        self.place = place
        self.listing = listing
        self.shape: tuple[int, ...] = (len(listing.files), *args.size, CHANNELS[args.color])

    def read(self, rows: Any) -> Any:
        """Some of the images; `DataError` names the file that cannot be decoded."""
        import numpy as np

        made = np.empty((len(rows), *self.shape[1:]), dtype="float32")
        for i, row in enumerate(rows):
            made[i] = self._image(self.listing.files[int(row)])
        return made

    def _image(self, name: str) -> Any:
        import tensorflow as tf

        path = self.listing.folder / name
        if not inside(self.place, path.resolve()):
            raise DataError(f"'{name}' leads out of the root folder", ("folder",), rule="unsafe-path")
        with open_regular(path, ("folder",)) as file:
            data = file.read(self.place.limits.data_bytes + 1)
        image = self._decoded(name, data)
        if self.args.crop_to_aspect_ratio:
            image = _cropped(image, self.args.size)
        return tf.image.resize(image, self.args.size, method=self.args.interpolation)

    def _decoded(self, name: str, data: bytes) -> Any:
        """The pixels of an image; `DataError` unless it is one, and no larger than is allowed."""
        import io
        import warnings

        import numpy as np
        import tensorflow as tf
        from PIL import Image

        reason = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(io.BytesIO(data), formats=("BMP", "GIF", "JPEG", "PNG")) as image:
                    self._check_size(name, *image.size)
                    odd = ("BMP", "GIF", "JPEG") if self.args.color == "rgba" else ("BMP", "GIF")
                    if image.format in odd:  # which TensorFlow does not read with all numbers of channels
                        made = np.asarray(image.convert(MODES[self.args.color]))
                        return made[..., None] if made.ndim == 2 else made
            return tf.io.decode_image(data, channels=self.shape[-1], expand_animations=False)
        except DataError:
            raise
        except Image.DecompressionBombError:
            self._check_size(name, 1 << 31, 1 << 31)
        except tf.errors.OpError as error:
            reason = str(error.message).rpartition("}} ")[2].partition(" [Op:")[0].split("\n")[0][:200]
        except Exception:  # what Pillow raises on broken files is no closed list
            reason = "it is no BMP, GIF, JPEG or PNG file, or broken"
        raise DataError(f"cannot decode image '{name}': {reason}", ("folder",))

    def _check_size(self, name: str, width: int, height: int) -> None:
        if width * height > self.place.limits.image_pixels:
            message = f"image '{name}' has {width * height:,} pixels"
            help = "the limit is named `image_pixels`; a trusted spec may raise it"
            raise DataError(message, ("folder",), rule="limit", help=help)


def _cropped(image: Any, size: tuple[int, ...]) -> Any:
    """The greatest part in the middle that has the proportions of the size, as Keras cuts it."""
    height, width = image.shape[:2]
    high = min(height, int(width * size[0] / size[1]))
    wide = min(width, int(height * size[1] / size[0]))
    top, left = int((height - high) / 2), int((width - wide) / 2)
    return image[top : top + high, left : left + wide]


SOURCES = (
    Source(
        "image_folder",
        ImageFolderArgs,
        _facts,
        _load,
        "Image files by class, each class a folder; without such folders there are no labels.",
    ),
)
