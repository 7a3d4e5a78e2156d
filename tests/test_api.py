"""The public functions, and what they do not import."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import specgraph

SPECS = Path(__file__).parents[1] / "specs"
COMMANDS = (
    ["validate", str(SPECS / "cnn.yaml")],
    ["summary", str(SPECS / "vae.yaml")],
    ["explain", "E09"],
    ["--help"],
)


@pytest.mark.filterwarnings("default")
def test_the_docstrings_are_true() -> None:
    from specgraph.report import summary

    for module in (specgraph, summary):
        assert doctest.testmod(module).failed == 0


def test_the_public_names_are_there() -> None:
    for name in specgraph.__all__:
        assert getattr(specgraph, name).__doc__, name
    assert set(specgraph.__all__) < set(dir(specgraph))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = specgraph.nothing


@pytest.mark.filterwarnings("default")
def test_our_layers_load_in_a_fresh_process(tmp_path: Path) -> None:
    models = specgraph.build(SPECS / "vae.yaml")
    assert isinstance(models, dict)
    models["vae"].save(tmp_path / "vae.keras")
    code = (
        "import keras, specgraph.custom_layers\n"
        f"model = keras.models.load_model({str(tmp_path / 'vae.keras')!r})\n"
        "assert model.count_params() == 32804, model.count_params()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.filterwarnings("default")
def test_build_gives_a_mapping_for_several_models() -> None:
    models = specgraph.build(SPECS / "gan.yaml")
    assert isinstance(models, dict) and set(models) == {"generator", "discriminator"}


def test_build_raises_with_the_diagnostics() -> None:
    with pytest.raises(specgraph.SpecError, match="E23 missing-argument"):
        specgraph.build("specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense]\n")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_keras_is_imported(command: list[str]) -> None:
    code = (
        "import sys\nfrom specgraph.cli import main\n"
        f"try:\n    code = main({command!r})\nexcept SystemExit as end:\n    code = end.code\n"
        "assert not code, code\n"
        "assert not {'keras', 'tensorflow', 'numpy'} & set(sys.modules), sorted(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
