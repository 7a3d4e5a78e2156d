"""CSV files: which columns there are, labels that are words, gaps, and tables that cannot be used."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from feeding import known, loaded, place_of, refusal
from source_cases import agree

from specgraph.data.source import DataError


def table(path: Path, rows: list[list[Any]], delimiter: str = ",") -> None:
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


WINES: list[list[Any]] = [
    ["acid", "sugar", "kind"],
    [0.5, 3, "red"],
    [0.25, 4, "white"],
    [1.5, 5, "red"],
    [2, 6, "rosé"],
]


def test_a_table_with_words_for_labels(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", WINES)
    arguments = {"file": "a.csv", "labels": "kind", "test": "a.csv"}
    facts, found = known("csv", arguments, place_of(tmp_path)), loaded("csv", arguments, place_of(tmp_path))
    agree(facts, found)
    assert found.train["features"].tolist() == [[0.5, 3], [0.25, 4], [1.5, 5], [2, 6]]
    assert found.train["kind"].tolist() == [0, 2, 0, 1]
    assert facts is not None and facts.labels == ("kind",)
    assert facts.columns["features"].range == (0.25, 6.0)


@pytest.mark.parametrize(
    ("arguments", "shapes"),
    [
        (
            {"labels": "kind", "categories": {"kind": ["red", "white", "rosé", "orange"]}},
            {"features": (4, 2), "kind": (4,)},
        ),
        ({"labels": ["kind", "sugar"]}, {"features": (4, 1), "kind": (4,), "sugar": (4,)}),
        ({"features": ["sugar"]}, {"features": (4, 1)}),
        (
            {"features": ["sugar"], "separate": "kind", "labels": "acid"},
            {"features": (4, 1), "kind": (4, 1), "acid": (4,)},
        ),
        ({"separate": ["kind", "sugar", "acid"]}, {"kind": (4, 1), "sugar": (4, 1), "acid": (4, 1)}),
        (
            {"separate": ["kind", "sugar"], "columns": {"sugar": {"dtype": "int64"}}},
            {"features": (4, 1), "kind": (4, 1), "sugar": (4, 1)},
        ),
        (
            {"labels": "sugar", "separate": ["kind"], "columns": {"sugar": {"dtype": "float32"}}},
            {"features": (4, 1), "kind": (4, 1), "sugar": (4,)},
        ),
    ],
)
def test_which_columns_a_table_has(arguments: dict[str, Any], shapes: dict[str, Any], tmp_path: Path) -> None:
    table(tmp_path / "a.csv", WINES)
    found = loaded("csv", {"file": "a.csv", **arguments}, place_of(tmp_path))
    agree(known("csv", {"file": "a.csv", **arguments}, place_of(tmp_path)), found)
    assert {name: values.shape for name, values in found.train.items()} == shapes


def test_a_table_without_names_and_with_gaps(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", [[1, 2, 0], ["", 3, 1], [], [4, "NaN", 1], [5, 6, 1]], ";")
    arguments = {"file": "a.csv", "labels": "c2", "header": False, "delimiter": ";", "missing": "drop"}
    found = loaded("csv", arguments, place_of(tmp_path))
    agree(known("csv", arguments, place_of(tmp_path)), found)
    assert (found.train["features"].tolist(), found.train["c2"].tolist()) == ([[1, 2], [5, 6]], [0, 1])
    _rule, message = refusal("csv", {**arguments, "missing": "error"}, place_of(tmp_path))
    assert message == "'a.csv' lacks a value in row 2"


GAPS = [["a", "y"], [1, "3.5"], [2, "NA"], [3, "?"], [4, "nan"], [5, ""], [6, "1.5"]]


def test_rows_that_lack_a_label_are_dropped(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", GAPS)
    arguments = {"file": "a.csv", "labels": "y", "missing": "drop"}
    facts, found = known("csv", arguments, place_of(tmp_path)), loaded("csv", arguments, place_of(tmp_path))
    agree(facts, found)
    assert facts is not None and (facts.examples, facts.columns["y"].encoding) == (2, "float")
    assert (found.train["features"].tolist(), found.train["y"].tolist()) == ([[1], [6]], [3.5, 1.5])


@pytest.mark.parametrize("missing", ["drop", "error"])
def test_a_word_that_is_a_class_lacks_nothing(missing: str, tmp_path: Path) -> None:
    table(tmp_path / "a.csv", [["a", "land"], [1, "NA"], [2, "EU"], [3, "NA"]])
    arguments = {"file": "a.csv", "labels": "land", "missing": missing, "categories": {"land": ["EU", "NA"]}}
    found = loaded("csv", arguments, place_of(tmp_path))
    assert found.train["land"].tolist() == [1, 0, 1]


def test_a_label_that_is_not_there_is_a_fault_unless_dropped(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", GAPS)
    with pytest.raises(DataError) as caught:
        known("csv", {"file": "a.csv", "labels": "y"}, place_of(tmp_path))
    assert caught.value.message == "'a.csv' lacks a value in row 3"
    assert (
        caught.value.help == "`missing: drop` leaves such rows out; if 'NA' is a class, `categories` lists it"
    )


@pytest.mark.parametrize("argument", ["labels", "separate", "features"])
def test_a_column_that_is_not_there_is_said_where_it_is_named(argument: str, tmp_path: Path) -> None:
    table(tmp_path / "a.csv", WINES)
    with pytest.raises(DataError) as caught:
        known("csv", {"file": "a.csv", "labels": "kind", argument: ["none"]}, place_of(tmp_path))
    assert caught.value.path == (argument,)


def test_of_a_long_table_the_beginning_is_known(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["a", "b", "kind"],
        *([i, i / 7, "even" if i % 2 == 0 else "odd"] for i in range(30_000)),
    ]
    table(tmp_path / "a.csv", rows)
    arguments = {"file": "a.csv", "labels": "kind"}
    facts = known("csv", arguments, place_of(tmp_path))
    assert facts is not None
    assert (facts.examples, facts.columns["features"].range, facts.columns["kind"].classes) == (
        None,
        None,
        None,
    )
    agree(facts, loaded("csv", arguments, place_of(tmp_path)))
    facts = known("csv", {**arguments, "categories": {"kind": ["even", "odd"]}}, place_of(tmp_path))
    assert facts is not None and facts.columns["kind"].classes == 2


def test_a_long_table_may_turn_out_otherwise(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", [["a", "y"], *([i, i] for i in range(60_000)), [1, "a half"]])
    _rule, message = refusal("csv", {"file": "a.csv", "labels": "y"}, place_of(tmp_path), load=True)
    assert message == "column `y` has 'a half' further down, and its first rows are int64"


@pytest.mark.parametrize(
    ("rows", "arguments", "message"),
    [
        ([], {}, "'a.csv' is empty"),
        ([["a", "b"]], {}, "'a.csv' has no rows"),
        ([["a", "a"], [1, 2]], {}, "'a.csv' has two columns `a`"),
        ([["a", "b"], [1, 2, 3]], {}, "'a.csv' has 3 values in row 2, and 2 columns"),
        ([["a", "b"], [1, "two"]], {}, "'a.csv' has no number, but 'two', in row 2 of column `b`"),
        ([["a", "b"], [1, "1e999"]], {}, "'a.csv' has no number, but '1e999', in row 2 of column `b`"),
        ([["a", "b"], [1, 2]], {"labels": "c"}, "there is no column `c` in 'a.csv'"),
        ([["a", "b"], [1, 2]], {"features": ["A"]}, "there is no column `A` in 'a.csv'"),
    ],
)
def test_tables_that_cannot_be_used(
    rows: Any, arguments: dict[str, Any], message: str, tmp_path: Path
) -> None:
    table(tmp_path / "a.csv", rows)
    assert refusal("csv", {"file": "a.csv", **arguments}, place_of(tmp_path)) == ("data-source", message)


def test_words_of_the_test_part_must_be_classes(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", WINES)
    table(tmp_path / "b.csv", [*WINES, [1, 2, "orange"]])
    arguments = {"file": "a.csv", "test": "b.csv", "labels": "kind"}
    assert (
        refusal("csv", arguments, place_of(tmp_path), load=True)[1]
        == "column `kind` has 'orange', which is no class"
    )
