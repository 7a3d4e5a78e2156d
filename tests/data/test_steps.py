"""What steps say they make, and what they make."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specgraph.data.source import DataError
from specgraph.data.step_catalog import LAYERS, STEPS, rule
from specgraph.data.steps import ROWS
from specgraph.ir.training import Column
from specgraph.spec.catalog import Named, OneOf
from specgraph.spec.kinds import Bad
from specgraph.testing.profile import examples
from specgraph.training.columns import prepared
from specgraph.training.steps import OWN, runner

STEP = OneOf("a step", lambda: STEPS)


def step(value: Any) -> Named:
    return STEP.check(value)


def run(values: Any, column: Column, *steps: Any) -> Any:
    return prepared("x", values, column, [step(one) for one in steps], 1 << 30, {}, True)


def said(column: Column, *steps: Any) -> Column:
    for one in steps:
        column = rule(step(one), column)
    return column


def test_each_step_is_done_somewhere() -> None:
    learned = "normalize"  # which `runner` makes of what the training part taught
    assert [one.name for one in ROWS if one.name != learned] == list(OWN)
    done = runner(step(learned), Column((2,), "float32"), ([1.0, 1.0], [1.0, 4.0]))
    np.testing.assert_allclose(done(np.array([[1.0, 5.0]], "float32")), [[0.0, 2.0]])


NUMBERS = Column((4,), "float32", "float", None, (0.0, 8.0))
LABELS = Column((), "int64", "index", 9, (0.0, 8.0))


@pytest.mark.parametrize(
    ("given", "steps", "wanted"),
    [
        ([[0, 2, 4, 8]], ["scale"], [[0, 0.25, 0.5, 1]]),
        ([[0, 2, 4, 8]], [{"scale": {"to": [-1, 1]}}], [[-1, -0.5, 0, 1]]),
        ([[0, 2, 4, 8]], [{"scale": {"range": [0, 4]}}], [[0, 0.5, 1, 2]]),
        ([[0, 2, 4, 8]], [{"scale": {"by": 2, "offset": 1}}], [[1, 5, 9, 17]]),
        ([[0, 2, 4, 8]], [{"shift": {"by": -1}}], [[-1, 1, 3, 7]]),
        ([[0, 2, 4, 8], [2, 2, 6, 8]], ["normalize"], [[-1, 0, -1, 0], [1, 0, 1, 0]]),
        ([[0, 2, 4, 8]], ["argmax"], [3]),
        ([[0, 2, 4, 8]], [{"cast": {"dtype": "uint8"}}], [[0, 2, 4, 8]]),
        ([[0, 2, 4, 8]], [{"reshape": {"shape": [2, -1]}}], [[[0, 2], [4, 8]]]),
        ([[0, 2, 4, 8]], [{"reshape": {"shape": [2, 2]}}, {"permute": {"dims": [2, 1]}}], [[[0, 4], [2, 8]]]),
        ([[0, 2, 4, 8]], [{"pad": {"length": 6}}], [[0, 2, 4, 8, 0, 0]]),
        ([[0, 2, 4, 8]], [{"pad": {"length": 5, "side": "pre", "value": 9}}], [[9, 0, 2, 4, 8]]),
        ([[0, 2, 4, 8]], [{"truncate": {"length": 2}}], [[0, 2]]),
        ([[0, 2, 4, 8]], [{"truncate": {"length": 3, "side": "pre"}}], [[2, 4, 8]]),
        ([[0, 2, 4, 8]], [{"truncate": {"length": 9}}], [[0, 2, 4, 8]]),
    ],
)
def test_what_steps_make(given: Any, steps: list[Any], wanted: Any) -> None:
    made = run(np.array(given, "float32"), NUMBERS, *steps)
    assert (
        made.tolist() == pytest.approx(np.array(wanted).tolist())
        if made.ndim < 2
        else np.allclose(made, wanted)
    )
    column = said(NUMBERS, *steps)
    assert (made.shape[1:], str(made.dtype)) == (column.shape, column.dtype)


def test_labels_become_rows_and_numbers_again() -> None:
    made = run(np.array([1, 9]), LABELS._replace(range=(1.0, 9.0)), {"shift": {"by": -1}}, "one_hot")
    assert made.argmax(axis=1).tolist() == [0, 8] and made.sum() == 2
    column = said(LABELS, "one_hot")
    assert (column.shape, column.dtype, column.encoding, column.classes) == ((9,), "float32", "onehot", 9)
    assert said(LABELS, "one_hot", "argmax") == LABELS


def test_a_step_is_done_in_more_than_one_pipeline() -> None:
    known = {"Normalization": {"mean": 2.0, "variance": 4.0}}
    made = run(np.array([[0, 2, 4, 8], [2, 2, 4, 4]], "float32"), NUMBERS, known, "normalize")
    np.testing.assert_allclose(made, [[-1, 0, 0, 1], [1, 0, 0, -1]])


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_channels(dtype: str) -> None:
    grey = Column((2, 2, 1), dtype, "float", None, (0.0, 255.0))
    values = np.arange(8).reshape(2, 2, 2, 1).astype(dtype)
    colours = run(values, grey, {"channels": {"count": 3}})
    assert colours.shape == (2, 2, 2, 3) and colours.dtype == dtype
    assert np.allclose(
        run(colours, said(grey, {"channels": {"count": 3}}), {"channels": {"count": 1}}), values
    )
    flat = grey._replace(shape=(2, 2))
    assert run(values[..., 0], flat, {"channels": {"count": 1}}).shape == (2, 2, 2, 1)


def test_words_become_numbers() -> None:
    words = Column((2,), "string")
    values = np.array([["red", "blue"], ["green", "red"]])
    lookup = {"StringLookup": {"vocabulary": ["red", "green"]}}
    assert run(values, words, lookup).tolist() == [[1, 0], [2, 1]]
    assert said(words, lookup).classes == 3
    assert run(np.array([["1.5", "2"]]), words, {"cast": {"dtype": "float32"}}).tolist() == [[1.5, 2.0]]


@pytest.mark.parametrize(
    ("column", "steps", "message"),
    [
        (NUMBERS._replace(range=None), ["scale"], "the range of its values is not known"),
        (NUMBERS._replace(range=(2.0, 2.0)), ["scale"], "the range of its values has one value alone"),
        (NUMBERS, ["one_hot"], "`one_hot` needs classes' numbers, and these are float"),
        (LABELS._replace(classes=None), ["one_hot"], "it is not known how many classes there are"),
        (LABELS, [{"one_hot": {"classes": 5}}], "there are 9 classes, more than 5"),
        (LABELS, [{"shift": {"by": -1}}], "classes would be counted from -1"),
        (
            LABELS,
            [{"shift": {"by": 1}}, {"one_hot": {"classes": 10}}, "one_hot"],
            "`one_hot` needs classes' numbers, and these are onehot",
        ),
        (LABELS._replace(range=(1.0, 9.0)), ["one_hot"], "labels go from 1 to 9, and 9 classes from 0 to 8"),
        (LABELS, ["argmax"], "`argmax` needs an axis of classes, and these are single values"),
        (LABELS, [{"pad": {"length": 5}}], "`pad` needs an axis, and these are single values"),
        (NUMBERS, [{"pad": {"length": 3}}], "examples are longer than that: 4"),
        (NUMBERS, [{"reshape": {"shape": [3, -1]}}], "4 values do not go into the shape [3, -1]"),
        (NUMBERS, [{"reshape": {"shape": []}}], "4 values do not go into the shape []"),
        (NUMBERS, [{"permute": {"dims": [2, 1]}}], "an example has 1 axes, not 2"),
        (
            NUMBERS,
            [{"channels": {"count": 3}}],
            "`channels` is for images of one channel or three, and these have the shape [4]",
        ),
        (NUMBERS, [{"cast": {"dtype": "string"}}], "numbers are not turned into strings"),
        (
            NUMBERS._replace(range=(-1.0, 1.0)),
            [{"cast": {"dtype": "uint8"}}],
            "values from -1 to 1 do not go into uint8",
        ),
        (
            NUMBERS._replace(range=(0.0, 300.0)),
            [{"cast": {"dtype": "uint8"}}],
            "values from 0 to 300 do not go into uint8",
        ),
        (Column((2,), "string"), ["scale"], "`scale` is for numbers, and these are strings"),
        (Column((2,), "string"), [{"Rescaling": {"scale": 2.0}}], "Rescaling cannot work on strings"),
        (
            NUMBERS,
            [{"shift": {"by": -1}}, {"CategoryEncoding": {"num_tokens": 9}}],
            "values go from -1 to 7, and 9 tokens from 0 to 8",
        ),
        (
            NUMBERS,
            [{"CategoryEncoding": {"num_tokens": 8}}],
            "values go from 0 to 8, and 8 tokens from 0 to 7",
        ),
        (
            NUMBERS,
            [{"Resizing": {"height": 2, "width": 2}}],
            "Resizing needs 4 axes, (batch, height, width, channels); its input has 2: (batch, 4)",
        ),
    ],
)
def test_what_steps_refuse(column: Column, steps: list[Any], message: str) -> None:
    with pytest.raises(DataError) as caught:
        said(column, *steps)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"scale": {"by": 2, "to": [0, 1]}}, "has `to`, and `by` says it in another way"),
        ({"scale": {"offset": 2}}, "has an `offset`, which goes with `by`"),
        ({"scale": {"range": [2, 1]}}, "has a range that does not go from a value to a greater one"),
        (
            {"reshape": {"shape": [0]}},
            "has a shape that is no list of positive sizes, of which one may be -1",
        ),
        (
            {"reshape": {"shape": [-1, -1]}},
            "has a shape that is no list of positive sizes, of which one may be -1",
        ),
        ({"permute": {"dims": [1, 3]}}, "has `dims` that are not 1 to 2, each once"),
        ("RandomCrop", "`RandomCrop` is no step, it is a layer"),
        ({"Dense": {"units": 3}}, "`Dense` is no step, it is a layer"),
        ("Lambda", "`Lambda` is no step, it is a layer"),
        ("scael", "'scael' is not a step"),
    ],
)
def test_what_is_no_step(value: Any, message: str) -> None:
    with pytest.raises(Bad) as caught:
        step(value)
    assert caught.value.message == message


SIZES = st.integers(1, 4)
CALLS: dict[str, Any] = {
    "scale": st.one_of(
        st.fixed_dictionaries({}, optional={"to": st.just([-2.0, 3.0]), "range": st.just([0.0, 4.0])}),
        st.fixed_dictionaries({"by": st.floats(-3, 3), "offset": st.floats(-3, 3)}),
    ),
    "shift": st.fixed_dictionaries({"by": st.integers(-3, 3)}),
    "normalize": st.just({}),
    "one_hot": st.fixed_dictionaries({}, optional={"classes": st.integers(2, 12)}),
    "argmax": st.just({}),
    "cast": st.fixed_dictionaries(
        {"dtype": st.sampled_from(["float16", "bfloat16", "float64", "int8", "uint8", "int64", "bool"])}
    ),
    "reshape": st.fixed_dictionaries({"shape": st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6]), max_size=3)}),
    "permute": st.integers(1, 3)
    .flatmap(lambda n: st.permutations(range(1, n + 1)))
    .map(lambda dims: {"dims": dims}),
    "channels": st.fixed_dictionaries({"count": st.sampled_from([1, 3])}),
    "pad": st.fixed_dictionaries(
        {"length": SIZES}, optional={"value": st.integers(0, 3), "side": st.sampled_from(["pre", "post"])}
    ),
    "truncate": st.fixed_dictionaries({"length": SIZES}, optional={"side": st.sampled_from(["pre", "post"])}),
    "Rescaling": st.fixed_dictionaries({"scale": st.floats(-2, 2)}, optional={"offset": st.floats(-2, 2)}),
    "Resizing": st.fixed_dictionaries(
        {"height": SIZES, "width": SIZES},
        optional={
            "interpolation": st.sampled_from(["nearest", "bilinear", "bicubic"]),
            "pad_to_aspect_ratio": st.booleans(),
        },
    ),
    "CenterCrop": st.fixed_dictionaries({"height": SIZES, "width": SIZES}),
    "Normalization": st.just({"mean": 2.0, "variance": 3.0}),
    "CategoryEncoding": st.fixed_dictionaries(
        {"num_tokens": st.just(9), "output_mode": st.sampled_from(["one_hot", "multi_hot", "count"])}
    ),
    "Discretization": st.just({"bin_boundaries": [1.0, 3.0]}),
    "Hashing": st.fixed_dictionaries({"num_bins": st.integers(1, 5)}),
    "IntegerLookup": st.just({"vocabulary": [1, 3, 4]}),
}


def test_all_steps_are_drawn_but_those_for_words_and_sound() -> None:
    assert {one.name for one in ROWS} | set(LAYERS) == CALLS.keys() | {
        "StringLookup",
        "TextVectorization",
        "MelSpectrogram",
    }


@st.composite
def columns(draw: st.DrawFn) -> tuple[Column, Any]:
    shape = tuple(draw(st.lists(st.integers(1, 4), max_size=3)))
    dtype = draw(st.sampled_from(["float32", "uint8", "int64"]))
    encoding = draw(st.sampled_from(["index", None] if dtype != "float32" else ["float", None]))
    values = np.random.default_rng(draw(st.integers(0, 9))).integers(0, 8, (5, *shape)).astype(dtype)
    return Column(shape, dtype, encoding, 8 if encoding == "index" else None, (0.0, 7.0)), values


@settings(deadline=None, max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(
    columns(),
    st.lists(
        st.sampled_from(list(CALLS)).flatmap(lambda name: CALLS[name].map(lambda args: {name: args})),
        min_size=1,
        max_size=3,
    ),
)
def test_steps_make_what_they_say(drawn: tuple[Column, Any], calls: list[Any]) -> None:
    column, values = drawn
    steps: list[Named] = []
    expected = column
    for call in calls:
        if "CategoryEncoding" in call and expected.range is None:
            continue  # TensorFlow may refuse the values, of which nothing is known
        try:
            one = step(call)
            expected = rule(one, expected)
        except (DataError, Bad):
            continue
        steps.append(one)
    made = prepared("x", values, column, steps, 1 << 30, {}, True)
    assert (made.shape[1:], str(made.dtype)) == (expected.shape, expected.dtype), steps
    made = made.astype("float64")
    if expected.range is not None and np.isfinite(made).all():
        low, high = expected.range
        slack = (
            1e-2 * max(1.0, abs(low), abs(high))
            if any(one.name == "cast" for one in steps)
            else 1e-4 * max(1.0, abs(low), abs(high))
        )
        assert low - slack <= made.min() and made.max() <= high + slack, steps
    if expected.encoding == "onehot" and steps and steps[-1].name == "one_hot":
        assert set(np.unique(made.sum(axis=-1))) <= {0.0, 1.0}
