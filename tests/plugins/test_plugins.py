"""Layers of an installed package: there for whoever names it, and for nobody else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import specgraph
from specgraph.cli import main
from specgraph.plugins import settings

EXAMPLE = Path(__file__).parent / "example"
SPEC = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Dense: {units: 3}, AcmeScale: {start: 2.0}]\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The example package, installed by pip into a folder of its own that is put on the path."""
    source = tmp_path_factory.mktemp("source") / "example"
    shutil.copytree(EXAMPLE, source)
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--target", str(target), str(source)], check=True, capture_output=True)
    sys.path.insert(0, str(target))
    yield target
    sys.path.remove(str(target))
    for name in [name for name in sys.modules if name.startswith("acme_layers")]:
        del sys.modules[name]


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(SPEC)
    return "s.yaml"


def test_a_spec_alone_gets_nothing(installed: Path) -> None:
    [found] = specgraph.analyze(SPEC).diagnostics
    assert (found.code.rule, found.message) == ("unknown-layer-or-key", "there is no layer `AcmeScale`")
    assert "acme_layers" not in sys.modules


def test_whoever_names_the_plugin_gets_its_layers(installed: Path) -> None:
    analysis = specgraph.analyze(SPEC, plugins=["acme"])
    assert not analysis.diagnostics
    assert analysis.models["model"].parameters() == (15 + 3, 0)
    assert "acme_layers.layers" not in sys.modules  # no Keras to analyse
    assert not specgraph.analyze(SPEC).ok  # and the next spec gets nothing again


def test_its_arguments_are_checked(installed: Path) -> None:
    [found] = specgraph.analyze(SPEC.replace("2.0", "-1"), plugins=["acme"]).diagnostics
    assert found.message == "`start` must be a number, more than 0, not -1"


@pytest.mark.filterwarnings("default")
def test_its_layers_are_built_saved_and_loaded(installed: Path, tmp_path: Path) -> None:
    import keras

    model = specgraph.build(SPEC, plugins=["acme"])
    assert not isinstance(model, dict)
    assert type(model.layers[-1]).__name__ == "AcmeScale"
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    assert (again.get_weights()[-1] == 2).all()


def test_from_the_command_line(installed: Path, spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", spec]) == 1
    assert main(["validate", spec, "--plugin", "acme"]) == 0
    Path("pyproject.toml").write_text('[tool.specgraph]\nplugins = ["acme"]\n')
    capsys.readouterr()
    assert main(["summary", spec]) == 0
    assert "AcmeScale" in capsys.readouterr().out


def test_the_settings_of_the_specs_folder_say_nothing(
    installed: Path, spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("sub").mkdir()
    Path("sub/s.yaml").write_text(SPEC)
    Path("sub/pyproject.toml").write_text('[tool.specgraph]\nplugins = ["acme"]\n')
    assert main(["validate", "sub/s.yaml"]) == 1


@pytest.mark.parametrize(
    ("plugin", "words"),
    [("acne", "no plugin 'acne' is installed; there are acme"), ("", "no plugin '' is installed")],
)
def test_a_plugin_that_is_not_there(
    installed: Path, spec: str, plugin: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", spec, "--plugin", plugin]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "[tool.specgraph]\nplugins = 'acme'",
        "[tool.specgraph]\nplugins = [1]",
        "[tool]\nspecgraph = 3",
        "[tool.specgraph",
    ],
)
def test_settings_at_fault(text: str) -> None:
    with pytest.raises(specgraph.PluginError):
        settings(text.encode())


def test_settings_without_plugins() -> None:
    assert settings(b"[tool.ruff]\nx = 1 # specgraph") == settings(b"") == []


def broken(folder: Path, entry: str, code: str) -> None:
    (folder / "bad_layers.py").write_text(code)
    info = folder / "bad_layers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-layers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[specgraph.layers]\nbad = {entry}\n")


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ("bad_layers", "1 / 0", "cannot be imported: division by zero"),
        ("bad_layers:nothing", "", "cannot be imported"),
        ("bad_layers", "LAYERS = [3]", "is no tuple of rows"),
        ("bad_layers", "x = 1", "is no tuple of rows"),
        ("bad_layers", "from specgraph.layers.core import LAYERS", "which there is already"),
    ],
)
def test_a_plugin_at_fault(
    entry: str, code: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(tmp_path, entry, code)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "bad_layers", raising=False)
    with pytest.raises(specgraph.PluginError, match=words):
        specgraph.analyze(SPEC, plugins=["bad"])
    sys.modules.pop("bad_layers", None)


DATA = """\
specgraph: 1
inputs: {point: [2]}
layers: [Dense: {units: 2, activation: softmax}]
compile: {loss: sparse_categorical_crossentropy}
train: {data: {plugin: %s}}
"""


@pytest.mark.parametrize(
    ("arguments", "rule", "message"),
    [
        ("{name: acme, arguments: {points: 1}}", "bad-param", "must be an integer of at least 2, not 1"),
        ("{name: acme, arguments: {point: 9}}", "unknown-layer-or-key", "spirals has no argument 'point'"),
        ("{name: acme, source: spiral}", "data-source", "plugin `acme` has no source `spiral`"),
        ("{name: other}", "data-source", "plugin `other` is not allowed, and its code is not run"),
    ],
)
def test_arguments_of_a_plugin_s_data_are_checked(
    installed: Path, arguments: str, rule: str, message: str
) -> None:
    [found] = specgraph.analyze(DATA % arguments, plugins=["acme"]).diagnostics
    assert (found.code.rule, found.message) == (rule, message)


def test_data_of_a_plugin_is_there_for_whoever_names_it(installed: Path, tmp_path: Path) -> None:
    from specgraph.data.source import Place
    from specgraph.training.batches import examples

    text = DATA % "{name: acme, arguments: {points: 30}}"
    [found] = specgraph.analyze(text).diagnostics
    assert found.message == "plugin `acme` is not allowed, and its code is not run"
    analysis = specgraph.analyze(text, plugins=["acme"])
    assert analysis.ok
    assert analysis.document is not None and analysis.document.training is not None
    feed = analysis.document.training.phases[0].feed
    assert feed is not None and feed.facts is not None and feed.facts.examples == 30
    train, held_out = examples(feed, Place.of(None, None, plugins=["acme"]))
    assert (train.count, held_out) == (30, None)
    arrays = train.arrays()
    assert arrays is not None and arrays[0]["point"].shape == (30, 2)


def test_a_plugin_with_data_alone_is_no_fault(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    def entry_points(group: str) -> object:
        return () if group == "specgraph.layers" else original(group=group)

    original = metadata.entry_points
    monkeypatch.setattr(metadata, "entry_points", entry_points)
    assert specgraph.analyze(DATA % "{name: acme}", plugins=["acme"]).ok
