"""What TensorFlow runs on some machines only, or on none in some dtype: a warning, and true."""

from __future__ import annotations

import os

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


from layer_cases import Case, build, found, param, run, seen, true

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("default")]

PLAIN_CPU = [
    param("a dilated transposed convolution", "x: [5, 5, 3]", "- Conv2DTranspose: {filters: 2, kernel_size: 2, dilation_rate: 2}"),
    param("a dilated transposed sequence", "x: [5, 3]", "- Conv1DTranspose: {filters: 2, kernel_size: 2, dilation_rate: 2}"),
    param("unequal strides for each channel", "x: [5, 5, 3]", "- DepthwiseConv2D: {kernel_size: 2, strides: [2, 1]}"),
    param("unequal strides before a mix", "x: [5, 5, 3]", "- SeparableConv2D: {filters: 2, kernel_size: 2, strides: [2, 1]}"),
    param("a causal convolution, channels first", "x: [3, 5]", "- Conv1D: {filters: 2, kernel_size: 2, padding: causal, data_format: channels_first}"),
]  # fmt: skip
"""Fails on a CPU without oneDNN."""

ANY_CPU = [
    param("volumes in float16", "x: [4, 4, 4, 2]", "- MaxPooling3D: {dtype: float16}"),
    param("means of volumes in float64", "x: [4, 4, 4, 2]", "- AveragePooling3D: {pool_size: 2, dtype: float64}"),
    param("adaptive means of volumes", "x: [4, 4, 4, 2]", "- AdaptiveAveragePooling3D: {output_size: 2, dtype: mixed_float16}"),
    param("channels first in float16", "x: [3, 5, 5]", "- Conv2D: {filters: 2, kernel_size: 2, data_format: channels_first, dtype: mixed_float16}"),
    param("channels first backwards in float64", "x: [3, 5]", "- Conv1DTranspose: {filters: 2, kernel_size: 2, data_format: channels_first, dtype: float64}"),
    param("images channels first in float16", "x: [2, 3, 5, 5]", "- ConvLSTM2D: {filters: 2, kernel_size: 2, data_format: channels_first, dtype: float16}"),
]  # fmt: skip
"""Fails on a CPU with oneDNN and without it."""


@pytest.mark.parametrize("case", PLAIN_CPU)
def test_what_some_cpus_cannot_run_is_a_warning(case: Case) -> None:
    analysis = case.analyze()
    assert found(analysis, "error") == []
    assert len(found(analysis, "warning")) == 1
    try:
        came = seen(run(build(analysis)))
    except Exception as error:
        assert "CPU" in str(error) or "equal length strides" in str(error)
    else:
        assert came == true(analysis)


@pytest.mark.parametrize("case", ANY_CPU)
def test_what_no_cpu_can_run_is_a_warning(case: Case) -> None:
    analysis = case.analyze()
    assert found(analysis, "error") == []
    assert found(analysis, "warning") == ["fails-when-run"]
    with pytest.raises(Exception, match="CPU"):
        run(build(analysis))


HALVES = [
    param("a layer", "x: [4]", "- Dense: {units: 3, activation: sparsemax, dtype: mixed_float16}"),
    param("a layer of its own", "x: [4]", "- Activation: {activation: sparsemax, dtype: float16}"),
    param("a recurrent one", "x: [2, 4]", "- LSTM: {units: 3, activation: sparsemax, dtype: mixed_float16}"),
    param("a cell", "x: [2, 4]", "- RNN: {cell: {GRUCell: {units: 3, recurrent_activation: sparsemax}}, dtype: float16}"),
    param("one in another", "x: [4]", "- SpectralNormalization: {layer: {Dense: {units: 3, activation: sparsemax}}, dtype: mixed_float16}"),
    param("an op", "x: {shape: [4], dtype: float16}", "- ops.sparsemax"),
]  # fmt: skip
"""Fails in a graph on every device."""


@pytest.mark.parametrize("case", HALVES)
def test_sparsemax_of_halves_is_a_warning(case: Case) -> None:
    analysis = case.analyze()
    assert found(analysis, "error") == []
    assert found(analysis, "warning") == ["fails-when-run"]
    model = build(analysis)
    with pytest.raises(Exception, match="Unsupported dtype"):
        model.predict(np.ones((2, *model.inputs[0].shape[1:]), model.inputs[0].dtype), verbose=0)


RUNS_ON_CPUS = [
    param("a transposed convolution", "x: [5, 5, 3]", "- Conv2DTranspose: {filters: 2, kernel_size: 2, strides: [2, 1]}"),
    param("equal strides for each channel", "x: [5, 5, 3]", "- DepthwiseConv2D: {kernel_size: 2, strides: 2}"),
    param("a causal convolution", "x: [5, 3]", "- Conv1D: {filters: 2, kernel_size: 2, padding: causal}"),
    param("images in float16", "x: [4, 4, 2]", "- MaxPooling2D: {dtype: float16}"),
    param("volumes in bfloat16", "x: [4, 4, 4, 2]", "- AveragePooling3D: {pool_size: 2, dtype: bfloat16}"),
    param("volumes, channels first in float16", "x: [2, 4, 4, 4]", "- Conv3D: {filters: 2, kernel_size: 2, data_format: channels_first, dtype: float16}"),
    param("groups, channels first in float16", "x: [2, 4, 4]", "- Conv2D: {filters: 2, kernel_size: 2, groups: 2, data_format: channels_first, dtype: float16}"),
    param("softmax over two of many axes", "x: [1, 1, 1, 2, 2]", "- Softmax: {axis: [-1, -2]}"),
]  # fmt: skip


@pytest.mark.parametrize("case", RUNS_ON_CPUS)
def test_what_cpus_can_run_is_not_spoken_of(case: Case) -> None:
    analysis = case.analyze()
    assert analysis.diagnostics == []
    assert seen(run(build(analysis))) == true(analysis)


def test_a_maximum_of_volumes_has_no_kernel_for_doubles() -> None:
    analysis = Case(
        "doubles", "x: [4, 4, 4, 2]", "- AdaptiveMaxPooling3D: {output_size: 2, dtype: float64}"
    ).analyze()
    assert found(analysis, "error") == ["fails-when-run"]
    with pytest.raises(Exception, match=r"not in list of allowed values|is not in the list"):
        run(build(analysis))
