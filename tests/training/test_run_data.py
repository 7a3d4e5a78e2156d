"""A run and its data: read where they were, or not needed any more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specgraph
from specgraph.cli import main

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Keras writes weights so, with numpy 2."""


def test_a_runs_data_are_read_where_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """From the folder of its spec, if that is within the current one or `--root`: a run may be a stranger's."""
    specs, other = tmp_path / "specs", tmp_path / "other"
    specs.mkdir()
    other.mkdir()
    rows = np.random.default_rng(0).random((40, 2)).round(3).tolist()
    (specs / "d.csv").write_text("a,b\n" + "".join(f"{a},{b}\n" for a, b in rows))
    (specs / "s.yaml").write_text(
        "specgraph: 1\ninputs: {x: [1]}\nlayers: [{Dense: {name: b, units: 1}}]\ncompile: {loss: mse}\n"
        "train: {data: {csv: {file: d.csv, labels: [b]}}, epochs: 1}\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["train", "specs/s.yaml", "--quiet", "--out", "runs/r"]) == 0
    assert main(["evaluate", "runs/r"]) == 0
    assert "held-out data" in capsys.readouterr().out
    monkeypatch.chdir(other)
    assert main(["evaluate", "../runs/r"]) == 1
    assert "cannot read 'd.csv'" in capsys.readouterr().err
    assert main(["evaluate", "../runs/r", "--root", ".."]) == 0
    settings = json.loads((tmp_path / "runs/r/run.json").read_text())
    for odd in ("\0", 3, None, "/", "nowhere"):
        (tmp_path / "runs/r/run.json").write_text(json.dumps({**settings, "folder": odd}))
        assert main(["evaluate", "../runs/r", "--root", ".."]) == 1


TABLE = """\
specgraph: 1
inputs: {features: [2]}
layers: [{Dense: {name: y, units: 1}}]
compile: {optimizer: adam, loss: mse}
train:
  data: {source: {csv: {file: d.csv, labels: [y]}}, steps: {features: [normalize]}}
  epochs: 1
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a run whose data are gone."""
    monkeypatch.chdir(tmp_path)
    rows = np.random.default_rng(0).normal(5.0, 3.0, (40, 3)).round(3).tolist()
    Path("d.csv").write_text("a,b,y\n" + "".join(f"{a},{b},{y}\n" for a, b, y in rows))
    Path("s.yaml").write_text(TABLE)
    specgraph.train("s.yaml", folder="run", quiet=True)
    return tmp_path


def test_a_model_is_asked_without_the_data_that_it_was_trained_on(table: Path, capsys: Any) -> None:
    given = {"features": np.array([[1.0, 2.0], [3.0, 4.0]], "float32")}
    before = specgraph.predict("run", given)["y"]
    Path("d.csv").rename("gone.csv")
    np.testing.assert_array_equal(specgraph.predict("run", given)["y"], before)
    found = specgraph.evaluate("run", "gone.csv").figures
    assert main(["evaluate", "run"]) == 1
    assert "cannot read 'd.csv'" in capsys.readouterr().err
    Path("gone.csv").rename("d.csv")
    assert specgraph.evaluate("run", "d.csv").figures == found


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.pop("told"),
        lambda said: said.update(told=[3]),
        lambda said: next(iter(said["told"].values())).update(labels=7),
        lambda said: next(iter(said["told"].values()))["columns"]["y"].update(shape=[-1]),
        lambda said: next(iter(said["told"].values()))["columns"]["y"].update(dtype="object"),
        lambda said: next(iter(said["told"].values()))["columns"]["y"].update(range=["a", 3]),
    ],
)
def test_what_a_run_says_of_its_data_may_be_anything(table: Path, change: Any) -> None:
    settings = json.loads(Path("run/run.json").read_text())
    change(settings)
    Path("run/run.json").write_text(json.dumps(settings))
    Path("d.csv").unlink()
    with pytest.raises(specgraph.SpecError, match="cannot read"):
        specgraph.predict("run", {"features": np.ones((1, 2), "float32")})


@pytest.mark.parametrize(
    "moments",
    [None, 3, {"phase_1": 3}, {"phase_1": {"features": []}}, {"phase_1": {"features": [[["x"], [1.0]]]}}],
)
def test_moments_that_are_none_are_found_in_the_data(table: Path, moments: Any) -> None:
    given = {"features": np.ones((1, 2), "float32")}
    before = specgraph.predict("run", given)["y"]
    settings = json.loads(Path("run/run.json").read_text())
    Path("run/run.json").write_text(json.dumps({**settings, "moments": moments}))
    np.testing.assert_allclose(specgraph.predict("run", given)["y"], before, rtol=1e-6)
