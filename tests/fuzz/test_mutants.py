"""Mutated specs through the whole way: no traceback, places within the text, short and clean output.

400 mutants by default; 20,000 with `SPECGRAPH_FUZZ=long`, or 400 times a number. `hunt.py` beside this
file takes any range, groups what it finds, and names the slowest.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hunt import one
from mutants import VALUES, corpus, mutant
from pipeline import MOST, check

from specgraph.cli import main

ASKED = os.environ.get("SPECGRAPH_FUZZ", "1")
ROUNDS = 20_000 if not ASKED.isdigit() else 400 * int(ASKED)
PARTS = 20

FOUND = [
    "specgraph: 1\ninputs: {x: {shape: [4], dtype: string}}\nlayers: [Dense: {units: 1, dtype: []}]\n",
    "specgraph: 1\ninputs: {x: [4]}\nlayers: [Add: {dtype: {}, from: [x, x]}]\n",
    "specgraph: 1\ninputs: {x: {shape: [3, {a: 1}], dtype: bool}}\nlayers: [GlobalMaxPooling1D: {name: x}]\n",
    "specgraph: 1\ninputs: {a: [8], b: [8]}\nlayers: [reuse: {layer: r}]\n",
    "specgraph: 1\ninputs: {x: [4, 2], y: [3]}\nlayers: [Sampling]\n",
    "specgraph: 1\ninputs: {x: [4, 2], y: [3]}\nlayers: [Sampling: {from: [x, y]}]\n",
    "specgraph: 1\ninputs: {x: [4]}\nlayers: [ops.amax, Rescaling: {scale: [4]}]\n",
    "specgraph: 1\ninputs: {x: [4]}\nlayers: [reuse: {from: {a: x}, layer: a}, Dense: {units: 1}]\n",
    "specgraph: 1\ninputs: {x: [4]}\nlayers: [ops.vdot, ops.all, ops.reshape: {newshape: [2, 1, 2]}]\n",
    "specgraph: 1\ninputs: {x: [9]}\nlayers: [ops.imag, ops.nanargmin, ops.reshape: {newshape: [4, 4]}]\n",
    "specgraph: 1\ninputs: {a: [5], b: [5]}\nlayers: []\n",
    "specgraph: 1\ninputs: {x: [4]}\nlayers: [repeat: {from: r, times: 2, layers: []}, Flatten]\n",
    "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense: {units: $$x}]\n",
    "specgraph: 1\ninputs: {x: [10]}\nlayers: [Dense: {units: 96}, Reshape: {target_shape: [-1, 0]}]\n",
]
"""What hunts have found, reduced."""


@pytest.mark.parametrize("text", FOUND)
def test_what_was_found_once(text: str) -> None:
    assert not check(text).ok


@pytest.mark.parametrize("part", range(PARTS))
def test_mutants(part: int) -> None:
    for number in range(part, ROUNDS, PARTS):
        text, params = one(number)
        try:
            check(text, params)
        except Exception as error:
            error.add_note(f"mutant {number}, params {params}:\n{text}")
            raise


def test_the_same_number_is_the_same_mutant() -> None:
    assert [one(i) for i in range(20)] == [one(i) for i in range(20)]


def test_most_mutants_get_past_the_reader() -> None:
    rules = [{d.code.rule for d in check(one(number)[0]).diagnostics} for number in range(400)]
    assert sum("syntax" in found for found in rules) < 200
    assert sum(not found for found in rules) > 3
    assert len(set().union(*rules)) > 20


@pytest.mark.parametrize("text", corpus()[:40])
def test_every_start_is_fit_for_the_whole_way(text: str) -> None:
    check(text)


@pytest.mark.parametrize("number", range(40))
def test_commands_on_mutants(number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(-number)
    file = tmp_path / "s.yaml"
    file.write_text(mutant(rng), encoding="utf-8", errors="surrogatepass")
    for command in (["validate"], ["summary"]):
        for output in ("text", "json", "github"):
            extra = ["--set", f"width={rng.choice(VALUES)}"] if rng.random() < 0.3 else []
            code = main([*command, str(file), "--output-format", output, *extra])
            said = "".join(capsys.readouterr())
            assert code in (0, 1)
            assert "a fault of specgraph" not in said
            assert len(said.encode()) < MOST
