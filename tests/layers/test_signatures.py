"""Every row against the signature of its class in the installed Keras."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import pytest

from specgraph.applications import APPLICATIONS
from specgraph.layers import ALIASES, LAYERS, REFUSED
from specgraph.rows.base import Layer

COMMON = {"name", "dtype", "trainable"}
"""Arguments of every item; the graph holds them, not the row."""
LEFT_OUT = {
    **{(name, "input_shape"): "the graph knows the shape" for name in APPLICATIONS},
    **{(name, "input_tensor"): "the graph knows the tensor" for name in APPLICATIONS},
    ("Bidirectional", "weights"): "takes arrays, which a spec cannot hold",
}
"""Arguments of Keras that a row has not, each with the reason."""
HIDDEN = {
    ("LeakyReLU", "alpha"): "the name of `negative_slope` in Keras 2",
    ("LayerNormalization", "rms_scaling"): "deprecated: `RMSNormalization` is a layer of its own",
    ("LSTM", "implementation"): "Keras drops it unread",
    ("GRU", "implementation"): "Keras drops it unread",
    ("Embedding", "input_length"): "Keras drops it, with a warning that it is deprecated",
    ("Dense", "autocast"): "of every layer; it is lost when a model is saved",
    ("Dense", "input_dim"): "of every layer; deprecated, inputs say their shape",
    ("Dense", "input_shape"): "of every layer; deprecated, inputs say their shape",
    (
        "BatchNormalization",
        "activity_regularizer",
    ): "of every layer; rows have it where the signature names it",
    **{
        (name, "data_format"): "of the base class, not in the signature; changes no shape"
        for name in (
            "AutoContrast",
            "RandomBrightness",
            "RandomContrast",
            "Solarization",
            "MaxNumBoundingBoxes",
        )
    },
    ("RandomFlip", "bounding_box_format"): "of boxes beside the images, for which a model has no inputs",
    ("StringLookup", "vocabulary_size"): "Keras writes it into a saved model",
    ("StringLookup", "oov_method"): "of the base class, not in the signature; changes no shape",
    ("LSTM", "zero_output_for_mask"): "of the base class RNN, not in the signature; changes no shape",
}
"""Arguments that hide in a class's **kwargs and that rows leave out, each with the reason."""
NULL_ONLY = {"quantization_config", "weights"}
"""Arguments that take objects or arrays in Keras and only null in a spec."""

ALL = {**LAYERS, **APPLICATIONS}
ROWS = [pytest.param(row, id=row.name) for row in ALL.values() if not row.keras_name.startswith("specgraph.")]
"""Rows of layers that are Keras's."""


def keras_class(row: Layer[Any]) -> Any:
    module = keras.applications if row.keras_name.startswith("applications.") else keras.layers
    return getattr(module, row.keras_name.rpartition(".")[2])


def constructor(row: Layer[Any]) -> dict[str, Any]:
    """The named arguments of the class, each with its default."""
    return {
        one.name: one.default
        for one in inspect.signature(keras_class(row)).parameters.values()
        if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD and one.name not in COMMON
    }


def alike(ours: Any, theirs: Any) -> bool:
    """Whether two defaults say the same: ours may be one number for a tuple of equal ones."""
    if isinstance(ours, int) and isinstance(theirs, tuple):
        return all(alike(ours, one) for one in theirs)
    return bool(ours == theirs) and isinstance(ours, bool) == isinstance(theirs, bool)


@pytest.mark.parametrize("row", ROWS)
def test_arguments(row: Layer[Any]) -> None:
    left_out = {argument for name, argument in LEFT_OUT if name == row.name}
    assert set(row.args.fields()) - set(row.call) == set(constructor(row)) - left_out


@pytest.mark.parametrize("row", ROWS)
def test_defaults(row: Layer[Any]) -> None:
    for name, default in constructor(row).items():
        if (row.name, name) in LEFT_OUT:
            continue
        field = row.args.fields()[name]
        assert field.required == (default is inspect.Parameter.empty), name
        if not field.required:
            assert alike(field.default, default), (name, field.default, default)


@pytest.mark.parametrize("row", ALL.values(), ids=lambda row: row.name)
def test_defaults_pass_their_own_kinds(row: Layer[Any]) -> None:
    for field in row.fields().values():
        if field.required:
            continue
        checked = field.kind.check(field.default)
        assert checked == field.default or getattr(checked, "alias", None) == field.default, field.name


@pytest.mark.parametrize("row", ROWS)
def test_ports_and_call_arguments_are_those_of_the_call(row: Layer[Any]) -> None:
    if not row.ports and not row.call:
        return
    parameters = inspect.signature(keras_class(row).call).parameters
    assert {port.name for port in row.ports} <= set(parameters)
    for name in row.call:
        assert alike(row.args.fields()[name].default, parameters[name].default), name


def test_what_is_left_out_is_still_there() -> None:
    for name, argument in LEFT_OUT:
        assert argument in constructor(ALL[name]), (name, argument)


@pytest.mark.parametrize(("name", "argument"), HIDDEN)
def test_hidden_arguments_are_left_out(name: str, argument: str) -> None:
    parameters = inspect.signature(keras_class(ALL[name])).parameters
    assert argument not in parameters
    assert any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())
    assert argument not in ALL[name].args.fields()


@pytest.mark.parametrize("row", ROWS)
def test_only_what_a_spec_cannot_hold_is_null_only(row: Layer[Any]) -> None:
    for name, field in row.args.fields().items():
        if field.kind.schema() == {"enum": [None]}:
            assert name in NULL_ONLY


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases_are_the_same_class(alias: str) -> None:
    assert getattr(keras.layers, alias) is keras_class(LAYERS[ALIASES[alias]])


@pytest.mark.parametrize("name", REFUSED)
def test_refused_layers_are_layers_of_keras(name: str) -> None:
    assert issubclass(getattr(keras.layers, name), keras.layers.Layer)
    assert name not in LAYERS
