"""Applications in a spec, built with Keras."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

from specgraph.analysis import Analysis, analyze
from specgraph.ir.dim import substitute
from specgraph.lower.build import lower

pytestmark = pytest.mark.filterwarnings("default")


def spec(item: str, shape: str = "[32, 32, 3]") -> Analysis:
    return analyze(
        f"specgraph: 1\ninputs: {{x: {shape}}}\nlayers:\n  - {item}\n  - Identity: {{name: end}}\n"
    )


SMALL = (
    "MobileNet: {name: base, weights: null, alpha: 0.25, classes: 4}",
    "MobileNetV3Small: {name: base, weights: null, alpha: 0.1, include_top: false, trainable: false}",
    "EfficientNetV2B0: {name: base, weights: null, include_top: false, pooling: avg}",
)


@pytest.mark.parametrize("item", SMALL)
def test_a_spec_with_an_application_is_what_keras_builds(item: str, tmp_path: Path) -> None:
    analysis = spec(item)
    assert not analysis.diagnostics
    model = lower(analysis.models)["model"]
    [inferred] = analysis.models.values()
    assert model.output_shape[1:] == inferred.types["end"][0].shape[1:]
    assert [(one.path, tuple(one.shape)) for one in model.get_layer("base").weights] == [
        (one.name, one.shape) for one in inferred.weights["base"]
    ]
    trainable = sum(int(np.prod(one.shape)) for one in model.trainable_weights)
    assert (trainable, model.count_params() - trainable) == inferred.parameters()
    again = lower(analysis.models)["model"]
    assert [one.path for one in again.weights] == [one.path for one in model.weights]
    model.save(tmp_path / "model.keras")
    x = np.random.default_rng(0).random((2, 32, 32, 3), "float32")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert np.allclose(loaded(x), model(x), atol=1e-5)


def test_ints_are_taken() -> None:
    analysis = spec(SMALL[0], "{shape: [32, 32, 3], dtype: uint8}")
    assert not analysis.diagnostics
    model = lower(analysis.models)["model"]
    assert model(np.zeros((1, 32, 32, 3), "uint8")).dtype == "float32"


def test_strings_are_not() -> None:
    analysis = spec(SMALL[0], "{shape: [32, 32, 3], dtype: string}")
    assert [one.code.rule for one in analysis.diagnostics] == ["dtype-mismatch"]


def test_the_policy_goes_inside() -> None:
    analysis = spec("MobileNet: {name: base, weights: null, alpha: 0.25, dtype: mixed_bfloat16}")
    assert not analysis.diagnostics
    model = lower(analysis.models)["model"]
    [inferred] = analysis.models.values()
    base = model.get_layer("base")
    assert base.output.dtype == "bfloat16" == inferred.types["base"][0].dtype
    assert (
        {one.dtype for one in base.weights} == {"float32"} == {one.dtype for one in inferred.weights["base"]}
    )
    assert keras.config.dtype_policy().name == "float32"


class Asked(Exception):
    """The name of a file of published weights, which is not fetched."""


@pytest.mark.parametrize(
    ("item", "file"),
    [
        ("EfficientNetB0", "efficientnetb0_notop.h5"),
        ("EfficientNetV2B0", "efficientnetv2-b0_notop.h5"),
        ("ConvNeXtTiny", "convnext_tiny_notop.h5"),
        ("MobileNet", "mobilenet_1_0_224_tf_no_top.h5"),
    ],
)
def test_imagenet_is_keras_s_own_loading(item: str, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(name: str, *_: Any, **__: Any) -> str:
        raise Asked(name)

    monkeypatch.setattr(keras.src.utils.file_utils, "get_file", fetch)
    analysis = spec(f"{item}: {{name: base, include_top: false}}")
    assert not analysis.diagnostics
    with keras.StatelessScope(initialize_variables=False), pytest.raises(Asked, match=file):
        lower(analysis.models)
    keras.src.backend.common.global_state.set_global_attribute("uninitialized_variables", [])


def test_an_odd_image_of_unknown_size_is_padded_as_an_even_one() -> None:
    analysis = spec("MobileNetV2: {name: base, weights: null, alpha: 0.35, include_top: false}", "[H, W, 3]")
    assert not analysis.diagnostics
    [inferred] = analysis.models.values()
    height, width = inferred.types["end"][0].shape[1:3]
    model = lower(analysis.models)["model"]
    for size in (35, 63, 64):
        made = model(np.zeros((1, size, 64, 3), "float32"))
        assert tuple(made.shape[1:3]) == (substitute(height, {"H": size}), substitute(width, {"W": 64}))
