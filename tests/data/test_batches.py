"""Examples and their batches: which come, in which order, from memory or from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from feeding import analyzed, feed_of, place_of

from specgraph.data.source import DataError
from specgraph.ir.training import Column
from specgraph.limits import DEFAULT
from specgraph.training.batches import Examples, examples, split
from specgraph.training.given import feed_of as feed_from
from specgraph.training.given import loaded_from


def labels(inputs: dict[str, Any], targets: dict[str, Any]) -> Any:
    return targets["b"]


def numbered(count: int) -> Examples:
    return Examples(
        {"x": np.arange(count * 2.0).reshape(count, 2), "y": np.arange(count)}, {"a": "x"}, {"b": "y"}
    )


def order(made: Examples, size: int, **options: Any) -> list[list[int]]:
    return [one.tolist() for one in made.batches(size, arrange=labels, **options).as_numpy_iterator()]


def flat(batches: list[list[int]]) -> list[int]:
    return [row for batch in batches for row in batch]


def test_without_a_seed_rows_come_in_order() -> None:
    assert order(numbered(5), 2) == [[0, 1], [2, 3], [4]]
    assert order(numbered(5), 2, drop_remainder=True) == [[0, 1], [2, 3]]
    assert order(numbered(4), 2, epochs=2) == [[0, 1], [2, 3]] * 2
    assert order(numbered(2), 9) == [[0, 1]]
    assert order(numbered(5), 2, steps=2) == [[0, 1], [2, 3]]
    assert order(numbered(5), 2, steps=4) == [[0, 1], [2, 3], [4], [0, 1]]
    assert order(numbered(7), 2, multiple=2) == [[0, 1], [2, 3], [4, 5]]


def test_held_out_rows_come_again_in_order() -> None:
    held = numbered(9).select([6, 2, 8]).batches(2, arrange=labels)
    assert [[one.tolist() for one in held.as_numpy_iterator()] for _ in range(2)] == [[[6, 2], [8]]] * 2
    assert int(held.cardinality()) == 2


def test_parts_of_a_split_share_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    from specgraph.training import batches

    made, picker = [], batches._picker

    def counting(column: Any) -> Any:
        made.append(column)
        return picker(column)

    monkeypatch.setattr(batches, "_picker", counting)
    parts = split(numbered(10), 0.2, 1)
    rows = [flat(order(part, 4)) for part in parts] + [flat(order(parts[1].select([0]), 4))]
    assert len(made) == 2
    assert sorted(rows[0] + rows[1]) == list(range(10)) and rows[2] == rows[1][:1]


def test_an_epoch_s_order_depends_on_seed_and_number_alone() -> None:
    whole = order(numbered(50), 16, seed=3, epochs=4)
    assert order(numbered(50), 16, seed=3, first_epoch=2, epochs=2) == whole[8:]
    epochs = [flat(whole[i : i + 4]) for i in range(0, 16, 4)]
    assert all(sorted(one) == list(range(50)) for one in epochs)
    assert len({tuple(one) for one in epochs}) == 4
    assert order(numbered(50), 16, seed=4) != whole[:4]


def test_an_epoch_may_have_other_steps() -> None:
    assert (
        order(numbered(50), 16, seed=3, steps=2, epochs=2)
        == order(numbered(50), 16, seed=3)[:2] + order(numbered(50), 16, seed=3, first_epoch=1)[:2]
    )
    long = order(numbered(8), 4, seed=3, steps=5)
    assert [len(one) for one in long] == [4] * 5
    assert sorted(long[0] + long[1]) == sorted(long[2] + long[3]) == list(range(8))
    assert long[:2] != long[2:4]


def test_batches_know_how_many_they_are() -> None:
    made = numbered(10).batches(4, arrange=labels, epochs=3)
    assert int(made.cardinality()) == 9 == 3 * numbered(10).steps(4)
    assert numbered(10).steps(4, drop_remainder=True) == 2


def test_processes_share_a_batch() -> None:
    whole = order(numbered(16), 8, seed=1)
    parts = [order(numbered(16), 8, seed=1, shard=(i, 2)) for i in (0, 1)]
    assert [a + b for a, b in zip(*parts, strict=True)] == whole


def test_a_split_is_the_same_each_time_and_leaves_nothing_out() -> None:
    first, second = split(numbered(40), 0.25, 7), split(numbered(40), 0.25, 7)
    rows = [sorted(flat(order(one, 9))) for one in first]
    assert rows == [sorted(flat(order(one, 9))) for one in second]
    assert sorted(rows[0] + rows[1]) == list(range(40)) and len(rows[1]) == 10
    assert rows != [sorted(flat(order(one, 9))) for one in split(numbered(40), 0.25, 8)]
    assert [one.count for one in split(numbered(2), 0.001, 0)] == [1, 1]
    with pytest.raises(DataError):
        split(numbered(1), 0.5, 0)


def test_some_of_some() -> None:
    some = numbered(10).select([9, 3, 5]).select([2, 0])
    assert order(some, 4) == [[5, 9]]
    arrays = some.arrays()
    assert arrays is not None and arrays[0]["a"].tolist() == [[10.0, 11.0], [18.0, 19.0]]


SPEC = {
    "source": {"npy": {"files": {"x": "x.npy", "y": "y.npy"}}},
    "steps": {"x": [{"scale": {"by": 0.5}}, "normalize"]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    np.save(tmp_path / "x.npy", rng.random((700, 2)).astype("float32") * [3, 100] + [5, 1000])
    np.save(tmp_path / "y.npy", np.arange(700.0)[:, None])
    return tmp_path


def test_what_is_read_piece_by_piece_is_what_memory_holds(folder: Path) -> None:
    feed = feed_of(analyzed(folder, SPEC))
    held, _ = examples(feed, place_of(folder))
    read, _ = examples(feed, place_of(folder, DEFAULT._replace(data_bytes=1000)))
    assert held.arrays() is not None and read.arrays() is None and held.count == read.count == 700
    assert held.moments == read.moments
    for first, second in ((held, read), (held.select(range(7, 300, 3)), read.select(range(7, 300, 3)))):
        pairs = [
            [
                (one[0]["x"], one[1]["out"])
                for one in made.batches(
                    64, arrange=lambda *sides: sides, seed=5, epochs=2
                ).as_numpy_iterator()
            ]
            for made in (first, second)
        ]
        for (x, y), (other_x, other_y) in zip(*pairs, strict=True):
            assert np.allclose(x, other_x, atol=1e-6) and np.array_equal(y, other_y)
    own = read.select([3, 1]).own("x")
    assert own.shape == (2, 2)


def test_normalized_columns_have_mean_0_and_variance_1(folder: Path) -> None:
    made, _ = examples(feed_of(analyzed(folder, SPEC)), place_of(folder))
    arrays = made.arrays()
    assert arrays is not None
    assert np.allclose(arrays[0]["x"].mean(axis=0), 0, atol=1e-4) and np.allclose(
        arrays[0]["x"].std(axis=0), 1, atol=1e-4
    )


def test_other_data_is_normalized_as_that_which_is_trained_on(folder: Path) -> None:
    feed = feed_of(analyzed(folder, SPEC))
    train, _ = examples(feed, place_of(folder))
    np.save(folder / "x.npy", np.full((700, 2), 7.0))
    other, _ = examples(feed_of(analyzed(folder, SPEC)), place_of(folder), moments=train.moments)
    arrays = other.arrays()
    mean, variance = train.moments["x"][0]
    assert arrays is not None
    assert np.allclose(arrays[0]["x"][0], (3.5 - np.array(mean)) / np.sqrt(variance), atol=1e-4)


def test_only_some_examples_may_be_taken(folder: Path) -> None:
    for limit in (1 << 30, 1000):
        feed = feed_of(analyzed(folder, {**SPEC, "take": 30}))
        made, _ = examples(feed, place_of(folder, DEFAULT._replace(data_bytes=limit)))
        assert made.count == 30
        assert [len(one) for one in made.batches(20, arrange=lambda inputs, _: inputs["x"])] == [20, 10]


@pytest.mark.parametrize(
    ("column", "stated", "message"),
    [
        (np.array([1.0, np.nan] * 350), {}, "column `y` has no finite number in example 1"),
        (
            np.arange(700) % 4,
            {"encoding": "index", "classes": 3},
            "column `y` has the class 3, and they go from 0 to 2",
        ),
        (
            np.arange(700) % 3 + 1,
            {"encoding": "index", "classes": 3},
            "column `y` has the class 3, and they go from 0 to 2",
        ),
        (
            np.arange(700) % 3 - 1,
            {"encoding": "index", "classes": 3},
            "column `y` has the class -1, and they go from 0 to 2",
        ),
    ],
)
def test_values_that_are_not_what_was_said(column: Any, stated: Any, message: str, folder: Path) -> None:
    np.save(folder / "y.npy", column)
    source = {"npy": {"files": {"x": "x.npy", "y": "y.npy"}, "columns": {"y": stated}}}
    with pytest.raises(DataError) as caught:
        examples(feed_of(analyzed(folder, source)), place_of(folder))
    assert caught.value.message == message


def test_an_image_that_is_broken_is_named(tmp_path: Path) -> None:
    from PIL import Image

    (tmp_path / "set").mkdir()
    for i in range(3):
        Image.fromarray(np.zeros((4, 4, 3), "uint8")).save(tmp_path / "set" / f"{i}.png")
    (tmp_path / "set" / "2.png").write_bytes(b"no image")
    spec = analyzed(
        tmp_path,
        {"source": {"image_folder": {"folder": "set", "size": [4, 4]}}, "targets": {"out": "image"}},
        "{image: [4, 4, 3]}",
        "Reshape: {target_shape: [4, 4, 3], name: out}",
    )
    with pytest.raises(DataError) as caught:
        examples(feed_of(spec), place_of(tmp_path))
    assert "'2.png'" in caught.value.message
    made, _ = examples(feed_of(spec), place_of(tmp_path, DEFAULT._replace(data_bytes=300)))
    with pytest.raises(Exception):  # noqa: B017 - TensorFlow's own, which says less
        list(made.batches(3, arrange=lambda inputs, _: inputs["image"]))
    assert made.fault is not None and "'2.png'" in made.fault.message


GIVEN = {"arrays": {"columns": {"x": {"shape": [2]}, "y": {"shape": [1], "encoding": "float"}}}}


def as_dataset(**columns: Any) -> Any:
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(
        tuple(columns.values()) if "pair" not in columns else columns["pair"]
    )


X, Y = np.arange(12.0, dtype="float32").reshape(6, 2), np.arange(6.0, dtype="float32")[:, None]


@pytest.mark.parametrize(
    "given",
    [
        lambda: {"x": X, "y": Y},
        lambda: {"train": {"x": X, "y": Y}, "test": {"x": X[:2], "y": Y[:2]}},
        lambda: (X, Y),
        lambda: ({"x": X}, {"y": Y}),
        lambda: as_dataset(x=X, y=Y),
        lambda: as_dataset(x=X, y=Y).batch(4),
        lambda: as_dataset(pair={"x": X, "y": Y}).batch(4),
        lambda: as_dataset(pair=({"x": X}, Y)),
    ],
)
def test_what_python_code_passes(given: Any, tmp_path: Path) -> None:
    feed = feed_of(analyzed(tmp_path, GIVEN))
    made, held_out = examples(feed, place_of(tmp_path), given=given())
    arrays = made.arrays()
    assert arrays is not None
    assert np.array_equal(arrays[0]["x"], X) and np.array_equal(arrays[1]["out"], Y)
    assert held_out is None or held_out.count == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "is passed from Python, and there is none here"),
        ({"x": X}, "the data has no column `y`, but x"),
        ({"x": X, "y": Y[:3]}, "columns have different numbers of examples: `x` 6, `y` 3"),
        ({"x": X[:, :1], "y": Y}, "column `x` has the shape (1,), and was said to have (2)"),
        ({"x": X, "y": 3}, "column `y` is no array of examples"),
        ((X, Y, X), "data is passed in 3 parts, and not as inputs and targets, `(x, y)`"),
        (([X, X], [Y]), "3 arrays without names are passed, for `x`, `y`"),
        ({"x": X[:0], "y": Y[:0]}, "there are no examples"),
        (iter([X]), "data is passed as list_iterator, which is no mapping of columns"),
    ],
)
def test_what_python_code_may_not_pass(given: Any, message: str, tmp_path: Path) -> None:
    feed = feed_of(analyzed(tmp_path, GIVEN))
    with pytest.raises(DataError) as caught:
        examples(feed, place_of(tmp_path), given=given)
    assert caught.value.message == message


def test_an_endless_dataset_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        loaded_from(as_dataset(x=X, y=Y).repeat(), {"x": Column(), "y": Column()})
    assert caught.value.message == "the dataset never ends"


def test_a_spec_without_data_takes_what_is_passed(tmp_path: Path) -> None:
    analysis = analyzed(tmp_path, GIVEN)
    [phase] = analysis.document.training.phases  # type: ignore[union-attr]
    graph = analysis.models["model"].graph
    for given in ((X, Y), {"x": X, "out": Y}, {"x": X, "label": Y}, ({"x": X}, {"out": Y})):
        feed = feed_from(graph, phase.objective, given)
        made, _ = examples(feed, place_of(tmp_path), given=given)
        arrays = made.arrays()
        assert arrays is not None and np.array_equal(arrays[1]["out"], Y)
    for given, message in (
        ({"a": X, "b": X, "c": Y}, "it is not clear which column is for `x`"),
        ({"x": X[:, :1], "out": Y}, "data is (1,), the model declares (2,)"),
    ):
        with pytest.raises(DataError) as caught:
            feed_from(graph, phase.objective, given)
        assert caught.value.message == message


def test_what_a_source_tells_only_when_read_is_matched_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from specgraph.data import hubs
    from specgraph.data.source import Loaded

    monkeypatch.setattr(
        "specgraph.data.hubs.SOURCES",
        tuple(one._replace(load=lambda *_: Loaded({"image": X, "label": Y})) for one in hubs.SOURCES),
    )
    feed = feed_of(analyzed(tmp_path, {"tfds": {"name": "some"}}))
    assert (feed.open_inputs, feed.open_targets, feed.facts) == (("x",), ("out",), None)
    made, _ = examples(feed, place_of(tmp_path))
    assert (made.inputs, made.targets) == ({"x": "image"}, {"out": "label"})
