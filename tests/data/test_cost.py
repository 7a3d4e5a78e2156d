"""What a spec with data, or without, makes `validate` import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MODEL = """\
specgraph: 1
inputs: {image: [8, 8, 1]}
layers: [Flatten, {Dense: {units: 10, activation: softmax}}]
compile: {loss: sparse_categorical_crossentropy}
"""
HOMES = ("arrays", "csv_source", "image_folder", "hubs", "plugin", "steps", "step_catalog")


@pytest.mark.parametrize(
    ("more", "unwanted"),
    [
        ("", ("specgraph.data", "specgraph.training", "specgraph.graph.train", "specgraph.graph.feed")),
        ("train: {data: digits}\n", ("numpy", "csv", "zipfile", *(f"specgraph.data.{one}" for one in HOMES))),
    ],
    ids=["without", "with"],
)
def test_a_spec_pays_for_the_data_that_it_names(more: str, unwanted: tuple[str, ...], tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(MODEL + more)
    code = (
        "import sys\nfrom specgraph.cli import main\n"
        f"assert main(['validate', {str(spec)!r}]) == 0\n"
        f"print(*[name for name in {unwanted!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
