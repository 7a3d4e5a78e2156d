"""Where Keras declares something else than what comes out, the row says both; what fails in models is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ops_cases import case
from ops_oracle import declared, ours, real, sample, shown
from test_table import function

from specgraph.analysis import analyze
from specgraph.ir.tensor import TensorType
from specgraph.ops import REFUSED
from specgraph.rows.base import Reject

pytestmark = pytest.mark.tensorflow


def f32(*shape: int) -> TensorType:
    return TensorType(shape)


def typed(dtype: str, *shape: int) -> TensorType:
    return TensorType(shape, dtype)


WRONG = [
    ("polar", [f32(2, 3), f32(3)], {}),
    ("slogdet", [f32(2, 3, 3)], {}),
    ("eig", [f32(3, 3)], {}),
    ("lu_factor", [f32(3, 3)], {}),
    ("categorical_crossentropy", [f32(2, 3, 4), f32(2, 3, 4)], {"axis": -2}),
    ("rot90", [f32(2, 3)], {"k": 2}),
    ("prod", [typed("int32", 2, 3)], {"dtype": "float32"}),
    ("reciprocal", [typed("float16", 3)], {}),
    ("logsumexp", [typed("float64", 3)], {}),
    ("normalize", [typed("float64", 3)], {}),
    ("meshgrid", [typed("int32", 2), typed("int32", 3)], {"indexing": "ij"}),
    ("multi_hot", [typed("int32", 2, 3)], {"num_classes": 4}),
    ("bitwise_and", [typed("int32", 3), typed("int32", 2, 3)], {}),
    ("select", [typed("bool", 2, 3), f32(3)], {}),
    ("linspace", [f32(2), f32(2)], {"num": 3, "dtype": "int32"}),
    ("geomspace", [typed("float64", 2), typed("float64", 2)], {"num": 3}),
    ("hypot", [typed("complex64", 3), typed("complex64", 3)], {}),
    ("abs", [typed("complex64", 3)], {}),
    ("real", [typed("complex64", 3)], {}),
    ("dot_product_attention", [f32(2, 3, 1, 4), f32(2, 5, 1, 4), f32(2, 5, 1, 6)], {}),
    ("istft", [f32(3, 3), f32(3, 3)], {"sequence_length": 4, "sequence_stride": 2, "fft_length": 4, "length": 9}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "inputs", "args"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_claim(name: str, inputs: list[TensorType], args: dict[str, Any]) -> None:
    one = case(name, inputs, **args)
    mine = ours(one.row, one.args, one.inputs)
    assert not isinstance(mine, Reject)
    said = declared(one.row, one.args, one.inputs)
    out = real(one.row, one.args, one.inputs, [sample(x) for x in inputs])
    assert shown(mine) == said != out
    assert [(x.truth.shape, x.truth.dtype) for x in mine] == out


@pytest.mark.filterwarnings("default")
def test_a_wrong_claim_is_a_warning() -> None:
    text = "specgraph: 1\ninputs: {x: [4, 4]}\nlayers: [ops.slogdet: {name: s}, Flatten: {from: s.1}]\n"
    [found] = analyze(text).diagnostics
    assert (found.code.rule, found.severity, found.layer) == ("wrong-claim", "warning", "s")


@pytest.mark.parametrize(
    ("name", "shapes", "args"),
    [
        ("isin", [(3,), (2,)], {}),
        ("kron", [(2, 2), (2, 2)], {}),
        ("corrcoef", [(3, 4)], {}),
        ("histogram", [(5,)], {}),
        ("view_as_complex", [(3, 2)], {}),
        ("conv_transpose", [(1, 5, 2), (3, 4, 2)], {}),
    ],
)
@pytest.mark.filterwarnings("default")
def test_what_is_refused_for_failing_fails(
    name: str, shapes: list[tuple[int, ...]], args: dict[str, Any]
) -> None:
    import keras

    assert f"ops.{name}" in REFUSED
    inputs = [keras.Input(batch_shape=shape) for shape in shapes]
    made = function(name)(*inputs, **args)
    with pytest.raises(Exception, match=r"."):
        keras.Model(inputs, made).predict(
            [np.ones(shape, "float32") for shape in shapes], batch_size=8, verbose=0
        )


@pytest.mark.filterwarnings("default")
def test_what_is_refused_for_being_lost_cannot_be_loaded() -> None:
    import keras

    for name in ("adaptive_average_pool", "adaptive_max_pool"):
        assert "loaded" in REFUSED[f"ops.{name}"]
        x = keras.Input((6, 6, 1))
        model = keras.Model(x, function(name)(x, (2, 2)))
        with pytest.raises(TypeError):
            keras.models.model_from_json(model.to_json())


def test_ndim_gives_a_number() -> None:
    assert "ops.ndim" in REFUSED
    assert function("ndim")(np.ones((2, 3))) == 2


@pytest.mark.parametrize(
    ("name", "inputs", "args"),
    [
        ("hstack", [f32(3), f32(3)], {}),
        ("average", [f32(2, 3)], {"axis": 2}),
        ("squeeze", [f32(2, 3)], {"axis": 0}),
    ],
)
def test_what_keras_does_not_build_is_refused(
    name: str, inputs: list[TensorType], args: dict[str, Any]
) -> None:
    one = case(name, inputs, **args)
    assert isinstance(ours(one.row, one.args, one.inputs), Reject)
    assert isinstance(declared(one.row, one.args, one.inputs), Exception)
