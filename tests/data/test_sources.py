"""What is said of each source before it is read, and what is then read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from feeding import known, loaded, place_of, refusal
from source_cases import agree

from specgraph.data.index import HOMES, source, sources
from specgraph.data.source import DataError
from specgraph.limits import DEFAULT

RNG = np.random.default_rng(0)
BUILTIN = ("digits", "mnist_5000", "japanese_vowels", "iris", "wine", "breast_cancer", "diabetes")


def test_the_index_names_every_source() -> None:
    assert [one.name for one in sources()] == list(HOMES)
    for one in sources():
        assert one.doc.endswith(".") and source(one.name) == one


@pytest.mark.parametrize("name", BUILTIN)
def test_the_small_sets_are_as_they_are_said_to_be(name: str, tmp_path: Path) -> None:
    place = place_of(tmp_path)
    facts, parts = known(name, {}, place), loaded(name, {}, place)
    agree(facts, parts)
    assert facts is not None and facts.labels
    for column, one in facts.columns.items():
        if one.range is not None:  # and no wider than they are
            both = np.concatenate([parts.train[column], parts.held_out[column]])
            assert one.range == pytest.approx((float(both.min()), float(both.max())))
    label = parts.held_out.get("label")
    if label is not None:
        assert set(label) == set(parts.train["label"])


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("length", [5, 29, 40])
def test_utterances_are_cut_and_filled(padding: str, length: int, tmp_path: Path) -> None:
    place = place_of(tmp_path)
    whole = loaded("japanese_vowels", {}, place).train["frames"]
    made = loaded("japanese_vowels", {"length": length, "padding": padding}, place).train["frames"]
    agree(
        known("japanese_vowels", {"length": length}, place),
        loaded("japanese_vowels", {"length": length}, place),
    )
    for before, after in zip(whole[:20], made, strict=False):
        frames = before[: int(np.flatnonzero(np.abs(before).sum(axis=1)).max()) + 1]
        kept = frames[:length] if padding == "post" else frames[-length:]
        filled = np.zeros((length - len(kept), 12))
        assert np.array_equal(after, np.concatenate([kept, filled] if padding == "post" else [filled, kept]))


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "float16", "uint8", "int64", ">f4", ">i2", "bool", "<U5", "S3"]
)
@pytest.mark.parametrize("kind", ["npz", "npy"])
def test_arrays_of_each_dtype(dtype: str, kind: str, tmp_path: Path) -> None:
    values = (RNG.random((6, 2, 3)) * 9).astype(dtype)
    y = np.arange(6)
    if kind == "npz":
        np.savez(tmp_path / "a.npz", x=values, y=y, count=np.array(3))
        arguments: dict[str, Any] = {"file": "a.npz"}
    else:
        np.save(tmp_path / "x.npy", np.asfortranarray(values))
        np.save(tmp_path / "y.npy", y)
        arguments = {"files": {"x": "x.npy", "y": "y.npy"}, "test": {"y": "y.npy", "x": "x.npy"}}
    found = loaded(kind, arguments, place_of(tmp_path))
    agree(known(kind, arguments, place_of(tmp_path)), found)
    assert np.array_equal(found.train["x"], values)
    assert found.train["x"].dtype.isnative
    assert (found.held_out is None) == (kind == "npz")


@pytest.mark.parametrize(
    "names", [("x_train", "y_train", "x_test", "y_test"), ("train_x", "train_y", "test_x", "test_y")]
)
def test_names_tell_the_parts_of_an_npz_file(names: tuple[str, ...], tmp_path: Path) -> None:
    sizes = dict(zip(names, (5, 5, 2, 2), strict=True))
    np.savez_compressed(tmp_path / "a.npz", **{name: RNG.random((size, 3)) for name, size in sizes.items()})
    found = loaded("npz", {"file": "a.npz"}, place_of(tmp_path))
    agree(known("npz", {"file": "a.npz"}, place_of(tmp_path)), found)
    assert found.held_out is not None
    assert (found.train["x"].shape, found.held_out["y"].shape) == ((5, 3), (2, 3))


def test_a_file_may_be_the_test_part(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=RNG.random((5, 3)), other=np.zeros(9))
    np.savez(tmp_path / "b.npz", x=RNG.random((4, 3)), other=np.zeros(9))
    arguments = {"file": "a.npz", "test": "b.npz", "arrays": ["x"]}
    agree(known("npz", arguments, place_of(tmp_path)), loaded("npz", arguments, place_of(tmp_path)))


def test_a_large_npy_file_stays_where_it_is(tmp_path: Path) -> None:
    values = RNG.random((50, 7))
    np.save(tmp_path / "x.npy", values)
    place = place_of(tmp_path, DEFAULT._replace(data_bytes=1000))
    found = loaded("npy", {"files": {"x": "x.npy"}}, place).train["x"]
    assert (found.shape, found.dtype) == ((50, 7), "float64")
    assert np.array_equal(found.read(np.array([3, 1, 49])), values[[3, 1, 49]])


def test_what_the_spec_says_of_columns_counts(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=RNG.random((6, 3)), y=np.arange(6) % 3)
    facts = known(
        "npz", {"file": "a.npz", "columns": {"y": {"encoding": "index", "classes": 3}}}, place_of(tmp_path)
    )
    assert facts is not None
    column = facts.columns["y"]
    assert (column.shape, column.dtype, column.encoding, column.classes, column.range) == (
        (),
        "int64",
        "index",
        3,
        (0.0, 2.0),
    )


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"z": {"classes": 3}}, "there is no column `z`"),
        ({"y": {"dtype": "float32"}}, "column `y` is int64, not float32"),
        ({"x": {"shape": [4]}}, "an example of column `x` has the shape [3]"),
        ({"x": {"shape": [3, 1]}}, "an example of column `x` has the shape [3]"),
    ],
)
def test_what_the_spec_says_must_be_true(stated: Any, message: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=RNG.random((6, 3)), y=np.arange(6) % 3)
    assert refusal("npz", {"file": "a.npz", "columns": stated}, place_of(tmp_path)) == (
        "data-source",
        message,
    )


@pytest.mark.parametrize(
    ("arrays", "arguments", "message"),
    [
        ({"x": (3, 2), "y": (4,)}, {}, "columns have different numbers of examples: `x` 3, `y` 4"),
        ({"x": (0, 2)}, {}, "there are no examples"),
        ({"n": ()}, {}, "there are no columns"),
        ({"x": (3, 2)}, {"arrays": ["z"]}, "there is no array `z` in 'a.npz'"),
        ({"x_train": (3, 2), "y_test": (3,)}, {}, "column `x` is only in one of the two parts"),
        ({"x_train": (3, 2), "x_test": (3, 3)}, {}, "column `x` is not alike in the two parts"),
    ],
)
def test_arrays_that_do_not_go_together(
    arrays: dict[str, tuple[int, ...]], arguments: dict[str, Any], message: str, tmp_path: Path
) -> None:
    np.savez(tmp_path / "a.npz", **{name: np.zeros(shape) for name, shape in arrays.items()})
    assert refusal("npz", {"file": "a.npz", **arguments}, place_of(tmp_path)) == ("data-source", message)


def pictures(folder: Path, names: list[str], size: tuple[int, int] = (9, 6), mode: str = "RGB") -> None:
    from PIL import Image

    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        depth = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
        values = (RNG.random((*size, depth)) * 255).astype("uint8")
        Image.fromarray(values.squeeze() if depth == 1 else values, mode).save(path)


@pytest.mark.parametrize("color", ["rgb", "grayscale", "rgba"])
@pytest.mark.parametrize("crop", [False, True])
def test_a_folder_of_images_is_as_keras_reads_it(color: str, crop: bool, tmp_path: Path) -> None:
    import keras

    pictures(
        tmp_path / "set",
        ["cat/1.png", f"cat/2.{'png' if color == 'rgba' else 'jpg'}", "dog/b.png", "dog/inner/a.png"],
    )
    pictures(tmp_path / "set", ["cat/wide.png"], (5, 12))
    (tmp_path / "set" / "cat" / "notes.txt").write_text("no image")
    arguments = {"folder": "set", "size": [8, 4], "color": color, "crop_to_aspect_ratio": crop, "test": "set"}
    found = loaded("image_folder", arguments, place_of(tmp_path))
    agree(known("image_folder", arguments, place_of(tmp_path)), found)
    by_hand = keras.utils.image_dataset_from_directory(
        tmp_path / "set",
        image_size=(8, 4),
        color_mode=color,
        crop_to_aspect_ratio=crop,
        shuffle=False,
        verbose=False,
    )
    [(images, labels)] = by_hand.as_numpy_iterator()
    assert np.allclose(found.train["image"].read(np.arange(5)), images, atol=1e-3)
    assert found.train["label"].tolist() == labels.tolist() == [0, 0, 0, 1, 1]


def test_a_folder_without_classes_has_no_labels(tmp_path: Path) -> None:
    pictures(tmp_path / "set", ["1.jpg", "2.gif"])
    arguments = {"folder": "set", "size": [4, 4]}
    agree(
        known("image_folder", arguments, place_of(tmp_path)),
        loaded("image_folder", arguments, place_of(tmp_path)),
    )


@pytest.mark.parametrize("color", ["rgb", "grayscale", "rgba"])
def test_files_of_each_format(color: str, tmp_path: Path) -> None:
    pictures(tmp_path / "set", ["1.bmp", "2.gif", "3.png", "4.jpeg"], mode="L")
    pictures(tmp_path / "set", ["5.bmp", "6.gif", "7.PNG", "8.JPG"])
    arguments = {"folder": "set", "size": [9, 6], "color": color}
    images = loaded("image_folder", arguments, place_of(tmp_path)).train["image"].read(np.arange(8))
    assert (images.std(axis=(1, 2, 3)) > 20).all()
    if color != "grayscale":
        assert np.allclose(images[:4, ..., 0], images[:4, ..., 1], atol=2)


def test_some_folders_may_be_the_classes(tmp_path: Path) -> None:
    pictures(tmp_path / "set", ["a/1.png", "b/1.png", "c/1.png", "c/2.png"])
    arguments = {"folder": "set", "size": [4, 4], "classes": ["c", "a"]}
    found = loaded("image_folder", arguments, place_of(tmp_path))
    agree(known("image_folder", arguments, place_of(tmp_path)), found)
    assert found.train["label"].tolist() == [0, 0, 1]
    _rule, message = refusal("image_folder", {**arguments, "classes": ["c", "x"]}, place_of(tmp_path))
    assert message == "'set' has no folder `x`"


@pytest.mark.parametrize(
    "name", ["mnist", "fashion_mnist", "cifar10", "cifar100", "imdb", "reuters", "california_housing"]
)
def test_what_keras_gives_is_what_is_said(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With arrays as Keras documents them, but fewer: there is no network here."""
    import keras

    def part(count: int, classes: int) -> tuple[Any, Any]:
        if name in ("imdb", "reuters"):
            texts = np.array([list(range(1, 2 + i % 300)) for i in range(count)], dtype=object)
            return texts, np.arange(count) % classes
        if name == "california_housing":
            return RNG.random((count, 8)).astype("float32"), RNG.random(count).astype("float32")
        shape = (28, 28) if "mnist" in name else (32, 32, 3)
        labels = (np.arange(count) % classes).astype("uint8")
        images = (RNG.random((count, *shape)) * 255).astype("uint8")
        return images, labels if "mnist" in name else labels[:, None]

    def load_data(**options: Any) -> Any:
        return part(
            12,
            facts.columns.get(
                "label", facts.columns["target" if "target" in facts.columns else "label"]
            ).classes
            or 2,
        ), part(4, 2)

    facts = known("keras", {"name": name}, place_of(tmp_path))
    assert facts is not None
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", load_data)
    agree(facts._replace(examples=None, held_out=None), loaded("keras", {"name": name}, place_of(tmp_path)))


def test_keras_without_a_network_is_a_fault_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    def fail(**_: Any) -> Any:
        raise Exception("URL fetch failure on https://x: None -- no route\nmore")

    monkeypatch.setattr(keras.datasets.imdb, "load_data", fail)
    rule, message = refusal("keras", {"name": "imdb"}, place_of(tmp_path), load=True)
    assert (rule, message) == (
        "data-source",
        "Keras cannot load imdb: URL fetch failure on https://x: None -- no route",
    )


@pytest.mark.parametrize(("name", "package"), [("tfds", "tensorflow-datasets"), ("huggingface", "datasets")])
def test_a_package_that_is_not_there_is_named(
    name: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert known(name, {"name": "mnist"}, place_of(tmp_path)) is None
    _rule, message = refusal(name, {"name": "mnist"}, place_of(tmp_path), load=True)
    assert message == f"{package} is not installed, which this source needs"


class FakeHub:
    """As much of Hugging Face's Dataset as is used."""

    column_names = ("image", "text")

    def __init__(self, rows: list[int]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int):
            return {"image": [[self.rows[key]] * 2], "text": f"t{self.rows[key]}"}
        return [self[i][key] for i in range(len(self.rows))]

    def select(self, rows: list[int]) -> FakeHub:
        return FakeHub([self.rows[row] for row in rows])


def test_hub_columns_are_read_piece_by_piece() -> None:
    from specgraph.data.hubs import HubColumn

    column = HubColumn(FakeHub(list(range(9))), "image")
    assert (column.shape, column.dtype) == ((9, 1, 2), "int64")
    assert column.read(np.array([4, 2])).tolist() == [[[4, 4]], [[2, 2]]]
    assert HubColumn(FakeHub([1]), "text").dtype == "string"


def test_examples_one_by_one_are_gathered(tmp_path: Path) -> None:
    from specgraph.data.collecting import collected

    place = place_of(tmp_path)
    made = collected(({"x": [i, i], "word": np.array(b"w", dtype=object)} for i in range(3)), place, "name")
    assert (made["x"].tolist(), made["word"].tolist()) == ([[0, 0], [1, 1], [2, 2]], ["w"] * 3)
    for bad, message in (
        ([], "there are no examples"),
        ([{"x": [1]}, {"x": [1, 2]}], "column `x` of example 1 is (2,), and was (1,)"),
        ([{"x": 1}, {"y": 1}], "example 1 has other columns than the first"),
        ([3], "example 0 is no mapping of columns to values"),
    ):
        with pytest.raises(DataError) as caught:
            collected(bad, place, "name")  # type: ignore[arg-type]
        assert caught.value.message == message
    with pytest.raises(DataError) as caught:
        collected(
            ({"x": np.zeros(100)} for _ in range(100)),
            place_of(tmp_path, DEFAULT._replace(data_bytes=9000)),
            "name",
        )
    assert caught.value.rule == "limit"
