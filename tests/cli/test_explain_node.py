"""`specgraph explain NODE FILE`: where each value came from, and how the shape follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from specgraph.cli import main

SPEC = """\
specgraph: 1
params: {width: 8, rate: {type: float, default: 0.5}}
variants: {tiny: {width: 2}}
blocks:
  pair:
    params: {units: int, wide: "${units * 2}"}
    layers:
      - Dense: {name: a, units: $wide, activation: relu}
inputs: {x: [4]}
layers:
  - pair: {units: "${width + 1}"}
  - Dropout: {rate: $rate}
  - repeat: {for: {u: [3, 5]}, layers: [Dense: {units: $u}]}
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(SPEC)
    return "s.yaml"


def explained(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(["explain", *argv]) == 0
    return capsys.readouterr().out


def test_a_value_is_followed_through_blocks(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = explained(capsys, "pair.a", spec)
    assert "`pair` is used here: s.yaml:11:5" in text
    assert "units = 18" in text
    assert (
        '`$wide` at s.yaml:8:33; `wide` is 18 (its default `"${units * 2}"` at s.yaml:6:32; `units` is 9 (given '
        in text
    )
    assert "`width` is 8 (its default at s.yaml:2:17)" in text
    assert "use_bias = true" in text and "the layer's default" in text
    assert "reads (batch, 4) float32 from x" in text
    assert "gives (batch, 18) float32" in text
    assert "has   kernel (4, 18): 72 values" in text


def test_set_and_variants_are_named(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "`rate` is 0.25 (--set)" in explained(capsys, "dropout", spec, "--set", "rate=0.25")
    assert "units = 6" in explained(capsys, "pair.a", spec, "--variant", "tiny")
    assert "`u` is 5 (a repeat's value at s.yaml:13:27)" in explained(capsys, "repeat.1.dense", spec)


def test_a_default_that_follows_from_another_param(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("s.yaml").write_text(
        SPEC.replace("width: 8,", "base: 4, width: '${base * 2}',").replace("{width: 2}", "{base: 1}")
    )
    text = explained(capsys, "pair.a", spec, "--variant", "tiny")
    assert (
        "`width` is 2 (its default `'${base * 2}'` at s.yaml:2:26; `base` is 1 (variant tiny at s.yaml:3:25))"
        in text
    )


def test_an_import_is_named(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("m.yaml").write_text(
        "specgraph: 1\nparams: {w: 3}\nimports: {s: {file: s.yaml, params: {width: $w}}}\ninputs: {x: [4]}\n"
        "layers: [s.pair: {units: $s.width}]\n"
    )
    text = explained(capsys, "pair.a", "m.yaml")
    assert (
        "`s.width` is 3 (given by the import `$w` at m.yaml:3:45; `w` is 3 (its default at m.yaml:2:13))"
        in text
    )


def test_an_unknown_node(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "drpout", spec]) == 2
    assert "did you mean `dropout`?" in capsys.readouterr().err


def test_a_faulty_spec_is_explained_as_far_as_it_goes(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(spec).write_text(SPEC.replace("rate: $rate", "rate: 3"))
    assert main(["explain", "pair.a", spec]) == 1
    out = capsys.readouterr()
    assert "units = 18" in out.out and "E19" in out.err
