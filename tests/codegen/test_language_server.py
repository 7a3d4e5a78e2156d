"""The schema in use: what the YAML language server of most editors makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from language_server import LanguageServer, UnavailableError

from specgraph.codegen.schema import PATH, schema
from specgraph.resolve.keys import BLOCK as BLOCK_KEYS
from specgraph.resolve.keys import REPEAT as REPEAT_KEYS
from specgraph.resolve.keys import WHEN as WHEN_KEYS
from specgraph.vocabulary import ALIASES, ROWS

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.yaml"))
MODELINE = f"# yaml-language-server: $schema={PATH.as_uri()}\n"
HEAD = f"{MODELINE}specgraph: 1\ninputs: {{x: [8, 8, 3]}}\nlayers:\n"
TEXTS = {name: one["description"] for name, one in schema()["definitions"].items() if name in ROWS}
ITEMS = [name for name, row in ROWS.items() if not row.nested_only]


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageServer]:
    try:
        server = LanguageServer()
    except UnavailableError as error:
        pytest.skip(f"no YAML language server: {error}")
    with server:
        yield server


@pytest.mark.parametrize("before", [HEAD, f"{HEAD}  - Flatten\n"], ids=["first", "second"])
def test_all_layers_are_offered(server: LanguageServer, before: str) -> None:
    offered = server.open(f"{before}  - ").complete()
    assert set(ITEMS) <= set(offered)
    assert not set(ALIASES) & set(offered)


def test_models_are_offered_them_too(server: LanguageServer) -> None:
    models = f"{MODELINE}specgraph: 1\nmodels:\n  m:\n    inputs: {{x: [4]}}\n    layers:\n      - "
    assert set(ITEMS) <= set(server.open(models).complete())


def test_a_layer_comes_with_what_it_needs(server: LanguageServer) -> None:
    offered = server.open(f"{HEAD}  - ").complete()
    assert offered["Conv2D"].split() == ["Conv2D:", "filters:", "$1", "kernel_size:", "$2"]


def test_arguments_and_their_values_are_offered(server: LanguageServer) -> None:
    offered = server.open(f"{HEAD}  - Dense:\n      units: 3\n      ").complete()
    assert set(ROWS["Dense"].fields()) - {"units"} | {"name", "from", "dtype", "trainable"} == set(offered)
    assert "relu" in server.open(f"{HEAD}  - Dense:\n      activation: ").complete()
    assert "he_normal" in server.open(f"{HEAD}  - Dense:\n      kernel_initializer: ").complete()
    assert "LSTM" in server.open(f"{HEAD}  - Bidirectional:\n      layer:\n        L").complete()


SLIPS = {
    "Dense: {units: 3, activaton: relu}": [("activaton", "Property activaton is not allowed.")],
    "Dense: {units: 0}": [("0", "Value is below the minimum of 1.")],
    "Dense: {units: many}": [("many", 'Incorrect type. Expected "integer".')],
    "Dense: {}": [("Dense", 'Missing property "units".')],
    "Dense: {units: 1, kernel_initializer: {Zeros: {valu: 1}}}": [("valu", "Property valu is not allowed.")],
    "Dense: {units: 1, kernel_initializer: {Zero: {}}}": [("Zero", "Property Zero is not allowed.")],
    "TimeDistributed: {layer: {Dense: {units: 1, nme: x}}}": [("nme", "Property nme is not allowed.")],
    "LSTM: {units: 1, from: {sequences: x, stat: y}}": [("stat", "Property stat is not allowed.")],
    "Conv2d: {filters: 3, kernel_size: 3}": [("Conv2d", "Property Conv2d is not allowed.")],
    "repeat: {times: 2, layers: [Dense: {units: 1, nme: x}]}": [("nme", "Property nme is not allowed.")],
    "branch: {main: [Conv2d: {filters: 3}]}": [("Conv2d", "Property Conv2d is not allowed.")],
    "when: {if: $wide, layer: [], else: []}": [("layer", "Property layer is not allowed.")],
    "Dense: {units: $n, kernel_initializer: $i}\n  - MaxPool2D\n  - Flatten:": [],
}


def test_a_slip_is_told_once_and_at_its_place(server: LanguageServer) -> None:
    texts = {f"file:///slips/{i}.yaml": f"{HEAD}  - {items}\n" for i, items in enumerate(SLIPS)}
    found = [document.faults() for document in server.open_all(texts)]
    assert dict(zip(SLIPS, found, strict=True)) == SLIPS


def test_a_slip_in_a_bare_name_is_one_fault(server: LanguageServer) -> None:
    [(place, message)] = server.open(f"{HEAD}  - Flaten\n").faults()
    assert place == "Flaten" and "Flatten" in message


def test_hover_shows_the_text_of_that_layer_alone(server: LanguageServer) -> None:
    names = ["Dense", "Conv2D", "LSTM", "Bidirectional", "MaxPooling2D"]
    items = "Dense: {units: 1}\n  - Conv2D: {filters: 1, kernel_size: 3}\n  - LSTM: {units: 1}\n"
    items += "  - Bidirectional: {layer: {GRU: {units: 3}}}\n  - MaxPooling2D\n  - Flatten\n"
    document = server.open(f"{HEAD}  - {items}")
    assert not document.faults()
    assert {name: document.hover(name) for name in names} == {name: TEXTS[name] for name in names}


def test_blocks_know_layers_and_let_other_names_be(server: LanguageServer) -> None:
    head = f"{MODELINE}specgraph: 1\nblocks:\n  b:\n    layers:\n      - "
    assert set(ITEMS) <= set(server.open(head).complete())
    assert server.open(f"{head}res.block\n      - c: {{any: 1}}\n").faults() == []
    slip = f"{head}Dense: {{units: 1, nme: x}}\n"
    assert server.open(slip).faults() == [("nme", "Property nme is not allowed.")]
    used = f"{slip}inputs: {{x: [4]}}\nlayers:\n  - b: {{any: 1}}\n  - Dense: {{unit: 1, units: 1}}\n"
    assert [place for place, _ in server.open(used).faults()] == ["nme", "unit"]


BLOCK = f"{MODELINE}specgraph: 1\nblocks:\n  b:\n    params: {{n: int}}\n"
REPEAT = f"{HEAD}  - repeat:\n      times: 2\n"


def test_keys_of_blocks_and_control_forms_are_offered(server: LanguageServer) -> None:
    assert set(BLOCK_KEYS) - {"params"} <= set(server.open(f"{BLOCK}    ").complete())
    assert set(REPEAT_KEYS) - {"times"} <= set(server.open(f"{REPEAT}      ").complete())
    assert set(WHEN_KEYS) <= set(server.open(f"{HEAD}  - when:\n      ").complete())
    assert {"repeat", "branch", "when", "reuse"} <= set(server.open(f"{HEAD}  - ").complete())
    assert {"int", "float", "bool", "str", "list"} <= set(
        server.open(f"{BLOCK[:-10]}\n      n:\n        type: ").complete()
    )


@pytest.mark.parametrize(
    "head",
    [
        f"{REPEAT}      layers:\n        - ",
        f"{BLOCK}    layers:\n      - repeat:\n          times: $n\n          layers:\n            - ",
    ],
    ids=["model", "block"],
)
def test_layers_within_a_repeat_are_offered_and_hovered(server: LanguageServer, head: str) -> None:
    assert set(ITEMS) | {"repeat", "branch"} <= set(server.open(head).complete())
    document = server.open(f"{head}Dense: {{units: 3}}\n")
    assert document.faults() == []
    assert document.hover("Dense") == TEXTS["Dense"]
    assert [place for place, _ in server.open(f"{head}Dense: {{units: 3, unitz: 4}}\n").faults()] == ["unitz"]


def test_hover_over_keys_of_blocks_and_repeats_says_what_they_are_for(server: LanguageServer) -> None:
    document = server.open(
        f"{BLOCK}    shared: true\n    layers:\n      - repeat: {{times: $n, index: i, layers: [ReLU]}}\n"
    )
    assert "one set of weights" in document.hover("shared")
    assert "counts the rounds" in document.hover("index")
    assert "How many rounds" in document.hover("times")


BLOCK_SLIPS = {
    "b:\n    layrs: [ReLU]\n": ["layrs", "b"],
    "b:\n    shared: 3\n    layers: [ReLU]\n": ["3"],
    "b:\n    params: {n: {typ: int, default: 3}}\n    layers: [ReLU]\n": ["typ"],
    "b:\n    layers: [repeat: {tims: 2, times: 2, layers: [ReLU]}]\n": ["tims"],
    "b:\n    layers: [repeat: {times: -1, layers: [ReLU]}]\n": ["-1"],
    "b:\n    layers: [repeat: {for: {n: [1, 2]}, index: 3, layers: [ReLU]}]\n": ["3"],
    "b:\n    layers: [repeat: {times: $n, layers: [branch: {a: [Dense: {unit: 1, units: 1}], b: []}, Add]}]\n": [
        "unit"
    ],
    "b:\n    params: {n: int}\n    outputs: [a, b]\n    layers: [other: {anything: 1}, third.block]\n": [],
}


def test_slips_in_blocks_and_repeats_are_told_at_their_places(server: LanguageServer) -> None:
    texts = {
        f"file:///blocks/{i}.yaml": f"{MODELINE}specgraph: 1\nblocks:\n  {text}"
        for i, text in enumerate(BLOCK_SLIPS)
    }
    found = [[place for place, _ in document.faults()] for document in server.open_all(texts)]
    assert {text: sorted(places) for text, places in zip(BLOCK_SLIPS, found, strict=True)} == {
        text: sorted(places) for text, places in BLOCK_SLIPS.items()
    }


def test_hover_over_arguments_shows_what_they_take(server: LanguageServer) -> None:
    document = server.open(f"{HEAD}  - Conv2D: {{filters: $n, kernel_size: 3, strides: [1, 2]}}\n")
    assert document.hover("kernel_size") == "A positive integer, or a list of 2 positive integers."
    assert document.hover("strides") == "A positive integer, or a list of 2 positive integers. Default: 1."
    assert document.hover("filters") == "#### param\n\nA positive integer."


def test_shipped_specs_are_clean_by_their_own_first_line(server: LanguageServer) -> None:
    shipped = {path.as_uri(): path.read_text(encoding="utf-8") for path in SPECS}
    assert {document.uri: document.faults() for document in server.open_all(shipped)} == {
        uri: [] for uri in shipped
    }
    slips = {
        f"{uri}.yaml": text.replace("specgraph: 1", "specgraph: 1\nword: 2", 1)
        for uri, text in shipped.items()
    }
    for document in server.open_all(slips):
        assert document.faults() == [("word", "Property word is not allowed.")], document.uri
