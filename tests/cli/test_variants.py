"""`specgraph summary --variants`: what each variant costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specgraph.cli import main

SPECS = Path(__file__).parents[2] / "specs"


def test_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", str(SPECS / "gpt.yaml"), "--variants"]) == 0
    head, default, large = capsys.readouterr().out.splitlines()
    assert head.split() == ["variant", "parameters", "trainable", "FLOPs", "weights", "activations"]
    assert default.split()[:2] == ["(default)", "875,264"]
    assert large.split()[:2] == ["gpt2", "124,439,808"]


def test_as_json_with_open_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", str(SPECS / "unet.yaml"), "--variants", "--output-format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["variants"]
    assert list(found) == ["(default)", "tiny"]
    assert found["tiny"]["unet"]["parameters"] < found["(default)"]["unet"]["parameters"] == 31_031_810
    assert "H" in found["tiny"]["unet"]["flops"]


def test_a_variant_at_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "s.yaml"
    spec.write_text(
        "specgraph: 1\nparams: {n: 2}\nvariants: {bad: {n: -1}}\ninputs: {x: [4]}\nlayers: [Dense: {units: $n}]\n"
    )
    assert main(["summary", str(spec), "--variants"]) == 1
    assert "E19" in capsys.readouterr().err


def test_standard_input_cannot_be_read_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "-", "--variants"]) == 2
    assert "several times" in capsys.readouterr().err
