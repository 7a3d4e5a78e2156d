"""The layers that prepare data: built, saved, loaded and run, and what comes out against what we say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


from layer_cases import Case, build, found, param, seen, true
from prepared_cases import (
    BYTES,
    GREY,
    IDS,
    IMAGE,
    OPEN,
    TEXT,
    VOCABULARY,
    WORDS,
    arrays,
    call,
    compiled,
    declared,
    fails,
    plain,
)

from specgraph.layers import LAYERS

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]

USES = {
    "CenterCrop": (IMAGE, "{height: 6, width: 5}"),
    "RandomCrop": (IMAGE, "{height: 8, width: 8}"),
    "Resizing": (IMAGE, "{height: 6, width: 9, interpolation: bicubic}"),
    "RandomFlip": (IMAGE, "{mode: horizontal}"),
    "RandomRotation": (IMAGE, "{factor: 0.2, fill_mode: constant}"),
    "RandomTranslation": (IMAGE, "{height_factor: [-0.1, 0.2], width_factor: 0.1}"),
    "RandomZoom": (IMAGE, "{height_factor: 0.2}"),
    "RandomShear": (IMAGE, "{x_factor: [0, 0.2], y_factor: [0.1, 0.2]}"),
    "RandomPerspective": (IMAGE, "{scale: 0.5}"),
    "RandomElasticTransform": (IMAGE, "{scale: 0.5}"),
    "AutoContrast": (IMAGE, "{value_range: [0, 1]}"),
    "ContrastLimitedAdaptiveHistogramEqualization": (IMAGE, "{tile_grid_size: [2, 3]}"),
    "Equalization": (IMAGE, "{bins: 64}"),
    "Solarization": (IMAGE, "{addition_factor: 0.2, threshold_factor: [0.1, 0.3]}"),
    "RandomBrightness": (IMAGE, "{factor: [-0.2, 0.3]}"),
    "RandomContrast": (IMAGE, "{factor: 0.2}"),
    "RandomColorDegeneration": (IMAGE, "{factor: 0.5}"),
    "RandomHue": (IMAGE, "{factor: 0.2}"),
    "RandomSaturation": (IMAGE, "{factor: 0.2}"),
    "RandomSharpness": (IMAGE, "{factor: 0.2}"),
    "RandomPosterization": (IMAGE, "{factor: [3, 5]}"),
    "RandomInvert": (IMAGE, "{factor: 0.5, value_range: [0, 1]}"),
    "RandomGrayscale": (IMAGE, "{factor: 0.5}"),
    "RandomColorJitter": (IMAGE, "{brightness_factor: 0.1, hue_factor: 0.2}"),
    "MixUp": (IMAGE, "{alpha: 0.4}"),
    "CutMix": (IMAGE, "{factor: 0.5}"),
    "AugMix": (IMAGE, "{num_chains: 2, chain_depth: 1}"),
    "RandAugment": (IMAGE, "{num_ops: 1}"),
    "RandomErasing": (IMAGE, "{fill_value: [1, 2, 3]}"),
    "RandomGaussianBlur": (IMAGE, "{kernel_size: [3, 5]}"),
    "MaxNumBoundingBoxes": (IMAGE, "{max_number: 3}"),
    "CategoryEncoding": (IDS, "{num_tokens: 5}"),
    "Discretization": ("x: [4]", "{bin_boundaries: [0, 0.5, 2]}"),
    "Hashing": (WORDS, "{num_bins: 5, mask_value: a, salt: [1, 2]}"),
    "HashedCrossing": ("x: {shape: [1], dtype: string}, y: {shape: [1], dtype: int32}", "{num_bins: 5, from: [x, y]}"),
    "IntegerLookup": (IDS, "{vocabulary: [3, 1, 7], num_oov_indices: 2, mask_token: 0}"),
    "StringLookup": (WORDS, f"{{{VOCABULARY}}}"),
    "TextVectorization": (TEXT, f"{{{VOCABULARY}, output_sequence_length: 6}}"),
    "Normalization": ("x: [4, 3]", "{mean: [1, 2, 3], variance: [1, 1, 4]}"),
    "Rescaling": (IMAGE, "{scale: 0.5}"),
    "MelSpectrogram": ("x: [90]", "{fft_length: 32, sequence_stride: 8, num_mel_bins: 6}"),
    "STFTSpectrogram": ("x: [90, 2]", "{frame_length: 16, mode: stft}"),
    "Pipeline": (IMAGE, "{layers: [RandomFlip, Equalization, {Resizing: {height: 4, width: 4}}]}"),
}  # fmt: skip
"""Inputs and arguments of each layer, of which Keras says the truth."""


@pytest.mark.parametrize("name", USES)
def test_each_layer_is_built_saved_loaded_and_run(name: str, tmp_path: Path) -> None:
    import keras

    inputs, arguments = USES[name]
    analysis = Case(name, inputs, f"- {name}: {arguments}").analyze()
    assert analysis.diagnostics == []
    model = build(analysis)
    assert seen(call(model)) == seen(call(model, True)) == true(analysis) == declared(model)
    [types] = analysis.models.values()
    assert model.count_params() == sum(types.parameters())
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    given = arrays(model)
    np.testing.assert_array_equal(
        plain(loaded.predict(given, verbose=0)), plain(model.predict(given, verbose=0))
    )


def test_each_layer_that_prepares_data_is_used_here() -> None:
    import keras

    module = "keras.src.layers.preprocessing."
    rows = [name for name in LAYERS if getattr(keras.layers, name, object).__module__.startswith(module)]
    assert len(rows) == 43
    assert set(rows) == set(USES)


CLAIMED = [
    param("a crop that grows, in half floats", IMAGE, "- CenterCrop: {height: 9, width: 4, dtype: mixed_float16}"),
    param("a crop that grows, in doubles", IMAGE, "- CenterCrop: {height: 9, width: 4, dtype: float64}"),
    param("a random crop", IMAGE, "- RandomCrop: {height: 6, width: 6}"),
    param("bytes made grey", BYTES, "- RandomGrayscale"),
    param("a crop in a pipeline", IMAGE, "- Pipeline: {layers: [{RandomCrop: {height: 4, width: 4}}]}"),
    param("categories of rows", "x: {shape: [3, 4], dtype: int32}", "- CategoryEncoding: {num_tokens: 5}"),
    param("categories counted of rows", "x: {shape: [2, 3, 4], dtype: int32}", "- CategoryEncoding: {num_tokens: 5, output_mode: count}"),
    param("categories in half floats", IDS, "- CategoryEncoding: {num_tokens: 5, dtype: mixed_float16}"),
    param("hashes, one-hot", WORDS, "- Hashing: {num_bins: 5, output_mode: one_hot}"),
    param("hashes of a word alone, one-hot", "x: {shape: [], dtype: string}", "- Hashing: {num_bins: 5, output_mode: one_hot}"),
    param("hashes of two axes of one", "x: {shape: [1, 1], dtype: string}", "- Hashing: {num_bins: 5, output_mode: one_hot}"),
    param("hashes of rows", "x: {shape: [3, 4], dtype: int32}", "- Hashing: {num_bins: 5, output_mode: multi_hot}"),
    param("hashes counted", "x: {shape: [3, 1], dtype: int32}", "- Hashing: {num_bins: 5, output_mode: count}"),
    param("words counted", WORDS, f"- StringLookup: {{{VOCABULARY}, output_mode: count}}"),
    param("words, one-hot", WORDS, f"- StringLookup: {{{VOCABULARY}, output_mode: one_hot}}"),
    param("words of rows", "x: {shape: [3, 4], dtype: string}", f"- StringLookup: {{{VOCABULARY}, output_mode: multi_hot}}"),
    param("words weighted of rows", "x: {shape: [3, 4], dtype: string}", f"- StringLookup: {{{VOCABULARY}, output_mode: tf_idf, idf_weights: [1, 2, 3]}}"),
    param("words looked up backwards", IDS, f"- StringLookup: {{{VOCABULARY}, invert: true}}"),
    param("integers with room", IDS, "- IntegerLookup: {vocabulary: [1, 2], output_mode: multi_hot, max_tokens: 9, pad_to_max_tokens: true}"),
    param("integers of rows", "x: {shape: [3, 4], dtype: int32}", "- IntegerLookup: {vocabulary: [1, 2], output_mode: count}"),
    param("texts counted", TEXT, f"- TextVectorization: {{{VOCABULARY}, output_mode: multi_hot}}"),
    param("texts alone counted", "x: {shape: [], dtype: string}", f"- TextVectorization: {{{VOCABULARY}, output_mode: count}}"),
    param("texts weighted", TEXT, f"- TextVectorization: {{{VOCABULARY}, output_mode: tf_idf, idf_weights: [1, 2, 3]}}"),
    param("texts of rows", "x: {shape: [2, 1], dtype: string}", f"- TextVectorization: {{{VOCABULARY}, output_sequence_length: 3}}"),
    param("words of rows as they are", "x: {shape: [2, 3], dtype: string}", f"- TextVectorization: {{{VOCABULARY}, split: null}}"),
    param("words as they are, one-hot", WORDS, f"- TextVectorization: {{{VOCABULARY}, split: null, output_mode: one_hot}}"),
    param("a frame too many", "x: [87]", "- MelSpectrogram: {fft_length: 32, sequence_stride: 4}"),
    param("a frame too many of an odd length", "x: [87]", "- MelSpectrogram: {fft_length: 31, sequence_length: 9, sequence_stride: 4}"),
]  # fmt: skip
"""Keras declares one thing, and another comes out of `predict`."""


@pytest.mark.parametrize("case", CLAIMED)
def test_what_comes_out_is_not_what_keras_declares(case: Case) -> None:
    analysis = case.analyze()
    assert found(analysis, "error") == []
    assert found(analysis, "warning") == ["wrong-claim"]
    model = build(analysis)
    came = seen(compiled(model))
    assert came == true(analysis)
    assert came != declared(model)


FINE = [
    param("a crop of open images", OPEN, "- CenterCrop: {height: 1, width: 1}"),
    param("open images resized", OPEN, "- Resizing: {height: 4, width: 7, crop_to_aspect_ratio: true}"),
    param("images padded", IMAGE, "- Resizing: {height: 4, width: 7, pad_to_aspect_ratio: true}"),
    param("channels first", "x: [3, 8, 8]", "- CenterCrop: {height: 4, width: 7, data_format: channels_first}\n- RandomZoom: {height_factor: 0.1, data_format: channels_first}"),
    param("open images changed", OPEN, "- RandomFlip\n- RandomRotation: {factor: 0.1}\n- RandomContrast: {factor: 0.2}\n- RandAugment"),
    param("bytes turned", BYTES, "- RandomRotation: {factor: 0.1}\n- AutoContrast\n- Solarization"),
    param("grey images", GREY, "- RandomGrayscale\n- RandomBrightness: {factor: 0.1}\n- AugMix"),
    param("open images equalized", OPEN, "- Equalization"),
    param("half floats", IMAGE, "- RandomHue: {factor: 0.1, dtype: mixed_float16}"),
    param("open numbers in bins", "x: [H]", "- Discretization: {bin_boundaries: [0, 1], output_mode: count}"),
    param("rows in bins", "x: [3, 4]", "- Discretization: {bin_boundaries: [0, 1], output_mode: multi_hot}"),
    param("half floats in bins", "x: [3, 1]", "- Discretization: {bin_boundaries: [0, 1], output_mode: one_hot, dtype: float16}"),
    param("categories weighted", "x: {shape: [4], dtype: int32}, w: [4]", "- CategoryEncoding: {num_tokens: 5, output_mode: count, from: {inputs: x, count_weights: w}}"),
    param("categories, one-hot", "x: {shape: [3, 1], dtype: int32}", "- CategoryEncoding: {num_tokens: 5, output_mode: one_hot}"),
    param("crossed, one-hot", "x: {shape: [], dtype: string}, y: {shape: [], dtype: string}", "- HashedCrossing: {num_bins: 5, output_mode: one_hot, from: [x, y]}"),
    param("integers looked up backwards", IDS, "- IntegerLookup: {vocabulary: [1, 2], invert: true}"),
    param("special tokens in front", WORDS, "- StringLookup: {vocabulary: ['', '[UNK]', a, b], mask_token: ''}"),
    param("words weighted", WORDS, f"- StringLookup: {{{VOCABULARY}, output_mode: tf_idf, idf_weights: [1, 2, 3]}}"),
    param("words as they are, weighted", WORDS, f"- TextVectorization: {{{VOCABULARY}, split: null, output_mode: tf_idf, idf_weights: [1, 2, 3]}}"),
    param("one mean for all", "x: [3, 4]", "- Normalization: {axis: null, mean: 1.5, variance: 2}"),
    param("a mean of two axes", "x: [3, 4]", "- Normalization: {axis: [-1, 1], mean: [[1], [2], [3]], variance: [[1], [1], [1]], invert: true}"),
    param("ints normalized", "x: {shape: [3], dtype: int32}", "- Normalization: {mean: 1, variance: 2, dtype: float16}"),
    param("an image of sound", "x: [90, 2]", "- STFTSpectrogram: {frame_length: 16, frame_step: 5, fft_length: 32, padding: same, expand_dims: true}"),
    param("a real part", "x: [90, 2]", "- STFTSpectrogram: {frame_length: 16, mode: real}"),
    param("sound of open length", "x: [H, 2]", "- STFTSpectrogram: {frame_length: 2, mode: psd, padding: same}"),
    param("as many frames as declared", "x: [86]", "- MelSpectrogram: {fft_length: 32, sequence_stride: 4, dtype: float16}"),
    param("weights in a pipeline", "x: [3]", "- Pipeline: {layers: [{Dense: {units: 4}}, {Discretization: {bin_boundaries: [0, 1]}}]}"),
]  # fmt: skip
"""What is declared is what comes out, of a call and in a graph."""


@pytest.mark.parametrize("case", FINE)
def test_what_runs_as_declared_is_not_spoken_of(case: Case) -> None:
    analysis = case.analyze()
    assert analysis.diagnostics == []
    model = build(analysis)
    assert seen(call(model)) == true(analysis) == declared(model)
    assert seen(compiled(model)) == seen(compiled(model, True)) == true(analysis)
    [types] = analysis.models.values()
    assert model.count_params() == sum(types.parameters())


BYTES_IN = [
    param("bytes resized", BYTES, "- Resizing: {height: 4, width: 4, interpolation: nearest}"),
    param("bytes resized smoothly", BYTES, "- Resizing: {height: 4, width: 4}"),
    param("bytes mixed", BYTES, "- MixUp"),
    param("bytes brightened", BYTES, "- RandomBrightness: {factor: 0.1}"),
    param("bytes equalized", BYTES, "- Equalization"),
    param("bytes equalized in tiles", BYTES, "- ContrastLimitedAdaptiveHistogramEqualization"),
    param("bytes of fewer colours", BYTES, "- RandomColorDegeneration: {factor: 0.1}"),
    param("bytes of another hue", BYTES, "- RandomHue: {factor: 0.1}"),
    param("bytes of fewer bits", BYTES, "- RandomPosterization: {factor: 3}"),
    param("bytes inverted", BYTES, "- RandomInvert"),
    param("bytes jittered", BYTES, "- RandomColorJitter: {contrast_factor: 0.1}"),
    param("bytes with boxes", BYTES, "- MaxNumBoundingBoxes: {max_number: 2}"),
    param("bytes in a pipeline", BYTES, "- Pipeline: {layers: [{Resizing: {height: 4, width: 4}}]}"),
    param("a random crop in half floats", IMAGE, "- RandomCrop: {height: 8, width: 8, dtype: float16}"),
    param("bytes turned to numbers", BYTES, "- Resizing: {height: 6, width: 6}\n- RandomFlip\n- Rescaling: {scale: 0.1}\n- Conv2D: {filters: 2, kernel_size: 3}"),
    param("a head on bytes resized", BYTES, "- Resizing: {height: 6, width: 6}\n- Conv2D: {filters: 2, kernel_size: 3}"),
    param("a head on bytes in a pipeline", BYTES, "- Pipeline: {layers: [RandomFlip, {Resizing: {height: 4, width: 4}}]}\n- Conv2D: {filters: 2, kernel_size: 3}"),
    param("a head on bytes pooled", BYTES, "- Resizing: {height: 6, width: 6}\n- MaxPooling2D\n- Conv2D: {filters: 2, kernel_size: 3}"),
]  # fmt: skip
"""Layers that prepare data cast what they are given in `fit` and `predict`, and not in a call from Python."""


@pytest.mark.parametrize("case", BYTES_IN)
def test_integers_are_cast_in_fit_and_predict(case: Case) -> None:
    analysis = case.analyze()
    assert analysis.diagnostics == []
    model = build(analysis)
    assert seen(compiled(model)) == seen(compiled(model, True)) == true(analysis) == declared(model)
    [came] = [model.predict(arrays(model), verbose=0)]
    assert [(came.shape, came.dtype.name)] == true(analysis)


@pytest.mark.parametrize("case", [one for one in BYTES_IN if "head" in one.id])
def test_what_reads_bytes_trains(case: Case) -> None:
    model = build(case.analyze())
    model.compile("sgd", "mse")
    x = arrays(model)
    before = [plain(one) for one in model.trainable_variables]
    model.fit(x, np.ones((2, *model.output_shape[1:]), "float32"), verbose=0)
    assert any((a != plain(b)).any() for a, b in zip(before, model.trainable_variables, strict=True))


ON_JAX = """
import numpy as np, specgraph

model = specgraph.build(SPEC)
model.compile("sgd", "mse")
x = np.ones((2, 8, 8, 3), "uint8")
model.fit(x, np.ones((2, *model.output_shape[1:]), "float32"), verbose=0)
print(model.predict(x, verbose=0).shape, model.predict(x, verbose=0).dtype)
"""


def test_what_reads_bytes_trains_on_jax(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    spec = tmp_path / "bytes.yaml"
    spec.write_text(
        "specgraph: 1\ninputs: {x: {shape: [8, 8, 3], dtype: uint8}}\nlayers:\n"
        "  - RandomFlip\n  - Resizing: {height: 6, width: 6}\n  - Rescaling: {scale: 0.1}\n"
        "  - Conv2D: {filters: 2, kernel_size: 3}\n"
    )
    code = ON_JAX.replace("SPEC", repr(str(spec)))
    env = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "(2, 4, 4, 2) float32"


CAST = [
    param("bytes of another contrast", BYTES, "- RandomContrast: {factor: 0.2}"),
    param("bytes of another saturation", BYTES, "- RandomSaturation: {factor: 0.2}"),
    param("bytes padded", BYTES, "- Resizing: {height: 4, width: 7, pad_to_aspect_ratio: true}"),
]


@pytest.mark.parametrize("case", CAST)
def test_integers_that_only_fit_and_predict_cast_are_a_warning(case: Case) -> None:
    analysis = case.analyze()
    assert found(analysis, "error") == []
    assert "fails-when-run" in found(analysis, "warning")
    model = build(analysis)
    assert seen(compiled(model, True)) == declared(model)
    assert fails(lambda: call(model, True))


def test_a_crop_of_open_images_asks_for_large_ones() -> None:
    case = Case("open", OPEN, "- CenterCrop: {height: 6, width: 4}")
    [model] = case.analyze().models.values()
    assert [str(one) for one in (model.outputs or ())] == ["(batch, 6, 4, 3)"]
    assert seen(compiled(build(case.analyze()))) == [((2, 1, 4, 3), "float32")]  # where H is 5, not 6


def test_a_file_that_keras_does_not_load_is_a_warning(tmp_path: Path) -> None:
    import keras

    analysis = Case("shear", IMAGE, "- RandomShear: {x_factor: 0.2}").analyze()
    assert found(analysis, "warning") == ["fails-when-run"]
    build(analysis).save(tmp_path / "model.keras")
    with pytest.raises(TypeError, match="x_factor"):
        keras.models.load_model(tmp_path / "model.keras")
