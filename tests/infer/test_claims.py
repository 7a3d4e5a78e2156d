"""Where Keras declares something else than what comes out, both are known."""

from __future__ import annotations

import textwrap

import pytest

from specgraph.analysis import analyze


def found(text: str) -> list[tuple[str, str, str | None]]:
    analysis = analyze(textwrap.dedent(text))
    return [(one.code.rule, one.severity, one.layer) for one in analysis.diagnostics]


def test_ints_that_are_kept_are_a_warning_where_they_begin() -> None:
    text = """\
        specgraph: 1
        inputs:
          ids: {shape: [8], dtype: int32}
        layers:
          - RepeatVector: {n: 3}
          - Identity
        """
    assert found(text) == [("wrong-claim", "warning", "repeat_vector")]
    [model] = analyze(textwrap.dedent(text)).models.values()
    [kept] = model.types["repeat_vector"]
    assert (kept.dtype, kept.truth.dtype) == ("float32", "int32")
    assert kept.shape == kept.truth.shape


def test_floats_are_no_warning() -> None:
    assert found("specgraph: 1\ninputs: {x: [8]}\nlayers: [RepeatVector: {n: 3}]\n") == []


def test_what_would_fail_when_run_is_an_error() -> None:
    text = """\
        specgraph: 1
        inputs:
          ids: {shape: [8], dtype: int32}
        layers:
          - RepeatVector: {n: 3}
          - Conv1D: {filters: 2, kernel_size: 1}
        """
    assert ("dtype-mismatch", "error", "conv1d") in found(text)


@pytest.mark.filterwarnings("default")
@pytest.mark.tensorflow
def test_numbers_are_spread_over_as_many_axes_as_keras_declares() -> None:
    text = """\
specgraph: 1
inputs: {x: [2, 3, 1, 4]}
layers:
  - EinsumDense: {equation: "abcd...,cx->abdx...", output_shape: [2, 1, 3, 4]}
  - Normalization: {mean: 0.5, variance: 2}
"""
    [message] = [one.message for one in analyze(text).diagnostics if one.severity == "error"]
    assert message.startswith("Normalization would be built for (batch, 2, 1, 3, 4")
    import keras
    import numpy as np

    x = keras.Input((2, 3, 1, 4))
    dense = keras.layers.EinsumDense("abcd...,cx->abdx...", output_shape=(2, 1, 3, 4))(x)
    model = keras.Model(x, keras.layers.Normalization(mean=0.5, variance=2)(dense))
    assert model.predict(np.ones((2, 2, 3, 1, 4)), verbose=0).ndim == 6
    assert keras.Model(x, dense).predict(np.ones((2, 2, 3, 1, 4)), verbose=0).ndim == 5
