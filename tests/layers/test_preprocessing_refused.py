"""Layers that prepare data: what builds and fails, what would be ragged, and what Keras or good sense refuses."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


from layer_cases import Case, build, found, param
from prepared_cases import (
    GREY,
    IDS,
    IMAGE,
    OPEN,
    TEXT,
    VOCABULARY,
    WORDS,
    call,
    compiled,
    fails,
)

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]

FAILING = [
    param("a random crop of open images", OPEN, "- RandomCrop: {height: 4, width: 4}"),
    param("boxes in open images", OPEN, "- CutMix"),
    param("boxes in bfloat16", IMAGE, "- CutMix: {dtype: mixed_bfloat16}"),
    param("blots on open images", OPEN, "- RandomErasing"),
    param("blots of three colours", GREY, "- RandomErasing: {fill_value: [1, 2, 3]}"),
    param("open images bent", OPEN, "- RandomElasticTransform"),
    param("open images from another side", OPEN, "- RandomPerspective"),
    param("open images in tiles", OPEN, "- ContrastLimitedAdaptiveHistogramEqualization"),
    param("more tiles than pixels", "x: [3, 8, 3]", "- ContrastLimitedAdaptiveHistogramEqualization"),
    param("the hue of grey", GREY, "- RandomHue: {factor: 0.1}"),
    param("the saturation of grey", GREY, "- RandomSaturation: {factor: 0.1}"),
    param("a jittered hue of grey", GREY, "- RandomColorJitter: {hue_factor: 0.1}"),
    param("a jittered hue, channels first", "x: [3, 8, 8]", "- RandomColorJitter: {hue_factor: 0.1, data_format: channels_first}"),
    param("four channels made grey", "x: [8, 8, 4]", "- RandomGrayscale"),
    param("four channels augmented", "x: [8, 8, 4]", "- RandAugment"),
    param("open channels augmented", "x: [8, 8, H]", "- RandAugment"),
    param("cropped and padded", IMAGE, "- Resizing: {height: 4, width: 7, crop_to_aspect_ratio: true, pad_to_aspect_ratio: true}"),
    param("a head on a random crop", IMAGE, "- RandomCrop: {height: 4, width: 4}\n- Flatten\n- Dense: {units: 2}"),
    param("a head on counted texts", TEXT, f"- TextVectorization: {{{VOCABULARY}, output_mode: count}}\n- Conv1D: {{filters: 2, kernel_size: 1}}"),
    param("a fill mode that is listed and not there", IMAGE, "- RandomElasticTransform: {fill_mode: mirror}"),
    param("categories counted in half floats", IDS, "- CategoryEncoding: {num_tokens: 5, dtype: float16}"),
    param("bins counted in half floats", "x: [4]", "- Discretization: {bin_boundaries: [0, 1], output_mode: count, dtype: mixed_bfloat16}"),
    param("lists of open length crossed", "x: {shape: [H], dtype: int32}, y: {shape: [H], dtype: int32}", "- HashedCrossing: {num_bins: 5, from: [x, y]}"),
    param("bounds that go down", "x: [4]", "- Discretization: {bin_boundaries: [1, 0]}"),
    param("open bins, one-hot", "x: [H]", "- Discretization: {bin_boundaries: [0, 1], output_mode: one_hot}"),
    param("open words, one-hot", "x: {shape: [H], dtype: string}", f"- StringLookup: {{{VOCABULARY}, output_mode: one_hot}}"),
    param("open hashes, one-hot", "x: {shape: [H, 1], dtype: string}", "- Hashing: {num_bins: 5, output_mode: one_hot}"),
    param("a mask of another kind", WORDS, "- Hashing: {num_bins: 5, mask_value: 3}"),
    param("weights that are not for counts", "x: {shape: [4], dtype: int32}, w: [4]", "- CategoryEncoding: {num_tokens: 5, from: {inputs: x, count_weights: w}}"),
    param("weights of another shape", "x: {shape: [4], dtype: int32}, w: [3]", "- CategoryEncoding: {num_tokens: 5, output_mode: count, from: {inputs: x, count_weights: w}}"),
    param("floats crossed", "x: [1], y: [1]", "- HashedCrossing: {num_bins: 5, from: [x, y]}"),
    param("lists crossed", "x: {shape: [3], dtype: int32}, y: {shape: [3], dtype: int32}", "- HashedCrossing: {num_bins: 5, from: [x, y]}"),
    param("strings for integers", WORDS, "- IntegerLookup: {vocabulary: [1, 2]}"),
    param("integers for strings", IDS, f"- StringLookup: {{{VOCABULARY}}}"),
    param("integers for texts", "x: {shape: [1], dtype: int32}", f"- TextVectorization: {{{VOCABULARY}}}"),
    param("several texts", WORDS, f"- TextVectorization: {{{VOCABULARY}}}"),
    param("a sound too short to mirror", "x: [16]", "- MelSpectrogram: {fft_length: 32}"),
    param("sound in doubles", "x: [90]", "- MelSpectrogram: {fft_length: 32, dtype: float64}"),
    param("sound in bfloat16", "x: [90, 2]", "- STFTSpectrogram: {frame_length: 16, dtype: bfloat16}"),
    param("sound in integers", "x: {shape: [90, 2], dtype: int32}", "- STFTSpectrogram: {frame_length: 16}"),
]  # fmt: skip
"""Keras builds it, and fails when it runs: in a call or in a graph, in training or not."""


@pytest.mark.parametrize("case", FAILING)
def test_what_builds_and_fails_when_run_is_refused(case: Case) -> None:
    analysis = case.analyze()
    assert len(found(analysis, "error")) == 1
    model = build(analysis)
    ways = [(way, training) for way in (call, compiled) for training in (False, True)]
    assert any(fails(lambda: way(model, training)) for way, training in ways)  # noqa: B023


RAGGED = [
    param("texts, one-hot", TEXT, f"- TextVectorization: {{{VOCABULARY}, output_mode: one_hot}}"),
    param("texts of rows counted", "x: {shape: [2, 1], dtype: string}", f"- TextVectorization: {{{VOCABULARY}, output_mode: count}}"),
]  # fmt: skip


@pytest.mark.parametrize("case", RAGGED)
def test_ragged_tensors_are_refused(case: Case) -> None:
    import tensorflow as tf

    analysis = case.analyze()
    assert found(analysis, "error") == ["fails-when-run"]
    [came] = call(build(analysis))
    assert isinstance(came, tf.RaggedTensor)


UNADAPTED = [
    ("x: [4]", "Normalization", "mean"),
    ("x: [4]", "Discretization: {num_bins: 3}", "bin_boundaries"),
    (IDS, "IntegerLookup", "vocabulary"),
    (WORDS, "StringLookup", "vocabulary"),
    (TEXT, "TextVectorization", "vocabulary"),
    (WORDS, f"StringLookup: {{{VOCABULARY}, output_mode: tf_idf}}", "idf_weights"),
]


@pytest.mark.parametrize(("inputs", "item", "argument"), UNADAPTED)
def test_what_needs_adapt_says_what_to_give(inputs: str, item: str, argument: str) -> None:
    analysis = Case(item, inputs, f"- {item}").analyze()
    assert found(analysis, "error") == ["needs-adapt"]
    assert f"`{argument}`" in (analysis.diagnostics[0].help or "")


WRONG = [
    (WORDS, "StringLookup: {vocabulary: /etc/passwd}"),
    (TEXT, "TextVectorization: {vocabulary: words.txt}"),
    (IDS, "IntegerLookup: {vocabulary: /etc/passwd}"),
    (WORDS, "StringLookup: {vocabulary: []}"),
    (WORDS, "StringLookup: {vocabulary: [a, b, a]}"),
    (WORDS, "StringLookup: {vocabulary: ['[UNK]']}"),
    (WORDS, "StringLookup: {vocabulary: [a, ''], mask_token: ''}"),
    (IDS, "StringLookup: {vocabulary: [a, '[UNK]'], invert: true}"),
    (WORDS, "StringLookup: {vocabulary: [a, b], max_tokens: 2}"),
    (WORDS, "StringLookup: {vocabulary: [a, b], pad_to_max_tokens: true}"),
    (WORDS, "StringLookup: {vocabulary: [a, b], idf_weights: [1, 2]}"),
    (WORDS, "StringLookup: {vocabulary: [a, b], output_mode: tf_idf, idf_weights: [1]}"),
    (WORDS, "StringLookup: {vocabulary: [a, b], output_mode: count, sparse: true}"),
    (IDS, "StringLookup: {vocabulary: [a, b], output_mode: count, invert: true}"),
    (IDS, "IntegerLookup: {vocabulary: [1, 2], salt: 3}"),
    (TEXT, "TextVectorization: {vocabulary: [a], ragged: true}"),
    (TEXT, "TextVectorization: {vocabulary: [a], ngrams: [1, 2]}"),
    (TEXT, "TextVectorization: {vocabulary: [a], output_mode: count, output_sequence_length: 3}"),
    ("x: [4]", "Discretization: {bin_boundaries: [1], num_bins: 2}"),
    ("x: [4]", "Normalization: {mean: 1}"),
    ("x: [4]", "Normalization: {mean: [1, 2], variance: [1, 2]}"),
    ("x: [4]", "Normalization: {mean: 1, variance: [1]}"),
    ("x: [4]", "Normalization: {axis: 2, mean: 1, variance: 1}"),
    ("x: [4]", "Normalization: {mean: [[1]], variance: [[1]]}"),
    (IDS, "CategoryEncoding"),
    (WORDS, "CategoryEncoding: {num_tokens: 3}"),
    (WORDS, "Discretization: {bin_boundaries: [0, 1]}"),
    ("x: {shape: [4, 4, 3], dtype: string}", "RandomGrayscale"),
    (IMAGE, "Resizing: {height: 4, width: 4, pad_to_aspect_ratio: true, fill_mode: reflect}"),
    (IMAGE, "RandomZoom: {height_factor: -1}"),
    (IMAGE, "RandomContrast: {factor: 1.5}"),
    (IMAGE, "RandomFlip: {mode: diagonal}"),
    (IMAGE, "RandomGaussianBlur: {kernel_size: 4}"),
    (IMAGE, "RandomPosterization: {factor: 9}"),
    (IMAGE, "RandomInvert: {value_range: [1, 0]}"),
    (GREY, "RandomColorDegeneration: {factor: 0.5}"),
    ("x: [8, 3]", "RandomFlip"),
    ("x: [90, 2]", "STFTSpectrogram"),
    ("x: [90, 2]", "STFTSpectrogram: {frame_length: 16, frame_step: 17}"),
    ("x: [90, 2]", "STFTSpectrogram: {frame_length: 16, fft_length: 8}"),
    ("x: [90, 2]", "STFTSpectrogram: {frame_length: 16, window: kaiser}"),
    ("x: [90, H]", "STFTSpectrogram: {frame_length: 16}"),
    ("x: [90]", "MelSpectrogram: {fft_length: 32, sequence_length: 33}"),
    (IMAGE, "Pipeline: {layers: []}"),
    (IMAGE, "Pipeline: {layers: [RandomFlip], dtype: float16}"),
    (IMAGE, "Pipeline: {layers: [{Lambda: {function: f}}]}"),
    ("x: [4, 3]", "Pipeline: {layers: [{LSTM: {units: 2, return_state: true}}]}"),
    (WORDS, "Hashing: {num_bins: 4, dtype: float32}"),
    (WORDS, "Hashing: {num_bins: 4, sparse: true, output_mode: count}"),
]


@pytest.mark.parametrize(("inputs", "item"), WRONG)
def test_what_keras_or_good_sense_refuses_is_refused(inputs: str, item: str) -> None:
    analysis = Case(item, inputs, f"- {item}").analyze()
    assert len(found(analysis, "error")) == 1
