"""`evaluate` and `predict`: the weights of a run on data, and files of inputs and outputs."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

import specgraph
from specgraph.cli import main
from specgraph.limits import DEFAULT
from specgraph.training.best import Best
from specgraph.training.errors import TrainError
from specgraph.training.weights import check, load_weights

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Keras writes weights so, with numpy 2."""

SPEC = """\
specgraph: 1
name: small
inputs: {image: [8, 8, 1]}
layers:
  - Conv2D: {name: conv, filters: 4, kernel_size: 3, activation: relu}
  - Flatten
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
train:
  data: {source: digits, steps: {image: [{scale: {to: [0, 1]}}]}}
  epochs: 3
"""
PAIR = """\
specgraph: 1
models:
  encoder:
    inputs: {image: [8, 8, 1]}
    layers: [Flatten, {Dense: {name: code, units: 4}}]
  both:
    inputs: {image: [8, 8, 1]}
    layers:
      - encoder: {name: code}
      - Dense: {units: 64}
      - Reshape: {name: again, target_shape: [8, 8, 1]}
    compile: {optimizer: adam, loss: mse}
train: {model: both, data: digits, objective: autoencoder, epochs: 1}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a spec, its run, and files to ask about."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "small.yaml").write_text(SPEC)
    specgraph.train(folder / "small.yaml", folder=folder / "runs/small-20260101-000000", quiet=True)
    images = load_digits().images[:20, :, :, None]
    np.savez(folder / "few.npz", image=images.astype("float32"), label=load_digits().target[:20])
    np.savez(folder / "flat.npz", image=images[:, :4, :, 0].astype("float32"))
    np.save(folder / "few.npy", images.astype("float32"))
    (folder / "photos").mkdir()
    outputs = specgraph.predict(folder / "runs/small-20260101-000000", folder / "few.npz")
    np.savez(folder / "out.npz", **outputs)
    for i in range(3):
        scan = (images[i, :, :, 0] * 16).clip(0, 255).astype("uint8")
        Image.fromarray(scan).save(folder / "photos" / f"{i}.png")
    return folder


@pytest.fixture(autouse=True)
def inside(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    out = capsys.readouterr()
    return code, out.out, out.err


RUN = "runs/small-20260101-000000"


def test_a_run_comes_to_what_its_history_says(capsys: Any) -> None:
    code, out, _ = said(capsys, "evaluate", RUN, "--last", "--output-format", "json")
    assert code == 0
    found = json.loads(out)
    rows = Path(RUN, "history.csv").read_text().splitlines()
    last = dict(zip(rows[0].split(","), rows[-1].split(","), strict=True))
    assert found["figures"]["loss"] == pytest.approx(float(last["val_loss"]), rel=1e-4)
    assert found["figures"]["accuracy"] == pytest.approx(float(last["val_accuracy"]), rel=1e-4)
    assert (found["model"], found["data"]) == ("small", "held-out data")
    assert found["examples"] == 360


def test_a_spec_stands_for_its_latest_run(capsys: Any) -> None:
    code, out, _ = said(capsys, "evaluate", "small.yaml")
    first, *figures = out.splitlines()
    assert code == 0
    assert first == f"small: the best weights of {RUN}, on 360 examples of held-out data"
    assert [one.split()[0] for one in figures] == ["accuracy", "loss"]


def test_other_weights_and_other_data(capsys: Any) -> None:
    words = ("evaluate", "small.yaml", "--output-format", "json", "--data", "few.npz", "--weights")
    archive = json.loads(said(capsys, *words, f"{RUN}/model.keras")[1])
    plain = json.loads(said(capsys, *words, f"{RUN}/last.weights.h5")[1])
    assert archive["figures"] == plain["figures"]
    assert archive["examples"] == 20


def test_predictions_in_three_forms(capsys: Any) -> None:
    for suffix in ("npz", "csv", "json"):
        code, out, err = said(capsys, "predict", "small.yaml", "few.npz", "-o", f"out.{suffix}", "--force")
        assert (code, out) == (0, "")
        assert f"predicted probs (20, 10) -> out.{suffix}" in err
    with np.load("out.npz") as held:
        probs = held["probs"]
    assert np.mean(probs.argmax(axis=1) == load_digits().target[:20]) > 0.8
    table = np.genfromtxt("out.csv", delimiter=",", names=True)
    assert table.dtype.names[:2] == ("probs0", "probs1")
    np.testing.assert_allclose(np.array(table.tolist()), probs, rtol=1e-5)
    np.testing.assert_allclose(json.loads(Path("out.json").read_text())["probs"], probs, rtol=1e-5)


def test_inputs_of_other_kinds(capsys: Any) -> None:
    assert said(capsys, "predict", RUN, "few.npy", "-o", "npy.npz")[0] == 0
    assert said(capsys, "predict", RUN, "photos", "-o", "photos.npz")[0] == 0
    assert said(capsys, "predict", RUN, "digits", "-o", "digits.npz")[0] == 0
    with np.load("npy.npz") as npy, np.load("photos.npz") as photos, np.load("out.npz") as npz:
        np.testing.assert_array_equal(npy["probs"], npz["probs"])
        assert photos["probs"].shape == (3, 10)


def test_steps_may_be_left_out(capsys: Any) -> None:
    np.savez("scaled.npz", image=np.load("few.npy") / 16)
    assert said(capsys, "predict", RUN, "scaled.npz", "--raw", "-o", "raw.npz")[0] == 0
    with np.load("raw.npz") as raw, np.load("out.npz") as steps:
        np.testing.assert_allclose(raw["probs"], steps["probs"], rtol=1e-4, atol=1e-6)


def test_in_python() -> None:
    found = specgraph.evaluate(RUN)
    assert found.figures["accuracy"] > 0.8 and found.examples == 360
    images = np.load("few.npy")
    outputs = specgraph.predict("small.yaml", {"image": images}, weights=f"{RUN}/best.weights.h5")
    with np.load("out.npz") as held:
        np.testing.assert_allclose(outputs["probs"], held["probs"], rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(specgraph.predict(RUN, images)["probs"], outputs["probs"])
    same = specgraph.evaluate(RUN, {"image": images, "label": load_digits().target[:20]})
    assert same.figures == pytest.approx(specgraph.evaluate(RUN, "few.npz").figures, rel=1e-5)
    with pytest.raises(specgraph.TrainError, match="the model declares"):
        specgraph.predict(RUN, images[:, :4])


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("evaluate", "none.yaml"), 2, "there is no run of 'none.yaml'"),
        (("evaluate", "photos"), 2, "'photos' is not the folder of a run: it has no spec.yaml"),
        (("evaluate", RUN, "--weights", "x.h5"), 1, "'x.h5' is no file of weights"),
        (("evaluate", RUN, "--weights", "x.weights.h5"), 1, "'x.weights.h5' is not there"),
        (("evaluate", RUN, "--weights", "x.weights.h5", "--last"), 2, "--weights names the weights"),
        (("evaluate", RUN, "--model", "other"), 1, "no phase trains `other`"),
        (("evaluate", RUN, "--data", "flat.npz"), 1, "it is not clear which column is for output `probs`"),
        (("evaluate", RUN, "--data", "few.npy"), 1, "it is not clear which column is for output `probs`"),
        (("predict", RUN, "flat.npz", "-o", "no.npz"), 1, "input `image`: data is (4, 8), the model declares (8, 8, 1)"),
        (("predict", RUN, "none.npz", "-o", "no.npz"), 1, "cannot read 'none.npz'"),
        (("predict", RUN, "nothing", "-o", "no.npz"), 1, "'nothing' is no file, and as a data source"),
        (("predict", RUN, "{csv: {", "-o", "no.npz"), 1, "is no file, and no data source"),
        (("predict", RUN, "few.npz", "-o", "no.txt"), 2, "ends in .npz, .csv or .json"),
        (("predict", RUN, "few.npz", "-o", "few.npz"), 2, "'few.npz' is there; --force replaces it"),
        (("predict", RUN, "few.npz", "-o", "gone/no.npz"), 2, "there is no folder 'gone'"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(words: tuple[str, ...], code: int, message: str, capsys: Any) -> None:
    found, out, err = said(capsys, *words)
    assert (found, out) == (code, ""), err
    assert message in err and err.startswith("specgraph: ") and err.count("\n") == 1
    assert not Path("no.npz").exists()


def test_several_models(capsys: Any) -> None:
    Path("pair.yaml").write_text(PAIR)
    specgraph.train("pair.yaml", folder="runs/pair-20260101-000000", quiet=True)
    code, out, _ = said(capsys, "evaluate", "pair.yaml")
    assert code == 0 and out.startswith("both: the best weights of")
    for model, output, shape in (("encoder", "code", (20, 4)), ("both", "again", (20, 8, 8, 1))):
        words = ("predict", "pair.yaml", "few.npz", "--model", model, "-o", "pair.npz", "--force")
        code, _, err = said(capsys, *words)
        assert code == 0, err
        with np.load("pair.npz") as held:
            assert held[output].shape == shape


def test_weights_of_another_model() -> None:
    model = specgraph.build(SPEC.replace("units: 10", "units: 11"))
    with pytest.raises(TrainError, match=r"the weights in '.*last.weights.h5' do not fit the model"):
        load_weights(model, Path(RUN, "last.weights.h5"))


def test_a_file_must_hold_its_own_numbers_and_few(tmp_path: Path) -> None:
    def refused(name: str, message: str) -> None:
        with pytest.raises(TrainError, match=message):
            check(tmp_path / name, DEFAULT._replace(weight_bytes=1000))

    with h5py.File(tmp_path / "link.h5", "w") as file:
        file["x"] = h5py.ExternalLink("/etc/passwd", "/")
    refused("link.h5", "`x` in it is a link")
    with h5py.File(tmp_path / "soft.h5", "w") as file:
        file["x"] = h5py.SoftLink("/y")
    refused("soft.h5", "`x` in it is a link")
    with h5py.File(tmp_path / "outside.h5", "w") as file:
        file.create_dataset("x", (10,), "u1", external=[("/etc/passwd", 0, 10)])
    refused("outside.h5", "lie in other files")
    with h5py.File(tmp_path / "virtual.h5", "w") as file:
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
        file.create_virtual_dataset("x", layout)
    refused("virtual.h5", "lie in other files")
    with h5py.File(tmp_path / "bomb.h5", "w") as file:
        file.create_dataset("x", (1 << 40,), "f4", chunks=(1 << 20,), compression="gzip")
    refused("bomb.h5", "more than 1,000 bytes")
    with h5py.File(tmp_path / "words.h5", "w") as file:
        file["x"] = ["a", "b"]
    refused("words.h5", "something else than numbers")
    with h5py.File(tmp_path / "round.h5", "w") as file:
        file["a/b"] = np.zeros(3)
        file["a/c"] = file["a"]
    check(tmp_path / "round.h5")
    (tmp_path / "none.h5").write_bytes(b"no")
    refused("none.h5", "no sound HDF5 file")


def test_an_archive_gives_its_weights_alone(tmp_path: Path) -> None:
    model = specgraph.build(SPEC)
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", "{")
    with pytest.raises(TrainError, match="holds no weights"):
        load_weights(model, tmp_path / "a.keras")
    with zipfile.ZipFile(tmp_path / "b.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", bytes(5000))
    with pytest.raises(TrainError, match="more than `weight_bytes` allows"):
        load_weights(model, tmp_path / "b.keras", DEFAULT._replace(weight_bytes=1000))
    (tmp_path / "c.keras").write_bytes(b"PK")
    with pytest.raises(TrainError, match="cannot be read"):
        load_weights(model, tmp_path / "c.keras")
    with zipfile.ZipFile(tmp_path / "d.keras", "w") as archive:
        archive.writestr("config.json", '{"class_name": "Lambda"}')
        archive.write(Path(RUN, "last.weights.h5"), "model.weights.h5")
    load_weights(model, tmp_path / "d.keras")


def test_other_data_go_through_layers_that_are_steps(tmp_path: Path) -> None:
    spec = tmp_path / "large.yaml"
    large = "Resizing: {height: 16, width: 16}"
    spec.write_text(SPEC.replace("[8, 8, 1]", "[16, 16, 1]").replace("[0, 1]}}", f"[0, 1]}}}}, {{{large}}}"))
    specgraph.train(spec, folder=tmp_path / "run", epochs=1, quiet=True)
    digits = load_digits()
    np.savez(
        tmp_path / "some.npz", image=digits.images[:9, ..., None].astype("float32"), label=digits.target[:9]
    )
    assert specgraph.evaluate(tmp_path / "run", data=tmp_path / "some.npz").examples == 9
    assert specgraph.predict(tmp_path / "run", tmp_path / "some.npz")["probs"].shape == (9, 10)


def test_what_is_held_out_is_what_the_run_held_out(tmp_path: Path) -> None:
    spec = tmp_path / "small.yaml"
    spec.write_text(SPEC.replace("train:", "train:\n  validation: 0.2"))
    run = specgraph.train(spec, folder=tmp_path / "run", epochs=1, seed=5, quiet=True)
    found = specgraph.evaluate(tmp_path / "run", last=True)
    assert found.figures["loss"] == pytest.approx(run.metrics["val_loss"], rel=1e-4)


def test_the_best_of_another_kind_is_not_kept() -> None:
    done: list[str] = []
    best = Best(None, lambda: done.append("written"), lambda: done.append("dropped"))
    best.phase("net autoencoder", "loss", {})
    best.see("first", 0, {"loss": 1.0}, True)
    best.flush()
    best.see("first", 1, {"loss": 0.5}, True)
    best.phase("net adversarial", None, {})
    best.see("second", 0, {"g_loss": 0.1}, True)
    best.flush()
    assert done == ["written", "dropped"] and best.found is None


def test_an_axis_of_one_at_the_end_comes_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In training and in what is asked, as Keras has it."""
    monkeypatch.chdir(tmp_path)
    text = SPEC.replace("  - Conv2D: {name: conv, filters: 4, kernel_size: 3, activation: relu}\n", "")
    Path("flat.yaml").write_text(text.replace("[8, 8, 1]", "[8, 8]"))
    specgraph.train("flat.yaml", folder="run", quiet=True, epochs=1)
    images = load_digits().images[:5]
    both = [specgraph.predict("run", {"image": one})["probs"] for one in (images, images[..., None])]
    np.testing.assert_array_equal(*both)
    with pytest.raises(TrainError, match="the model declares"):
        specgraph.predict("run", {"image": images[..., None, None]}, raw=True)


def test_a_run_that_trained_nothing_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("d.npz", image=np.full((20, 8, 8, 1), np.nan, "float32"), probs=np.zeros(20, "int64"))
    Path("s.yaml").write_text(SPEC.partition("  data:")[0] + "  data: {npz: {file: d.npz}}\n  epochs: 1\n")
    assert main(["train", "s.yaml", "--quiet"]) == 1
    assert "no finite number" in capsys.readouterr().err
    assert list(Path("runs").iterdir()) == []
    assert main(["train", "s.yaml", "--quiet", "--out", "mine"]) == 1
    assert not Path("mine").exists()


def test_the_latest_run_is_one_with_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(SPEC)
    assert main(["train", "s.yaml", "--quiet", "--epochs", "1", "--out", "runs/s-20260101-000000"]) == 0
    later = Path("runs/s-20260102-000000")
    later.mkdir()
    (later / "run.json").write_text("{}")
    assert main(["evaluate", "s.yaml"]) == 0
    assert "s-20260101-000000" in capsys.readouterr().out


ADVERSARIAL = """\
specgraph: 1
models:
  generator:
    inputs: {noise: [6]}
    layers: [{Dense: {units: 64, activation: sigmoid}}, {Reshape: {name: image, target_shape: [8, 8, 1]}}]
    compile: {optimizer: adam}
  critic:
    inputs: {image: [8, 8, 1]}
    layers: [Flatten, {Dense: {name: score, units: 1}}]
    compile: {optimizer: adam}
train:
  model: generator
  data: {source: digits, steps: {image: [scale]}, take: 64}
  objective: {adversarial: {generator: generator, discriminator: critic}}
  epochs: 1
"""


def test_a_generator_is_measured_and_asked(tmp_path: Path) -> None:
    """Measured is the game on real images; asked is the generator, for noise."""
    path = tmp_path / "game.yaml"
    path.write_text(ADVERSARIAL)
    specgraph.train(path, folder=tmp_path / "run", quiet=True)
    found = specgraph.evaluate(tmp_path / "run")
    assert found.model == "generator" and {"g_loss", "d_loss"} <= set(found.figures)
    made = specgraph.predict(tmp_path / "run", np.zeros((3, 6), "float32"))
    assert made["image"].shape == (3, 8, 8, 1)
    scores = specgraph.predict(tmp_path / "run", made["image"], model="critic", raw=True)
    assert scores["score"].shape == (3, 1)
