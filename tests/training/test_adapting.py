"""Layers that training adapts: what it finds is what Keras finds, the run keeps it, and what cannot be is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import specgraph
from specgraph.analysis import analyze, analyze_file
from specgraph.cli import main
from specgraph.data.source import Place
from specgraph.training.errors import TrainError

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.tensorflow]

TAIL = "compile: {optimizer: adam, loss: mse}\ntrain: {data: {npz: {file: d.npz}}, epochs: 1, validation: 0.25}\n"
WORDS = ["a good film", "a bad film", "good good fun", "so bad, so sad"] * 10
NUMBERS = np.random.default_rng(0).normal(3.0, 2.0, (40, 4)).astype("float32")


def here() -> Place:
    return Place.of(Path("s.yaml"), None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    y = np.zeros((40, 1), "float32")
    np.savez(
        "d.npz", text=np.array(WORDS).reshape(40, 1), x=NUMBERS, ids=np.arange(40).reshape(40, 1) % 7, y=y
    )
    return tmp_path


def trained(text: str, **settings: Any) -> dict[str, Any]:
    """The arguments, by layer, of the spec that the run keeps."""
    Path("s.yaml").write_text(text, encoding="utf-8")
    specgraph.train("s.yaml", folder="run", quiet=True, **settings)
    analysis = analyze_file(Path("run/spec.yaml"), place=here())
    assert analysis.ok
    return {
        node.name: dict(node.args.given_values())
        for model in analysis.all_models.values()
        for node in model.graph.nodes.values()
        if node.args is not None
    }


def part(values: Any, seed: int = 0) -> Any:
    """The examples trained on."""
    from specgraph.training.phases import load

    analysis = analyze_file(Path("s.yaml"))
    training = analysis.document.training  # type: ignore[union-attr]
    assert training is not None
    data = load(
        training.phases[0], training.validation, seed, Place.of(Path("s.yaml"), None), analysis.all_models
    )
    [batch] = data.train.batches(1000, arrange=lambda inputs, targets: inputs).as_numpy_iterator()
    return batch[values]


TEXT = """\
specgraph: 1
inputs: {{text: {{shape: [1], dtype: string}}}}
layers:
  - TextVectorization: {{name: words, {args}}}
{rest}  - Dense: {{name: y, units: 1}}
"""
COUNTED = "max_tokens: 9, pad_to_max_tokens: true, output_mode: "


@pytest.mark.parametrize("mode", ["int", "multi_hot", "count", "tf_idf"])
def test_words(mode: str, folder: Path) -> None:
    if mode == "int":
        args, rest = (
            "output_sequence_length: 4",
            "  - Embedding: {input_dim: 20, output_dim: 2}\n  - Flatten\n",
        )
    else:
        args, rest = COUNTED + mode, ""
    found = trained(TEXT.format(args=args, rest=rest) + TAIL)["words"]
    layer = keras.layers.TextVectorization(**_arguments(args))
    layer.adapt(part("text"))
    assert list(found["vocabulary"]) == layer.get_vocabulary(include_special_tokens=False)
    again = keras.layers.TextVectorization(
        **_arguments(args),
        vocabulary=list(found["vocabulary"]),
        idf_weights=_listed(found.get("idf_weights")),
    )
    np.testing.assert_allclose(again(np.array(WORDS)), layer(np.array(WORDS)), rtol=1e-6)
    made = specgraph.predict("run", {"text": np.array(WORDS).reshape(40, 1)})
    assert made["y"].shape == (40, 1)


def _arguments(args: str) -> dict[str, Any]:
    node = analyze(TEXT.format(args=f"vocabulary: [a], {args}", rest="").replace("tf_idf", "count")).models[
        "model"
    ]
    given = dict(node.graph.nodes["words"].args.given_values())  # type: ignore[union-attr]
    return {name: value for name, value in given.items() if name != "vocabulary"} | (
        {"output_mode": "tf_idf"} if "tf_idf" in args else {}
    )


def _listed(values: Any) -> Any:
    return None if values is None else list(values)


NESTED = """\
specgraph: 1
models:
  scaled:
    inputs: {v: [4]}
    layers: [{Rescaling: {scale: 2.0}}, {Normalization: {name: norm}}]
  both:
    inputs: {x: [4]}
    layers:
      - scaled: {name: once}
      - Rescaling: {name: thrice, from: x, scale: 3.0}
      - scaled: {name: twice}
      - Concatenate: {from: [once, twice]}
      - Dense: {name: y, units: 1}
    compile: {optimizer: adam, loss: mse}
train: {model: both, data: {npz: {file: d.npz}}, epochs: 1, validation: 0.25}
"""


def test_statistics_of_all_places_behind_other_layers(folder: Path, capsys: Any) -> None:
    Path("s.yaml").write_text(NESTED)
    assert main(["train", "s.yaml", "--out", "run"]) == 0
    assert "adapted `norm`: mean and variance of 4 features" in capsys.readouterr().err
    norm = analyze_file(Path("run/spec.yaml"), place=here()).all_models["scaled"].graph.nodes["norm"]
    values = np.concatenate([part("x") * 2, part("x") * 6])
    np.testing.assert_allclose(norm.args.mean.value, values.mean(axis=0), rtol=1e-4)  # type: ignore[union-attr]
    np.testing.assert_allclose(norm.args.variance.value, values.var(axis=0), rtol=1e-4)  # type: ignore[union-attr]


def test_bins_and_ids(folder: Path) -> None:
    text = """\
specgraph: 1
inputs: {x: [4], ids: {shape: [1], dtype: int64}}
layers:
  - Discretization: {name: bins, from: x, num_bins: 4, output_mode: multi_hot}
  - IntegerLookup: {name: look, from: ids}
  - Embedding: {input_dim: 9, output_dim: 2}
  - Flatten: {name: flat}
  - Concatenate: {from: [bins, flat]}
  - Dense: {name: y, units: 1}
"""
    found = trained(text + TAIL)
    layer = keras.layers.Discretization(num_bins=4)
    layer.adapt(part("x"))
    assert list(found["bins"]["bin_boundaries"]) == pytest.approx(layer.bin_boundaries)
    assert "num_bins" not in found["bins"]
    assert sorted(found["look"]["vocabulary"]) == list(range(7))


def test_a_run_goes_on_with_what_it_found(folder: Path, capsys: Any) -> None:
    """And is measured by it, from its folder or from the spec, which lacks it."""
    text = "specgraph: 1\nparams: {units: 3}\ninputs: {x: [4]}\nlayers: [Normalization, {Dense: {units: $units}}, {Dense: {name: y, units: 1}}]\n"
    Path("s.yaml").write_text(text + TAIL)
    run = "runs/s-20260101-000000"
    train = ["train", "s.yaml", "--quiet", "--set", "units=5"]
    assert main([*train, "--out", run]) == 0
    assert main([*train, "--resume", run, "--epochs", "2"]) == 0
    assert main(["evaluate", "s.yaml"]) == 0
    by_spec = capsys.readouterr().out
    assert main(["evaluate", run]) == 0
    assert capsys.readouterr().out == by_spec
    assert main(["evaluate", "s.yaml", "--weights", f"{run}/last.weights.h5"]) == 1
    assert "needs-adapt" in capsys.readouterr().err
    np.savez("d.npz", x=NUMBERS + 1, y=np.zeros((40, 1), "float32"))
    assert main([*train, "--resume", run, "--epochs", "3"]) == 2
    assert "is a run of something else" in capsys.readouterr().err


def test_data_of_python(folder: Path) -> None:
    text = "specgraph: 1\ninputs: {x: [4]}\nlayers: [{Normalization: {name: norm}}, {Dense: {name: y, units: 1}}]\n"
    Path("s.yaml").write_text(text + "compile: {optimizer: adam, loss: mse}\ntrain: {epochs: 1}\n")
    run = specgraph.train("s.yaml", quiet=True, data={"x": NUMBERS * 10, "y": np.zeros((40, 1), "float32")})
    norm = run.models["model"].get_layer("norm")
    assert abs(float(np.mean(norm(NUMBERS * 10)))) < 0.5
    with pytest.raises(TrainError, match="has no data"):
        specgraph.train("s.yaml", quiet=True)


def test_what_the_data_do_not_tell(folder: Path) -> None:
    text = TEXT.format(args="output_sequence_length: 4", rest="  - Rescaling: {scale: 1}\n")
    Path("s.yaml").write_text(text + TAIL)
    y = np.zeros((40, 1), "float32")
    np.savez("d.npz", text=np.full((40, 1), ""), y=y)
    with pytest.raises(TrainError, match="no token comes to `words`"):
        specgraph.train("s.yaml", quiet=True)
    Path("s.yaml").write_text(
        "specgraph: 1\ninputs: {x: [4]}\nlayers: [{ops.log: {}}, {Normalization: {name: norm}}, {Dense: {name: y, units: 1}}]\n"
        + TAIL
    )
    np.savez("d.npz", x=NUMBERS * 0, y=y)
    with pytest.raises(TrainError, match="the mean of what comes to `norm` is not finite"):
        specgraph.train("s.yaml", quiet=True)


def rules(layers: str, train: bool = True, inputs: str = "{x: [4]}") -> list[str]:
    tail = "compile: {optimizer: adam, loss: mse}\ntrain: {epochs: 1}\n" if train else ""
    analysis = analyze(f"specgraph: 1\ninputs: {inputs}\nlayers:\n{layers}{tail}")
    return [one.code.rule for one in analysis.diagnostics]


STRINGS = "{x: {shape: [1], dtype: string}}"


@pytest.mark.parametrize(
    ("layers", "train", "inputs", "wanted"),
    [
        ("  - Normalization\n  - Dense: {units: 1}\n", True, "{x: [4]}", []),
        ("  - Normalization\n  - Dense: {units: 1}\n", False, "{x: [4]}", ["needs-adapt"]),
        ("  - Dense: {units: 2}\n  - Normalization\n  - Dense: {units: 1}\n", True, "{x: [4]}", ["needs-adapt"]),
        ("  - Dense: {units: 2, trainable: false}\n  - Normalization\n  - Dense: {units: 1}\n", True, "{x: [4]}", []),
        ("  - TimeDistributed: {layer: {Normalization: {}}}\n  - Flatten\n  - Dense: {units: 1}\n", True, "{x: [3, 4]}", ["needs-adapt"]),
        ("  - Discretization\n  - Dense: {units: 1}\n", True, "{x: [4]}", ["missing-argument"]),
        ("  - StringLookup: {output_mode: multi_hot}\n  - Dense: {units: 1}\n", True, STRINGS, ["needs-adapt"]),
        ("  - StringLookup: {output_mode: multi_hot, max_tokens: 5, pad_to_max_tokens: true}\n  - Dense: {units: 1}\n", True, STRINGS, ["wrong-claim"]),
        ("  - StringLookup: {output_mode: tf_idf, vocabulary: [a]}\n  - Dense: {units: 1}\n", True, STRINGS, ["needs-adapt"]),
        ("  - StringLookup: {idf_weights: [1.0]}\n  - Embedding: {input_dim: 9, output_dim: 2}\n  - Flatten\n  - Dense: {units: 1}\n", True, STRINGS, ["bad-param"]),
        ("  - StringLookup: {invert: true}\n", True, "{x: {shape: [1], dtype: int64}}", ["needs-adapt"]),
    ],
)  # fmt: skip
def test_what_may_be_adapted(layers: str, train: bool, inputs: str, wanted: list[str]) -> None:
    assert rules(layers, train, inputs) == wanted


def test_a_build_says_that_it_reads_no_data(folder: Path, capsys: Any) -> None:
    Path("s.yaml").write_text(
        "specgraph: 1\ninputs: {x: [4]}\nlayers: [Normalization, {Dense: {name: y, units: 1}}]\n" + TAIL
    )
    assert main(["validate", "s.yaml"]) == 0
    assert main(["build", "s.yaml", "-o", "m.keras"]) == 1
    assert "is adapted to data when `model` is trained, and no data is read here" in capsys.readouterr().err
    assert not Path("m.keras").exists()
    with pytest.raises(specgraph.SpecError, match="is adapted to data"):
        specgraph.build("s.yaml")


def test_a_fault_of_the_data_is_told_alone(folder: Path) -> None:
    text = "specgraph: 1\ninputs: {x: [4]}\nlayers: [Normalization, {Dense: {name: y, units: 1}}]\n"
    Path("s.yaml").write_text(text + TAIL.replace("d.npz", "e.npz"))
    assert [one.code.rule for one in analyze_file("s.yaml").diagnostics] == ["data-source"]


def test_each_model_is_looked_at_once_or_twice() -> None:
    """12 models, each calling the one before it twice, of which the second call is behind a layer that trains."""
    lines = [
        "specgraph: 1",
        "models:",
        "  m0: {inputs: {x: [4]}, layers: [Normalization, {Dense: {units: 4}}]}",
    ]
    for i in range(1, 11):
        calls = f"[{{m{i - 1}: {{name: a, from: x}}}}, {{m{i - 1}: {{name: b, from: a}}}}]"
        lines.append(f"  m{i}: {{inputs: {{x: [4]}}, layers: {calls}}}")
    lines.append(
        "  last: {inputs: {x: [4]}, layers: [{m10: {name: called}}], compile: {optimizer: adam, loss: mse}}"
    )
    lines.append("train: {model: last, epochs: 1}")
    [found] = analyze("\n".join(lines) + "\n").diagnostics
    assert (found.code.rule, found.message) == (
        "needs-adapt", "Normalization would be adapted to what an untrained `a` makes",
    )  # fmt: skip


def test_long_chains_are_adapted_in_time() -> None:
    """Each layer is looked at once, and not with all that stand before it."""
    layers = "".join("  - Normalization\n" for _ in range(4000))
    assert rules(layers + "  - Dense: {units: 1}\n") == []
